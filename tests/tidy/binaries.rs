//! The programs of this repository and the arguments that they take.

use crate::tree;
use clap::{Arg, ArgAction, Command, CommandFactory};

// The lab keeps its arguments to itself, as a program does; here they are compiled
// once more, so that what is checked is what it really takes.
#[path = "../../crates/lab/src/cli.rs"]
#[allow(dead_code)]
mod lab_cli;

/// Every program that a reader can start.
pub(crate) const PROGRAMS: [&str; 5] = [
    "cookie-state",
    "session-state",
    "jwt-state",
    "conform",
    "lab",
];

/// The arguments of a program, as its `--help` lists them.
pub(crate) fn command(program: &str) -> Option<Command> {
    let command = match program {
        "cookie-state" => cookie_state::Settings::command(),
        "session-state" => session_state::Settings::command(),
        "jwt-state" => jwt_state::Settings::command(),
        "conform" => declared("conform", &tree::read("crates/harness/src/bin/conform.rs")),
        "lab" => lab_cli::Cli::command(),
        _ => return None,
    };
    Some(without_environment(command))
}

/// The flags that a program declares, read off its source: each field below an
/// `#[arg(long…)]`. Enough to know their names; values are not looked at.
fn declared(name: &'static str, source: &str) -> Command {
    let mut command = Command::new(name).disable_version_flag(true);
    let mut is_flag = false;
    for line in source.lines().map(str::trim) {
        is_flag |= line.starts_with("#[arg(long");
        let field = line
            .split_once(": ")
            .map(|(field, _)| field.rsplit(' ').next().unwrap_or(field));
        if let Some(field) = field.filter(|_| is_flag && !line.starts_with(['#', '/'])) {
            // clap wants names that live for ever; a test may have them.
            let long: &'static str = field.replace('_', "-").leak();
            command = command.arg(Arg::new(long).long(long).action(ArgAction::SetTrue));
            is_flag = false;
        }
    }
    command
}

/// The environment of whoever runs the tests must not decide what they say.
pub(crate) fn without_environment(command: Command) -> Command {
    command
        .mut_args(|argument: Arg| argument.env(None))
        .mut_subcommands(without_environment)
}

/// Whether a program would accept that command line; the error names the fault.
pub(crate) fn understands(words: &[&str]) -> Result<(), String> {
    let program = words.first().copied().unwrap_or_default();
    let command = command(program).ok_or_else(|| format!("{program} is no program of ours"))?;
    command
        .try_get_matches_from(words)
        .map(drop)
        .map_err(|error| {
            let text = error.to_string();
            format!("{program}: {}", text.lines().next().unwrap_or_default())
        })
}

#[test]
fn every_program_describes_itself() {
    for program in PROGRAMS {
        let command = command(program).expect("every program is listed");
        assert_eq!(command.get_name(), program);
        command.debug_assert();
    }
    let source = "#[arg(long, value_name = \"A: B\")]\n/// Why.\npub(crate) key_file: Option<PathBuf>,\nurl: u8,";
    let flags: Vec<String> = declared("x", source)
        .get_arguments()
        .map(|flag| flag.get_id().to_string())
        .collect();
    assert_eq!(flags, ["key-file"]);
    assert!(understands(&["cookie-state", "--no-such-flag"]).is_err());
    assert!(understands(&["cookie-state", "--profile", "stateless"]).is_ok());
}
