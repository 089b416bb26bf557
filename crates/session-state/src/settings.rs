//! What can be set.

use std::time::Duration;

use clap::Parser;
use contract::{
    StartError,
    settings::{Common, lifetime},
};

/// The port, when none is given.
pub const PORT: u16 = 8002;

/// Logs visitors in and keeps the login state in Redis; the browser holds an id.
#[derive(Debug, Clone, Parser)]
#[command(name = "session-state", version)]
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
