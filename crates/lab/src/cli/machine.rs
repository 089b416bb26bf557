//! `lab bench`, `lab doctor`, `lab reset`.

use std::time::Duration;

use clap::Args;
use lab::StoreChoice;
use lab::bench::BenchOptions;

use super::store::StoreArgs;

/// Settings of `lab bench`.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,

    /// How long all measuring takes, without starting and stopping
    #[arg(long, value_name = "N", default_value_t = 36, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,

    #[command(flatten)]
    store: StoreArgs,
}

impl Bench {
    pub(crate) fn options(self) -> Result<BenchOptions, clap::Error> {
        let lasts = Duration::from_secs(self.seconds);
        Ok(BenchOptions {
            lasts,
            store: self.store.choice()?,
        })
    }
}

const DOCTOR_EXAMPLES: &str = "\
Examples:
  lab doctor                              before a lesson
  lab doctor --json                       the same for a program

Exit codes: 0 a lab starts here, 1 it does not, 2 wrong settings.";

/// Settings of `lab doctor`.
#[derive(Debug, Args)]
#[command(after_help = DOCTOR_EXAMPLES)]
pub(crate) struct DoctorArgs {
    /// Print JSON instead of lines
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    store: StoreArgs,
}

impl DoctorArgs {
    pub(crate) fn store(self) -> Result<StoreChoice, clap::Error> {
        self.store.choice()
    }
}

/// Settings of `lab reset`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 reset, 1 the lab could not, 2 wrong settings, 3 no lab there."
)]
pub(crate) struct ResetArgs {
    /// Port of the lab [default: the first from 8000 on where one runs]
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
}
