//! How the program ends. The numbers are those of `conform`.

use std::fmt::Display;
use std::process::ExitCode;

use contract::command::tell;

/// An expectation failed: another verdict than the lesson names, a hole that nobody announced.
/// Also what could not be done although it was asked for rightly.
pub(crate) const UNEXPECTED: u8 = 1;
/// The command line, the settings together, or a name that there is not.
pub(crate) const USAGE: u8 = 2;
/// Nobody answers where a lab or a server should.
pub(crate) const NOT_THERE: u8 = 3;
/// A Redis was named, or is needed, and is not there.
pub(crate) const NO_REDIS: u8 = 5;

/// Says why on standard error.
pub(crate) fn because(code: u8, why: impl Display) -> ExitCode {
    tell(format_args!("error: {why}"));
    ExitCode::from(code)
}

/// A name that is none of those that there are.
pub(crate) fn unknown(what: &str, name: &str, known: &[&str]) -> ExitCode {
    let known = known.join(", ");
    because(
        USAGE,
        format!("there is no {what} `{name}`; there are: {known}"),
    )
}
