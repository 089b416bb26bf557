//! The outcome as a page of the book.

use std::fmt::Write as _;

use super::case::{Ask, Case, How};

const VERSION: &str = "Asked: ";

const INTRODUCTION: &str = "
What a browser keeps of a `Set-Cookie` line, and what it sends back. Each row was asked of
a real Chromium and of the harness's own jar by `tests/browser`, which fails where one of
them answers otherwise than this page says. *Sent* is the `Cookie` field that RFC 6265bis
asks for, *nothing* where there is none; where Chromium does not keep to it, the row says
so, and why. It was told to let cookies into other sites' requests where `SameSite` does:
left to itself, this Chromium blocks them there whatever the cookie says, if it is not
`Partitioned`.

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
pub(super) fn page(cases: &[Case], product: &str) -> String {
    let mut page = String::from("# What a browser does with cookies\n");
    page.push_str(INTRODUCTION);
    let differ: Vec<&Case> = cases.iter().filter(|case| case.why.is_some()).collect();
    let agree = cases.len() - differ.len();
    let total = cases.len();
    let _ = write!(
        page,
        "\n{VERSION}{product}\n\nIn {agree} of {total} cases Chromium answers as RFC 6265bis says.\n"
    );
    page.push_str("\n## Where Chromium differs\n\n| | 6265bis sends | Chromium sends | why |\n|---|---|---|---|\n");
    for case in &differ {
        let chromium = case.chromium.as_deref().unwrap_or_default();
        let why = case.why.as_deref().unwrap_or_default();
        let _ = writeln!(
            page,
            "| {} | {} | {} | {why} |",
            case.id,
            field(&case.sent),
            field(chromium)
        );
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
    let star = if case.why.is_some() {
        " (Chromium differs)"
    } else {
        ""
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
