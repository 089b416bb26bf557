//! What can be set.

mod additions;
mod check;
mod choices;
mod names;

use std::{path::PathBuf, time::Duration};

use actix_web::http::header::HeaderName;

use clap::Parser;
use contract::settings::{Common, lifetime};
use jsonwebtoken::Algorithm;
use url::Url;

use crate::credential;
pub use additions::Additions;
pub use choices::{Delivery, Rotating, UserIdField};

/// What `--help` says at its end.
const HELP: &str = "\
A SPAN is a number with its unit: 90s, 15m, 12h, 14d.
Listens on 127.0.0.1:8003 unless --listen says otherwise.
Accounts of the start: alice / wonderland, bob / builder, root / toor-toor (admin).
Exit codes: 0 stopped as asked, 1 did not start, 2 wrong settings or address taken.";

/// The port, when none is given.
pub const PORT: u16 = 8003;

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

    /// How many access tokens that were right are remembered, so that the next request with one
    /// costs less; 0 for none
    #[arg(
        long,
        env = "STATELAB_REMEMBERED_TOKENS",
        value_name = "NUMBER",
        default_value_t = 8192
    )]
    pub remembered_tokens: usize,

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

    /// Where another issuer publishes his keys: access tokens that one of them has signed are
    /// accepted too. https, or http on this machine
    #[arg(long, env = "STATELAB_JWKS_URL", value_name = "URL", requires = "jwks_issuer", value_parser = credential::jwks_url)]
    pub jwks: Option<Url>,

    /// Who that is: the claim `iss` of his tokens
    #[arg(
        long,
        env = "STATELAB_JWKS_ISSUER",
        value_name = "URI",
        requires = "jwks"
    )]
    pub jwks_issuer: Option<String>,

    /// Certificate authority (PEM) that signed the certificate of that URL [default: the public ones]
    #[arg(long, env = "STATELAB_JWKS_CA", value_name = "FILE", requires = "jwks")]
    pub jwks_ca: Option<PathBuf>,

    /// Who issues the tokens: their claim `iss`; `none` leaves it out
    #[arg(
        long,
        env = "STATELAB_ISSUER",
        value_name = "URI",
        default_value = "urn:statelab:jwt-state"
    )]
    pub issuer: String,

    /// Whom the tokens are for: their claim `aud`; `none` leaves it out
    #[arg(
        long,
        env = "STATELAB_AUDIENCE",
        value_name = "URI",
        default_value = "urn:statelab:api"
    )]
    pub audience: String,

    /// Whether a refresh token is replaced at each use. With `off`, one that was copied is not
    /// noticed
    #[arg(long, env = "STATELAB_ROTATION", value_enum, default_value_t = Rotating::On)]
    pub rotation: Rotating,

    /// How the tokens reach the client and come back
    #[arg(long, env = "STATELAB_DELIVERY", value_enum, default_value_t = Delivery::Body)]
    pub delivery: Delivery,

    /// Scheme that stands before the access token, in any case; may be given more than once
    #[arg(long = "header-type", env = "STATELAB_HEADER_TYPES", value_name = "NAME", value_delimiter = ',', default_value = "Bearer", value_parser = names::scheme)]
    pub header_types: Vec<String>,

    /// Header that the access token comes in
    #[arg(long, env = "STATELAB_HEADER_NAME", value_name = "NAME", default_value = "Authorization", value_parser = names::header)]
    pub header_name: HeaderName,

    /// What of the account stands in the claim that names it
    #[arg(long, env = "STATELAB_USER_ID_FIELD", value_enum, default_value_t = UserIdField::Id)]
    pub user_id_field: UserIdField,

    /// Name of the claim that names the account; `sub` says it anyway
    #[arg(long, env = "STATELAB_USER_ID_CLAIM", value_name = "NAME", default_value = "user_id", value_parser = names::claim)]
    pub user_id_claim: String,

    /// Name of the claim that says `access` or `refresh`
    #[arg(long, env = "STATELAB_TOKEN_TYPE_CLAIM", value_name = "NAME", default_value = "token_type", value_parser = names::claim)]
    pub token_type_claim: String,

    /// Name of the claim that holds the token's own id
    #[arg(long, env = "STATELAB_JTI_CLAIM", value_name = "NAME", default_value = "jti", value_parser = names::claim)]
    pub jti_claim: String,

    /// Accept access tokens that Django's Simple JWT has made with one of the keys; only in the
    /// profile stateless, because they belong to no login that could be ended
    #[arg(long, env = "STATELAB_ACCEPT_SIMPLE_JWT")]
    pub accept_simple_jwt: bool,

    /// What a program adds to tokens and answers.
    #[arg(skip)]
    pub additions: Additions,
}

/// The algorithm of this name, for a command line.
///
/// # Errors
/// A sentence with the names that there are.
pub fn algorithm(name: &str) -> Result<Algorithm, String> {
    credential::algorithm(name).map_err(|_| {
        "write HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384 or EdDSA".to_owned()
    })
}
