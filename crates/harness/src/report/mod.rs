//! A report, for people and for machines.

mod json;
mod junit;
mod no_login;
mod text;

pub use json::to_json;
pub use junit::to_junit;
pub use text::{Style, finding_line, to_text};

use crate::case::Case;

/// The command that runs just this case; `command` is the one that ran them all.
fn rerun(command: &str, case: &Case) -> String {
    format!("{command} --only {}", case.id)
}
