//! What can be set.

use std::{num::NonZeroUsize, time::Duration};

use clap::Parser;
use contract::{
    StartError,
    settings::{Common, lifetime},
};
use store::LOGINS_LISTED;

/// What `--help` says at its end.
const HELP: &str = "\
A SPAN is a number with its unit: 90s, 15m, 12h, 14d.
Listens on 127.0.0.1:8002 unless --listen says otherwise.
Accounts of the start: alice / wonderland, bob / builder, root / toor-toor (admin).
Exit codes: 0 stopped as asked, 1 did not start, 2 wrong settings or address taken.";

/// The port, when none is given.
pub const PORT: u16 = 8002;

/// Logs visitors in and keeps the login state in Redis; the browser holds an id.
#[derive(Debug, Clone, Parser)]
#[command(name = "session-state", version, after_help = HELP)]
pub struct Settings {
    /// The settings that all three servers have.
    #[command(flatten)]
    pub common: Common,

    /// How long a session lasts without a request; each request begins it anew
    #[arg(long, env = "STATELAB_LIFETIME", value_name = "SPAN", default_value = "14d", value_parser = lifetime)]
    pub lifetime: Duration,

    /// How long a session lasts however much it is used
    #[arg(long, env = "STATELAB_ABSOLUTE_LIFETIME", value_name = "SPAN", default_value = "30d", value_parser = lifetime)]
    pub absolute_lifetime: Duration,

    /// How long the session of a visitor without a login lasts without a request; never longer than --lifetime
    #[arg(long, env = "STATELAB_ANONYMOUS_LIFETIME", value_name = "SPAN", default_value = "2h", value_parser = lifetime)]
    pub anonymous_lifetime: Duration,

    /// How many sessions without a login one server process begins before the oldest of them makes way
    #[arg(
        long,
        env = "STATELAB_ANONYMOUS_SESSIONS",
        value_name = "NUMBER",
        default_value_t = 8192
    )]
    pub anonymous_sessions: usize,

    /// How many logins an account may have; one more ends the oldest [default: 1000, which is the most]
    #[arg(long, env = "STATELAB_LOGINS_PER_ACCOUNT", value_name = "NUMBER")]
    pub logins_per_account: Option<NonZeroUsize>,

    /// Write each use of a session down, not one a minute, and send its cookie again with each answer
    #[arg(long, env = "STATELAB_SAVE_EVERY_REQUEST")]
    pub save_every_request: bool,

    /// Seal sessions in Redis: who reads it learns nothing from them. Needs a key that outlives a start
    #[arg(long, env = "STATELAB_SEAL_SESSIONS")]
    pub seal_sessions: bool,
}

impl Settings {
    /// Whether the settings make sense together.
    pub(crate) fn check(&self) -> Result<(), StartError> {
        let most = self.logins_per_account.map_or(1, NonZeroUsize::get);
        let fault = if self.lifetime > self.absolute_lifetime {
            "--lifetime is longer than --absolute-lifetime; make it shorter"
        } else if most > LOGINS_LISTED {
            "--logins-per-account is over 1000; leave it out, and the limit is 1000"
        } else {
            return Ok(());
        };
        Err(StartError::Setting(fault.to_owned()))
    }
}
