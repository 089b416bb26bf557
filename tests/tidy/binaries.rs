//! The programs of this repository and the arguments that they take.

use clap::{Arg, Command, CommandFactory};

// The lab keeps its arguments to itself, as a program does; here they are compiled
// once more, so that what is checked is what it really takes.
#[path = "../../crates/lab/src/cli/mod.rs"]
#[allow(dead_code, unused_imports)]
mod lab_cli;

/// Every program that a reader can start.
pub(crate) const PROGRAMS: [&str; 6] = [
    "cookie-state",
    "session-state",
    "jwt-state",
    "auth-chain",
    "conform",
    "lab",
];

/// The arguments of a program, as its `--help` lists them.
pub(crate) fn command(program: &str) -> Option<Command> {
    let command = match program {
        "cookie-state" => cookie_state::Settings::command(),
        "session-state" => session_state::Settings::command(),
        "jwt-state" => jwt_state::Settings::command(),
        "auth-chain" => auth_chain::Settings::command(),
        "conform" => harness::Arguments::command(),
        "lab" => lab_cli::Cli::command(),
        _ => return None,
    };
    Some(without_environment(command))
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
    assert!(understands(&["cookie-state", "--no-such-flag"]).is_err());
    assert!(understands(&["cookie-state", "--profile", "stateless"]).is_ok());
}
