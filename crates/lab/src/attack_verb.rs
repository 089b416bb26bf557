//! `lab attack`: every attack against every server, as a table; or one with its evidence.

use std::process::ExitCode;
use std::time::Instant;

use contract::command::tell;
use futures_util::future::try_join_all;
use lab::LabError;
use lab::attacks::{ATTACKS, Attack, Tried};
use lab::column::Column;
use lab::lure::{LURES, Lure};
use lab::variants::Variants;
use lab::verdict::{Tone, Word};
use serde_json::json;

use crate::attack_words::Words;
use crate::cli::AttackArgs;
use crate::exit;
use crate::lesson_words::padded;
use crate::screen::{Paint, Screen};

/// Of what `--json` prints; goes up when a member goes or changes its meaning.
const VERSION: u32 = 1;

/// Where the rest is tried.
const IN_BROWSER: &str = "start `lab` and open its page, tab Attacks";

pub(crate) async fn run(settings: AttackArgs) -> ExitCode {
    let all = settings.name == "all";
    let chosen: Vec<&'static Attack> = match Attack::named(&settings.name) {
        Some(attack) => vec![attack],
        None if all => ATTACKS.iter().collect(),
        None if Lure::named(&settings.name).is_some() => {
            let name = &settings.name;
            return exit::because(
                exit::USAGE,
                format!("only a browser can try `{name}`: {IN_BROWSER}"),
            );
        }
        None => {
            let names = ATTACKS.iter().map(|attack| attack.name);
            let names: Vec<&str> = std::iter::once("all").chain(names).collect();
            return exit::unknown("attack", &settings.name, &names);
        }
    };
    let variants = match settings.variants() {
        Ok(variants) => variants,
        Err(error) => return exit::because(error.exit_code(), error),
    };
    let mut shown = Shown(Screen::new(), Words::of(settings.lang));
    match attack(&chosen, &settings, variants, &mut shown).await {
        Ok(0) => shown.0.end(0),
        Ok(_) => shown.0.end(exit::UNEXPECTED),
        Err(error) => exit::because(error.exit_code(), error),
    }
}

