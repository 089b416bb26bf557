//! What can be set.

use std::{path::PathBuf, time::Duration};

use clap::Parser;
use contract::{
    StartError,
    settings::{Common, lifetime},
};
use jsonwebtoken::Algorithm;

use crate::credential;

/// What `--help` says at its end.
const HELP: &str = "\
A SPAN is a number with its unit: 90s, 15m, 12h, 14d.
Listens on 127.0.0.1:8003 unless --listen says otherwise.
Accounts of the start: alice / wonderland, bob / builder, root / toor-toor (admin).
Exit codes: 0 stopped as asked, 1 did not start, 2 wrong settings.";

/// The port, when none is given.
pub const PORT: u16 = 8003;

/// Within the grace a thief is not noticed: it is for networks that drop an answer, not for more.
const LONGEST_GRACE: Duration = Duration::from_secs(60);
/// For so long a token works that is over. Clocks that are further apart are wrong.
const LONGEST_LEEWAY: Duration = Duration::from_secs(60);

/// Logs visitors in and puts the login state into signed tokens.
#[derive(Debug, Clone, Parser)]
#[command(name = "jwt-state", version, after_help = HELP)]
pub struct Settings {
    /// The settings that all three servers have.
    #[command(flatten)]
    pub common: Common,

    /// How long an access token works; at most as long as a demotion may go unnoticed
    /// in the profile stateless
    #[arg(long, env = "STATELAB_ACCESS_LIFETIME", value_name = "SPAN", default_value = "5m", value_parser = lifetime)]
    pub access_lifetime: Duration,

    /// How long a refresh token works
    #[arg(long, env = "STATELAB_REFRESH_LIFETIME", value_name = "SPAN", default_value = "1d", value_parser = lifetime)]
    pub refresh_lifetime: Duration,

    /// How long a login lasts, however often it is refreshed
    #[arg(long, env = "STATELAB_ABSOLUTE_LIFETIME", value_name = "SPAN", default_value = "14d", value_parser = lifetime)]
    pub absolute_lifetime: Duration,

    /// How long a refresh token may be exchanged once more, in case its answer got lost;
    /// at most 60s [default: not at all]
    #[arg(long, env = "STATELAB_REFRESH_GRACE", value_name = "SPAN", value_parser = lifetime)]
    pub refresh_grace: Option<Duration>,

    /// How far the clocks of several servers may be apart; at most 60s [default: not at all]
    #[arg(long, env = "STATELAB_LEEWAY", value_name = "SPAN", value_parser = lifetime)]
    pub leeway: Option<Duration>,

    /// File with the key that signs: a private key in PEM (PKCS#8), or a secret as JWK
    /// [default: a secret derived from the server's own]
    #[arg(long, env = "STATELAB_SIGNING_KEY_FILE", value_name = "FILE")]
    pub signing_key: Option<PathBuf>,

    /// Algorithm that it signs with [default: what the key is for; RS256 for RSA, HS256 for a secret]
    #[arg(long, env = "STATELAB_ALGORITHM", value_name = "NAME", value_parser = algorithm)]
    pub algorithm: Option<Algorithm>,

    /// File with other keys whose tokens are accepted, the one from before or the next one: a
    /// JWK, a set of JWKs or a public PEM; may be given more than once
    #[arg(
        long = "verifying-key",
        env = "STATELAB_VERIFYING_KEY_FILES",
        value_name = "FILE",
        value_delimiter = ','
    )]
    pub verifying_keys: Vec<PathBuf>,

    /// Who issues the tokens: their claim `iss`
    #[arg(
        long,
        env = "STATELAB_ISSUER",
        value_name = "URI",
        default_value = "urn:statelab:jwt-state"
    )]
    pub issuer: String,

    /// Whom the tokens are for: their claim `aud`
    #[arg(
        long,
        env = "STATELAB_AUDIENCE",
        value_name = "URI",
        default_value = "urn:statelab:api"
    )]
    pub audience: String,
}

impl Settings {
    /// Whether the settings make sense together.
    pub(crate) fn check(&self) -> Result<(), StartError> {
        let fault = if self.access_lifetime > self.refresh_lifetime {
            "--access-lifetime is longer than --refresh-lifetime; make it shorter"
        } else if self.refresh_lifetime > self.absolute_lifetime {
            "--refresh-lifetime is longer than --absolute-lifetime; make it shorter"
        } else if self.refresh_grace > Some(LONGEST_GRACE) {
            "--refresh-grace is over 60s; an answer that got lost is asked for again at once"
        } else if self.leeway > Some(LONGEST_LEEWAY) {
            "--leeway is over 60s; set the clocks, with NTP for example"
        } else if self.issuer.is_empty() || self.audience.is_empty() {
            "--issuer and --audience cannot be empty; say who issues the tokens, and for whom"
        } else {
            return Ok(());
        };
        Err(StartError::Setting(fault.to_owned()))
    }
}

fn algorithm(name: &str) -> Result<Algorithm, String> {
    credential::algorithm(name).map_err(|_| {
        "write HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384 or EdDSA".to_owned()
    })
}
