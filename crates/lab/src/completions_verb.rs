//! `lab completions`: a script that teaches a shell the verbs and their settings.

use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory};
use clap_complete::{Shell, generate};

use lab::attacks::ATTACKS;
use lab::exercises::Exercise;
use lab::lessons::lessons;

use crate::cli::{Cli, CompletionsArgs, ForShell};
use crate::screen::Screen;

pub(crate) fn run(settings: &CompletionsArgs) -> ExitCode {
    let shell = match settings.shell {
        ForShell::Bash => Shell::Bash,
        ForShell::Zsh => Shell::Zsh,
        ForShell::Fish => Shell::Fish,
        ForShell::Elvish => Shell::Elvish,
        ForShell::Powershell => Shell::PowerShell,
    };
    let mut script = Vec::new();
    generate(shell, &mut with_names(Cli::command()), "lab", &mut script);
    let mut screen = Screen::new();
    screen.line(&String::from_utf8_lossy(&script));
    screen.end(0)
}

/// What else can stand there is said at length by the verb itself, when it is none of these.
fn with_names(command: Command) -> Command {
    let lessons = lessons().iter().map(|one| one.name.as_str());
    let attacks = ATTACKS.iter().map(|one| one.name);
    let exercises = Exercise::all().iter().map(|one| &*one.name);
    let all = || std::iter::once("all");
    let named = [
        ("run", "name", all().chain(lessons).collect::<Vec<&str>>()),
        ("attack", "name", all().chain(attacks).collect()),
        ("watch", "exercise", exercises.collect()),
    ];
    named
        .into_iter()
        .fold(command, |command, (verb, id, names)| {
            let names = PossibleValuesParser::new(names);
            command.mut_subcommand(verb, |verb| {
                verb.mut_arg(id, |name| name.value_parser(names))
            })
        })
}
