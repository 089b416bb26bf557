//! `lab doctor` and `lab reset`.

use std::process::ExitCode;

use lab::doctor::{self, Finding, State};
use lab::running::RunningLab;

use crate::cli::{DoctorArgs, ResetArgs};
use crate::exit;
use crate::screen::{Paint, Screen};

pub(crate) async fn doctor(settings: DoctorArgs) -> ExitCode {
    let (json, port) = (settings.json, settings.port);
    let choice = settings.store().unwrap_or_else(|error| error.exit());
    let findings = doctor::examine(&choice, port).await;
    let mut screen = Screen::new();
    if json {
        screen.json(&serde_json::json!({ "version": 1, "findings": findings }));
    } else {
        for finding in &findings {
            tell(&mut screen, finding);
        }
    }
    let trouble = |about: Option<&str>| {
        let mut troubles = findings.iter().filter(|one| one.state == State::Trouble);
        troubles.any(|one| about.is_none_or(|about| one.about == about))
    };
    screen.end(match (trouble(None), trouble(Some("store"))) {
        (_, true) => exit::NO_REDIS,
        (true, false) => exit::UNEXPECTED,
        (false, false) => 0,
    })
}

fn tell(screen: &mut Screen, finding: &Finding) {
    let (word, paint) = match finding.state {
        State::Fine => ("ok", Paint::Good),
        State::Note => ("note", Paint::Warn),
        State::Trouble => ("trouble", Paint::Bad),
    };
    let word = screen.paint(paint, &format!("{word:<8}"));
    screen.line(&format!("{word}{:<9}{}", finding.about, finding.says));
    if let Some(hint) = &finding.hint {
        screen.line(&format!("{:17}{hint}", ""));
    }
}

pub(crate) fn reset(settings: &ResetArgs) -> ExitCode {
    let lab = match settings.port {
        Some(port) => RunningLab::on(port),
        None => RunningLab::find(),
    };
    let Some(lab) = lab else {
        let why = match settings.port {
            Some(port) => format!("no lab runs on port {port}; `lab up` starts one"),
            None => "no lab runs on a port from 8000 to 8099; give its --port, or start one with `lab up`".to_owned(),
        };
        return exit::because(exit::NOT_THERE, why);
    };
    match lab.reset() {
        Ok(()) => {
            let mut screen = Screen::new();
            screen.line(&format!(
                "{} is as at its start: accounts, keys, store and history.",
                lab.address()
            ));
            screen.end(0)
        }
        Err(error) => exit::because(exit::UNEXPECTED, error),
    }
}
