//! `lab doctor` and `lab reset`.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use lab::doctor::{self, Finding, State};
use lab::running::RunningLab;

use crate::cli::{DoctorArgs, ResetArgs};

/// As `conform` ends when it reaches nobody.
const NOT_THERE: u8 = 3;

pub(crate) async fn doctor(settings: DoctorArgs) -> ExitCode {
    let json = settings.json;
    let choice = settings.store().unwrap_or_else(|error| error.exit());
    let findings = doctor::examine(&choice).await;
    // Whoever stopped reading has seen enough.
    let _ = if json {
        as_json(&findings)
    } else {
        as_text(&findings)
    };
    if findings.iter().any(|one| one.state == State::Trouble) {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn as_json(findings: &[Finding]) -> std::io::Result<()> {
    let report = serde_json::json!({ "version": 1, "findings": findings });
    writeln!(std::io::stdout(), "{report:#}")
}

fn as_text(findings: &[Finding]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    // https://no-color.org: any value that is not empty turns colour off.
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = out.is_terminal() && !plain;
    for finding in findings {
        let (word, code) = match finding.state {
            State::Fine => ("ok", 32),
            State::Note => ("note", 33),
            State::Trouble => ("trouble", 31),
        };
        let word = format!("{word:<8}");
        let word = match colour {
            true => format!("\u{1b}[{code}m{word}\u{1b}[0m"),
            false => word,
        };
        writeln!(out, "{word}{:<9}{}", finding.about, finding.says)?;
        if let Some(hint) = &finding.hint {
            writeln!(out, "{:17}{hint}", "")?;
        }
    }
    out.flush()
}

pub(crate) fn reset(settings: &ResetArgs) -> ExitCode {
    let lab = match settings.port {
        Some(port) => RunningLab::on(port),
        None => RunningLab::find(),
    };
    let Some(lab) = lab else {
        match settings.port {
            Some(port) => eprintln!("error: no lab runs on port {port}"),
            None => eprintln!("error: no lab runs on a port from 8000 to 8099; give its --port"),
        }
        return ExitCode::from(NOT_THERE);
    };
    match lab.reset() {
        Ok(()) => {
            println!(
                "{} is as at its start: accounts, keys, store and history.",
                lab.address()
            );
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
