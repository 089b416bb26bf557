//! What can be set.

use std::{net::SocketAddr, time::Duration};

use clap::Parser;
use contract::{
    StartError,
    settings::{Common, lifetime},
};

use crate::cookies::Protection;

/// What `--help` says at its end.
const HELP: &str = "\
A SPAN is a number with its unit: 90s, 15m, 12h, 14d.
Listens on 127.0.0.1:8001 unless --listen says otherwise.
Accounts of the start: alice / wonderland, bob / builder, root / toor-toor (admin).
Exit codes: 0 stopped as asked, 1 did not start, 2 wrong settings or address taken.";

/// The port, when none is given.
pub const PORT: u16 = 8001;

/// Logs visitors in and keeps the login state sealed in a cookie in the browser.
#[derive(Debug, Clone, Parser)]
#[command(name = "cookie-state", version, after_help = HELP)]
pub struct Settings {
    /// The settings that all three servers have.
    #[command(flatten)]
    pub common: Common,

    /// How long a login lasts without a request; use begins it anew
    #[arg(long, env = "STATELAB_LIFETIME", value_name = "SPAN", default_value = "14d", value_parser = lifetime)]
    pub lifetime: Duration,

    /// How long a login lasts however much it is used
    #[arg(long, env = "STATELAB_ABSOLUTE_LIFETIME", value_name = "SPAN", default_value = "30d", value_parser = lifetime)]
    pub absolute_lifetime: Duration,

    /// How the login cookie is protected. `signed` and `plain` are for lessons; `plain` listens on
    /// loopback only
    #[arg(long, env = "STATELAB_PROTECTION", value_enum, default_value_t = Protection::Private)]
    pub protection: Protection,

    /// How many login cookies that were opened each worker remembers, so that the next request with
    /// one costs less; 0 for none
    #[arg(
        long,
        env = "STATELAB_REMEMBERED_COOKIES",
        value_name = "N",
        default_value_t = 4096
    )]
    pub remembered_cookies: usize,
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

    /// Whether the login cookie may be protected so where the server listens.
    pub(crate) fn check_protection(&self, address: SocketAddr) -> Result<(), StartError> {
        match self.protection {
            Protection::Private => {}
            Protection::Signed => log::warn!(
                "--protection signed is for lessons: whoever sees the login cookie can read it"
            ),
            Protection::Plain if address.ip().is_loopback() => log::warn!(
                "--protection plain is for lessons: everybody can write himself the cookie of an admin"
            ),
            Protection::Plain => {
                return Err(StartError::Setting(format!(
                    "{address} is beyond loopback, and with --protection plain everybody there can be anybody; \
                     choose private"
                )));
            }
        }
        Ok(())
    }
}
