//! What can be set.

use std::time::Duration;

use clap::Parser;
use contract::{
    StartError,
    settings::{Common, lifetime},
};

/// What `--help` says at its end.
const HELP: &str = "\
A SPAN is a number with its unit: 90s, 15m, 12h, 14d.
Listens on 127.0.0.1:8001 unless --listen says otherwise.
Accounts of the start: alice / wonderland, bob / builder, root / toor-toor (admin).
Exit codes: 0 stopped as asked, 1 did not start, 2 wrong settings.";

/// The port, when none is given.
pub const PORT: u16 = 8001;

/// Logs visitors in and keeps the login state sealed in a cookie in the browser.
#[derive(Debug, Clone, Parser)]
#[command(name = "cookie-state", version, after_help = HELP)]
pub struct Settings {
    /// The settings that all three servers have.
    #[command(flatten)]
    pub common: Common,

    /// How long a login lasts
    #[arg(long, env = "STATELAB_LIFETIME", value_name = "SPAN", default_value = "14d", value_parser = lifetime)]
    pub lifetime: Duration,

    /// How long a login may be made to last by PUT /expiry
    #[arg(long, env = "STATELAB_ABSOLUTE_LIFETIME", value_name = "SPAN", default_value = "30d", value_parser = lifetime)]
    pub absolute_lifetime: Duration,
}

impl Settings {
    /// Whether the settings make sense together.
    pub(crate) fn check(&self) -> Result<(), StartError> {
        if self.lifetime > self.absolute_lifetime {
            return Err(StartError::Setting(
                "--lifetime is longer than --absolute-lifetime; make it shorter".to_owned(),
            ));
        }
        Ok(())
    }
}
