//! `lab bench`: the result on standard output, everything else on standard error.

use std::process::ExitCode;

use lab::bench::{self, BenchError};

use crate::cli::Bench;

pub(crate) async fn run(settings: Bench) -> ExitCode {
    if cfg!(debug_assertions) {
        eprintln!(
            "warning: this is a debug build, many times slower than: cargo run --release -- bench"
        );
    }
    let json = settings.json;
    let options = settings.options().unwrap_or_else(|error| error.exit());
    let report = match bench::run(&options, |step| eprintln!("{step}")).await {
        Ok(report) => report,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(match &error {
                BenchError::Redis(error) => error.exit_code(),
                BenchError::Target { .. } => 1,
            });
        }
    };
    if !json {
        print!("{report}");
        return ExitCode::SUCCESS;
    }
    match serde_json::to_string_pretty(&report) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: the result cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}
