//! `lab completions`: a script that teaches a shell the verbs and their settings.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::{Shell, generate};

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
    generate(shell, &mut Cli::command(), "lab", &mut script);
    let mut screen = Screen::new();
    screen.line(&String::from_utf8_lossy(&script));
    screen.end(0)
}
