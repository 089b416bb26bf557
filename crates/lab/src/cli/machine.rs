//! `lab bench`, `lab doctor`, `lab reset`.

use std::time::Duration;

use clap::{Args, ValueEnum};
use lab::StoreChoice;
use lab::bench::BenchOptions;

use super::store::StoreArgs;

const BENCH_EXAMPLES: &str = "\
Every server is started as a process of its own, without the lab, and asked over loopback.

Examples:
  cargo run --release -- bench            a debug build is many times slower
  lab bench --seconds 10 --embedded       shorter, and without Redis
  lab bench --json > bench.json           for a program; the progress is on standard error

Exit codes: 0 measured, 1 a server could not be measured, 2 wrong settings, 5 Redis not there.";

/// Settings of `lab bench`.
#[derive(Debug, Args)]
#[command(after_help = BENCH_EXAMPLES)]
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
  lab doctor --port 9000                  before `lab up --port 9000`
  lab doctor --json                       the same for a program

Exit codes: 0 a lab starts here, 1 it does not, 2 wrong settings, 5 it does not for want of the
Redis that was named.";

/// Settings of `lab doctor`.
#[derive(Debug, Args)]
#[command(after_help = DOCTOR_EXAMPLES)]
pub(crate) struct DoctorArgs {
    /// Print JSON instead of lines
    #[arg(long)]
    pub(crate) json: bool,

    /// Port that the lab is to have [default: 8000, or the next free one]
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,

    #[command(flatten)]
    store: StoreArgs,
}

impl DoctorArgs {
    pub(crate) fn store(self) -> Result<StoreChoice, clap::Error> {
        self.store.choice()
    }
}

const RESET_EXAMPLES: &str = "\
Examples:
  lab reset                               the lab on the first port from 8000 on
  lab reset --port 9000                   the one on this port

Exit codes: 0 reset, 1 the lab could not, 2 wrong settings, 3 no lab there.";

/// Settings of `lab reset`.
#[derive(Debug, Args)]
#[command(after_help = RESET_EXAMPLES)]
pub(crate) struct ResetArgs {
    /// Port of the lab [default: the first from 8000 on where one runs]
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  lab completions bash > ~/.local/share/bash-completion/completions/lab
  lab completions zsh > ~/.zfunc/_lab     with fpath+=~/.zfunc before compinit in ~/.zshrc
  lab completions fish > ~/.config/fish/completions/lab.fish

Exit codes: 0 printed, 2 no such shell.";

/// Settings of `lab completions`.
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// Which shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: ForShell,
}

/// Shells that can be taught.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ForShell {
    Bash,
    Zsh,
    Fish,
    Elvish,
    Powershell,
}