/// Runs them, prints what comes, and says how many surprises there were.
async fn attack(
    chosen: &[&'static Attack],
    settings: &AttackArgs,
    variants: Variants,
    shown: &mut Shown,
) -> Result<usize, LabError> {
    let started = Instant::now();
    let in_detail = settings.name != "all";
    let mut all = Vec::new();
    if !settings.json && !in_detail {
        shown.line(&heading());
    }
    for attack in chosen {
        let row = Column::ALL.map(|column| attack.run(column, variants));
        let row = try_join_all(row).await?;
        if settings.json {
            tell(attack.name);
        } else if in_detail {
            shown.detail(attack, &row);
        } else {
            shown.row(attack, &row);
        }
        all.extend(row.into_iter().flatten());
    }
    let count = |tone: Tone| all.iter().filter(|tried| tried.tone == tone).count();
    let (denied, trade_offs) = (count(Tone::Good), count(Tone::Warn));
    let idle = all.iter().filter(|tried| tried.is_idle()).count();
    let tried = all.len() - idle;
    if settings.json {
        shown.0.json(&json!({
            "version": VERSION,
            "profile": settings.profile,
            "summary": {
                "tried": tried,
                "denied": denied,
                "trade_offs": trade_offs,
                "surprises": surprises(&all),
            },
            "attacks": all,
        }));
    } else {
        let counts = [tried, denied, trade_offs, surprises(&all)];
        let seconds = started.elapsed().as_secs_f64();
        shown.line(&shown.1.sum(settings.profile, counts, seconds));
        if !in_detail {
            shown.line(&shown.1.more(LURES.len(), IN_BROWSER));
        }
    }
    Ok(surprises(&all))
}

fn surprises(all: &[Tried]) -> usize {
    all.iter().filter(|tried| tried.is_surprise()).count()
}

fn heading() -> String {
    let [cookie, session, jwt] = Column::ALL.map(Column::id);
    format!("{:<18}{cookie:<14}{session:<14}{jwt:<14}", "")
}

/// A line for each exchange with what it was for; of those that say the same, one with their number.
fn in_lines(tried: &Tried) -> Vec<String> {
    let mut lines: Vec<(String, Option<String>, usize)> = Vec::new();
    for (exchange, purpose) in tried.exchanges.iter().zip(&tried.purposes) {
        let line = in_one_line(exchange);
        let line = if purpose.control {
            format!("{line} (control: the untouched credential)")
        } else {
            line
        };
        match lines.last_mut() {
            Some((before, what, times)) if *before == line => {
                what.clone_from(&purpose.tried);
                *times += 1;
            }
            _ => lines.push((line, purpose.tried.clone(), 1)),
        }
    }
    let told = lines
        .into_iter()
        .map(|(line, what, times)| match (what, times) {
            (None, 1) => line,
            (None, _) => format!("{times} times {line}"),
            (Some(what), 1) => format!("{line} ({what})"),
            (Some(what), _) => format!("{times} times {line} (the last: {what})"),
        });
    told.collect()
}

/// The first line of the request and of the answer.
fn in_one_line(exchange: &str) -> String {
    let first = |mark: &str| exchange.lines().find_map(|line| line.strip_prefix(mark));
    let request = first("> ").unwrap_or_default();
    let request = request.trim_end_matches(" HTTP/1.1");
    let answer = first("< HTTP/1.1 ").unwrap_or("no answer");
    format!("{request}  ->  {answer}")
}

struct Shown(Screen, Words);

impl Shown {
    fn line(&mut self, text: &str) {
        self.0.line(text);
    }

    fn row(&mut self, attack: &Attack, row: &[Option<Tried>]) {
        let cells: String = row.iter().map(|tried| self.cell(tried.as_ref())).collect();
        let title = self.1.title(attack);
        self.line(&format!("{:<18}{cells}{title}", attack.name));
    }

    fn cell(&self, tried: Option<&Tried>) -> String {
        let (text, paint) = match tried {
            None => (self.1.nothing.to_owned(), Paint::Faint),
            Some(tried) if tried.is_idle() => (self.1.nothing.to_owned(), Paint::Faint),
            Some(tried) => {
                let word = tried.word.map_or(self.1.untried, Word::text);
                match tried.tone {
                    Tone::Good => (format!("ok {word}"), Paint::Good),
                    Tone::Warn => (format!("! {word}"), Paint::Warn),
                    Tone::Bad => (format!("X {word}"), Paint::Bad),
                    Tone::Neutral => (format!("? {word}"), Paint::Warn),
                }
            }
        };
        self.0.paint(paint, &padded(&text, 14))
    }

    fn detail(&mut self, attack: &Attack, row: &[Option<Tried>]) {
        let title = self.1.title(attack);
        self.line(&format!("{}: {title}\n", attack.name));
        for tried in row.iter().flatten() {
            let cell = self.cell(Some(tried));
            self.line(&format!(
                "{:<9}{cell}{} ms, {}",
                tried.column.id(),
                tried.took_ms,
                tried.variants.join(", ")
            ));
            self.line(&format!("         {}: {}", tried.check, tried.claim));
            self.line(&format!("         {}{}", self.1.source, tried.source));
            if let Some(remark) = &tried.remark {
                self.line(&format!("         {remark}"));
            }
            if let Some(word) = tried.switch {
                let column = tried.column.id();
                self.line(&format!("         {}--{column} {word}", self.1.another));
            }
            self.line(&format!("         {}", self.1.last));
            for line in in_lines(tried) {
                self.line(&format!("         | {line}"));
            }
            self.line("");
        }
        let defence = self.1.defence_of(attack);
        self.line(&format!("{}{defence}", self.1.defence));
    }
}
