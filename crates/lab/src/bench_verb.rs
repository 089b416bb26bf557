//! `lab bench`: the result on standard output, everything else on standard error.

use std::process::ExitCode;

use contract::command::tell;
use lab::bench::{self, BenchError};

use crate::cli::Bench;
use crate::exit;
use crate::screen::Screen;

pub(crate) async fn run(settings: Bench) -> ExitCode {
    if cfg!(debug_assertions) {
        tell(
            "warning: this is a debug build, many times slower than: cargo run --release -- bench",
        );
    }
    let json = settings.json;
    let options = settings.options().unwrap_or_else(|error| error.exit());
    let report = match bench::run(&options, |step| tell(step)).await {
        Ok(report) => report,
        Err(error) => {
            let code = match &error {
                BenchError::Redis(error) => error.exit_code(),
                BenchError::Target { .. } => exit::UNEXPECTED,
            };
            return exit::because(code, error);
        }
    };
    let mut screen = Screen::new();
    if json {
        screen.json(&report);
    } else {
        screen.line(&report.to_string());
    }
    screen.end(0)
}
