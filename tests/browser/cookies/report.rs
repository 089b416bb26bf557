//! The outcome as a page of the book.

use std::fmt::Write as _;

use super::super::engine::Engine;
use super::case::{Ask, Case, How, Otherwise};

const VERSION: &str = "Asked: ";

const INTRODUCTION: &str = "
What a browser keeps of a `Set-Cookie` line, and what it sends back. Each row was asked of
a real Chromium, a real Firefox and the harness's own jar by `tests/browser`, which fails where
one of them answers otherwise than this page says. *Sent* is the `Cookie` field that RFC 6265bis
asks for, *nothing* where there is none; where a browser does not keep to it, the row says
so, and the tables below why. Both were told to let cookies into other sites' requests where
`SameSite` does: left to themselves, they block them there or keep them apart for each site,
whatever the cookie says.

The page that sets is `http://www.lab.localhost/dir/page` if the row says nothing else,
and so is the page that is asked, typed into the address bar. `{x:9}` stands for nine of
x, `\\t` and `\\u{..}` for characters that do not print. Lines in a row
come in one answer.
";

/// The chapters, by the letter of the id.
const CHAPTERS: [(char, &str); 10] = [
    ('N', "Name and value"),
    ('E', "Expiry"),
    ('D', "Domain"),
    ('P', "Path"),
    ('O', "Order"),
    ('S', "Secure"),
    ('F', "Prefixes"),
    ('H', "HttpOnly"),
    ('X', "SameSite"),
    ('K', "Partitioned"),
];

/// The whole page.
pub(super) fn page(cases: &[Case], products: &str) -> String {
    let mut page = String::from("# What a browser does with cookies\n");
    page.push_str(INTRODUCTION);
    let _ = write!(page, "\n{VERSION}{products}\n");
    for engine in [Engine::Chromium, Engine::Firefox] {
        page.push_str(&differences(cases, engine));
    }
    for (letter, title) in CHAPTERS {
        let _ = write!(
            page,
            "\n## {title}\n\n| | | set | asked | sent |\n|---|---|---|---|---|\n"
        );
        for case in cases.iter().filter(|case| case.id.starts_with(letter)) {
            page.push_str(&row(case));
        }
    }
    page
}

/// Where one browser does not keep to the letter.
fn differences(cases: &[Case], engine: Engine) -> String {
    let name = name(engine);
    let total = cases.len();
    let differ = || {
        cases
            .iter()
            .filter_map(|case| Some((case, case.otherwise(engine)?)))
    };
    let agree = total - differ().count();
    let mut text = format!(
        "\n## Where {name} differs\n\nIn {agree} of {total} cases {name} answers as RFC 6265bis says.\n\n\
         | | 6265bis sends | {name} sends | why |\n|---|---|---|---|\n"
    );
    for (case, Otherwise { sent, why }) in differ() {
        let (meant, sent) = (field(&case.sent), field(sent));
        let _ = writeln!(text, "| {} | {meant} | {sent} | {why} |", case.id);
    }
    text
}

fn name(engine: Engine) -> &'static str {
    match engine {
        Engine::Chromium => "Chromium",
        Engine::Firefox => "Firefox",
    }
}

/// All but the line with the browser's version.
pub(super) fn without_version(page: &str) -> Vec<&str> {
    page.lines()
        .filter(|line| !line.starts_with(VERSION))
        .collect()
}

fn row(case: &Case) -> String {
    let lines = case.lines().into_iter().map(|(line, ask)| match ask {
        Some(ask) => format!("{} {}", code(line), by(&ask, false)),
        None => code(line),
    });
    let differ: Vec<&str> = [Engine::Chromium, Engine::Firefox]
        .into_iter()
        .filter(|engine| case.otherwise(*engine).is_some())
        .map(name)
        .collect();
    let star = match differ[..] {
        [] => String::new(),
        [one] => format!(" ({one} differs)"),
        _ => format!(" ({} differ)", differ.join(" and ")),
    };
    format!(
        "| {} | {} | {} | {} | {}{star} |\n",
        case.id,
        case.what,
        lines.collect::<Vec<_>>().join("<br>"),
        by(&case.question(), true),
        field(&case.sent),
    )
}

/// Where and by which means, as far as it is not the usual.
fn by(ask: &Ask, asked: bool) -> String {
    let usual = ask.url == super::case::PAGE;
    let means = match (ask.how, ask.from.as_deref().unwrap_or_default()) {
        (How::Typed, _) => String::new(),
        (How::Link, from) => format!("by a link on `{from}`"),
        (How::Post, from) => format!("by a form that posts, on `{from}`"),
        (How::Fetch, from) => format!("by `fetch` on `{from}`"),
        (How::Frame, from) => format!("in a frame on `{from}`"),
        (How::Script, _) if asked => "`document.cookie`".to_owned(),
        (How::Script, _) => "by script".to_owned(),
    };
    let place = match (usual, asked) {
        (true, _) => String::new(),
        (false, true) => format!("`{}`", ask.url),
        (false, false) => format!("at `{}`", ask.url),
    };
    [place, means]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn field(text: &str) -> String {
    if text.is_empty() {
        "nothing".to_owned()
    } else {
        code(text)
    }
}

/// A bar would end the cell, and white space at the ends would not be seen.
fn code(text: &str) -> String {
    let shown: String = text
        .chars()
        .flat_map(|letter| match letter {
            '"' | '\'' | '\\' => vec![letter],
            _ if letter.is_control() => letter.escape_default().collect(),
            _ => vec![letter],
        })
        .collect();
    let shown = shown.replace('|', "\\|");
    if shown.trim().is_empty() {
        return format!("`\"{shown}\"`");
    }
    format!("`{shown}`")
}
