//! `lab attack`: every attack against every server, as a table; or one with its evidence.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Instant;

use futures_util::future::try_join_all;
use lab::LabError;
use lab::attacks::{ATTACKS, Attack, Tried};
use lab::column::Column;
use lab::verdict::Tone;

use crate::cli::AttackArgs;

/// Something came out that nobody announced.
const SURPRISE: u8 = 1;

pub(crate) async fn run(settings: AttackArgs) -> ExitCode {
    let all = settings.name == "all";
    let chosen: Vec<&'static Attack> = match Attack::named(&settings.name) {
        Some(attack) => vec![attack],
        None if all => ATTACKS.iter().collect(),
        None => {
            let names: Vec<&str> = ATTACKS.iter().map(|attack| attack.name).collect();
            eprintln!(
                "error: there is no attack `{}`; there are: all, {}",
                settings.name,
                names.join(", ")
            );
            return ExitCode::from(2);
        }
    };
    match attack(&chosen, &settings, !all).await {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(SURPRISE),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

/// Runs them, prints what comes, and says how many surprises there were.
async fn attack(
    chosen: &[&'static Attack],
    settings: &AttackArgs,
    in_detail: bool,
) -> Result<usize, LabError> {
    let started = Instant::now();
    let mut all = Vec::new();
    let mut shown = Shown::on_standard_output();
    if !settings.json && !in_detail {
        shown.line(&heading());
    }
    for attack in chosen {
        let row = Column::ALL.map(|column| attack.run(column, settings.profile));
        let row = try_join_all(row).await?;
        if in_detail && !settings.json {
            shown.detail(attack, &row);
        } else if !settings.json {
            shown.row(attack, &row);
        }
        all.extend(row.into_iter().flatten());
    }
    if settings.json {
        let text = serde_json::to_string_pretty(&all).unwrap_or_default();
        shown.line(&text);
    } else {
        let count = |tone: Tone| all.iter().filter(|tried| tried.tone == tone).count();
        shown.line(&format!(
            "{} tried in the profile {}: {} denied, {} known trade-offs, {} surprises, {:.1} s",
            all.len(),
            settings.profile.name(),
            count(Tone::Good),
            count(Tone::Warn),
            surprises(&all),
            started.elapsed().as_secs_f64()
        ));
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

/// The first line of the request and of the answer.
fn in_one_line(exchange: &str) -> String {
    let first = |mark: &str| exchange.lines().find_map(|line| line.strip_prefix(mark));
    let request = first("> ").unwrap_or_default();
    let request = request.trim_end_matches(" HTTP/1.1");
    let answer = first("< HTTP/1.1 ").unwrap_or("no answer");
    format!("{request}  ->  {answer}")
}

/// Where the lines go. When nobody reads on (`lab attack | head`), the rest goes nowhere.
struct Shown {
    out: std::io::Stdout,
    colour: bool,
}

impl Shown {
    fn on_standard_output() -> Self {
        let out = std::io::stdout();
        let colour = out.is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { out, colour }
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{}", text.trim_end());
        let _ = self.out.flush();
    }

    fn row(&mut self, attack: &Attack, row: &[Option<Tried>]) {
        let cells: String = row.iter().map(|tried| self.cell(tried.as_ref())).collect();
        self.line(&format!("{:<18}{cells}{}", attack.name, attack.title));
    }

    fn cell(&self, tried: Option<&Tried>) -> String {
        let (text, code) = match tried {
            None => ("- nothing", 2),
            Some(tried) => match tried.tone {
                Tone::Good => ("ok DENIED", 32),
                Tone::Warn => ("! ALLOWED", 33),
                Tone::Bad => ("X ALLOWED", 31),
                Tone::Neutral => ("? not tried", 33),
            },
        };
        let text = format!("{text:<14}");
        match self.colour {
            true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
            false => text,
        }
    }

    fn detail(&mut self, attack: &Attack, row: &[Option<Tried>]) {
        self.line(&format!("{}: {}\n", attack.name, attack.title));
        for tried in row.iter().flatten() {
            let cell = self.cell(Some(tried));
            self.line(&format!(
                "{:<9}{cell}{} ms",
                tried.column.id(),
                tried.took_ms
            ));
            self.line(&format!("         {}: {}", tried.check, tried.claim));
            self.line(&format!("         source: {}", tried.source));
            if let Some(remark) = &tried.remark {
                self.line(&format!("         {remark}"));
            }
            self.line("         the last requests and answers (--json shows them whole):");
            for exchange in &tried.exchanges {
                self.line(&format!("         | {}", in_one_line(exchange)));
            }
            self.line("");
        }
        self.line(&format!("defence: {}", attack.defence));
    }
}
