//! Standard output: data, in words. Colour only where somebody looks, and no panic where nobody
//! reads on (`lab attack | head`).

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use serde::Serialize;

use crate::exit;

/// Green, yellow and red of a terminal, and what is of no weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    Good = 32,
    Warn = 33,
    Bad = 31,
    Faint = 2,
    Strong = 1,
}

/// Where the lines go.
pub(crate) struct Screen {
    out: io::Stdout,
    colour: bool,
    failed: Option<io::Error>,
}

impl Screen {
    pub(crate) fn new() -> Self {
        let out = io::stdout();
        // https://no-color.org: any value that is not empty turns colour off.
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            colour: out.is_terminal() && !refused,
            out,
            failed: None,
        }
    }

    pub(crate) fn line(&mut self, text: &str) {
        if self.failed.is_some() {
            return;
        }
        let written = writeln!(self.out, "{}", text.trim_end());
        self.failed = written.and_then(|()| self.out.flush()).err();
    }

    /// For a program: one document.
    pub(crate) fn json(&mut self, document: &impl Serialize) {
        match serde_json::to_string_pretty(document) {
            Ok(text) => self.line(&text),
            Err(error) => self.failed = Some(error.into()),
        }
    }

    pub(crate) fn paint(&self, paint: Paint, text: &str) -> String {
        match self.colour {
            true => format!("\u{1b}[{}m{text}\u{1b}[0m", paint as u8),
            false => text.to_owned(),
        }
    }

    /// The exit code, unless what was to be said could not be written. Whoever closed the pipe
    /// has read enough.
    pub(crate) fn end(self, code: u8) -> ExitCode {
        match self.failed {
            Some(error) if error.kind() != io::ErrorKind::BrokenPipe => exit::because(
                exit::UNEXPECTED,
                format!("the result cannot be written: {error}"),
            ),
            _ => ExitCode::from(code),
        }
    }
}
