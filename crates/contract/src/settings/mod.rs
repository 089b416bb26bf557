//! What can be set, on the command line or in the environment.
//!
//! Secrets come from the environment or from a file, never from the command
//! line, which every user of the machine can read.

mod key;
mod lifetime;

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use clap::{Args, ValueEnum};
use url::Url;

pub use key::{KeyError, MasterKey};
pub use lifetime::lifetime;

/// How much a server looks up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// A credential is dead after logout, password change or disabling, at the
    /// price of a look-up (ASVS 7.4.1).
    Hardened,
    /// The pure mechanism, nothing looked up. For lessons: a stolen copy works
    /// until it expires.
    Stateless,
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hardened => "hardened",
            Self::Stateless => "stateless",
        })
    }
}

/// The settings that all three servers have.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Address and port to listen on; port 0 takes a free one [default: 127.0.0.1 and the server's own port]
    #[arg(long, env = "STATELAB_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,

    /// Origin by which browsers reach this server; may be given more than once
    /// [default: the loopback names with the port]
    #[arg(long = "origin", env = "STATELAB_ORIGIN", value_name = "URL", value_delimiter = ',', value_parser = origin)]
    pub origins: Vec<String>,

    /// How much is looked up
    #[arg(long, env = "STATELAB_PROFILE", value_enum, default_value_t = Profile::Hardened)]
    pub profile: Profile,

    /// SQLite file with the accounts; several servers may share it [default: in memory]
    #[arg(long, env = "STATELAB_ACCOUNTS", value_name = "FILE")]
    pub accounts: Option<PathBuf>,

    /// Wrong passwords that one address may send for one account before it must wait
    #[arg(long, env = "STATELAB_LOGIN_FAILURES", value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub login_failures: u32,

    /// Address of a proxy in front; the client's address is then the last entry of its
    /// X-Forwarded-For. May be given more than once
    #[arg(
        long = "trusted-proxy",
        env = "STATELAB_TRUSTED_PROXY",
        value_name = "ADDRESS",
        value_delimiter = ','
    )]
    pub trusted_proxies: Vec<IpAddr>,

    /// Redis to keep state in: redis://, rediss://, redis+unix://, redis+cluster:// or
    /// redis+sentinel:// [default: a store in this process]
    #[arg(long, env = "REDIS_URL", value_name = "URL", hide_env_values = true, value_parser = redis_url)]
    pub redis: Option<RedisUrl>,

    /// File with the URL of Redis, for a URL with a password
    #[arg(
        long,
        env = "STATELAB_REDIS_URL_FILE",
        value_name = "FILE",
        conflicts_with = "redis"
    )]
    pub redis_url_file: Option<PathBuf>,

    /// Certificate authority (PEM) that signed the certificate of a rediss:// server
    #[arg(long, env = "STATELAB_REDIS_CA", value_name = "FILE")]
    pub redis_ca: Option<PathBuf>,

    /// Replicas that must have a login or a logout before it counts; without it, a fail-over
    /// may undo the last ones
    #[arg(long, env = "STATELAB_REDIS_WAIT", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub redis_wait: Option<u32>,

    /// What the names of all keys in Redis start with
    #[arg(
        long,
        env = "STATELAB_KEY_PREFIX",
        value_name = "TEXT",
        default_value = "statelab:"
    )]
    pub key_prefix: String,

    /// File with the server's secret key: 32 bytes or more in base64. The
    /// variable STATELAB_KEY may hold the key itself [default: a new key at each start]
    #[arg(long, env = "STATELAB_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,

    /// File with a key from before: what it has made stays good, and it makes nothing new. May be
    /// given more than once
    #[arg(
        long = "previous-key-file",
        env = "STATELAB_PREVIOUS_KEY_FILES",
        value_name = "FILE",
        value_delimiter = ','
    )]
    pub previous_key_files: Vec<PathBuf>,

    /// Listen beyond loopback although this is plain http; for use behind a proxy that ends TLS
    #[arg(long, env = "STATELAB_INSECURE_HTTP")]
    pub insecure_http: bool,

    /// Threads that answer requests [default: one per core]
    #[arg(long, env = "STATELAB_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    pub workers: Option<u16>,

    /// The key itself, for a program that starts a server as a library.
    #[arg(skip)]
    pub key: Option<MasterKey>,

    /// The same with the keys from before.
    #[arg(skip)]
    pub previous_keys: Vec<MasterKey>,
}

impl Common {
    /// The keys from before, the latest first: a server accepts what they have made, and makes
    /// nothing with them.
    ///
    /// # Errors
    /// When a file cannot be read or holds no key.
    pub fn keys_from_before(&self) -> Result<Vec<MasterKey>, KeyError> {
        let files = self.previous_key_files.iter();
        let given = self.previous_keys.iter().cloned().map(Ok);
        given
            .chain(files.map(|file| MasterKey::from_file(file)))
            .collect()
    }
}

/// The URL of a Redis, which may hold a password: it is never printed.
#[derive(Clone)]
pub struct RedisUrl(String);

impl RedisUrl {
    /// The whole URL, password included.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether the URL holds a password.
    pub fn has_password(&self) -> bool {
        let secret = |name: &str| name == "pass" || name == "sentinel_pass";
        match Url::parse(&self.0) {
            Ok(url) => url.password().is_some() || url.query_pairs().any(|(name, _)| secret(&name)),
            // With several hosts it is no URL by the book.
            Err(_) => self.0.contains('@') || self.0.contains("sentinel_pass="),
        }
    }
}

impl From<String> for RedisUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedisUrl([redacted])")
    }
}

/// Taken as it is; the store knows which URLs it can use and says so without quoting them.
fn redis_url(text: &str) -> Result<RedisUrl, std::convert::Infallible> {
    Ok(RedisUrl(text.to_owned()))
}

/// A scheme, a host and perhaps a port, as a browser would send it in `Origin`.
fn origin(text: &str) -> Result<String, String> {
    let fault = || format!("`{text}` is not an origin; write it like https://app.example.test");
    let url = Url::parse(text).map_err(|_| fault())?;
    let origin = url.origin().ascii_serialization();
    let plain = ["http", "https"].contains(&url.scheme()) && url.path() == "/";
    let bare = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && url.host_str().is_some_and(|host| !host.contains('*'));
    if plain && bare {
        Ok(origin)
    } else {
        Err(fault())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_spelt_as_a_browser_spells_them() {
        assert_eq!(
            origin("https://App.example.test:443/"),
            Ok("https://app.example.test".to_owned())
        );
        for bad in [
            "app.example.test",
            "ftp://a",
            "https://a/b",
            "https://a?b",
            "https://u@a",
        ] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_password_in_a_redis_url_is_seen_and_not_shown() {
        let url = RedisUrl::from("redis://me:hunter2@127.0.0.1".to_owned());
        assert!(url.has_password());
        assert!(!format!("{url:?}").contains("hunter2"));
        let several = "redis+cluster://:hunter2@a:1,b:2".to_owned();
        assert!(RedisUrl::from(several).has_password());
        let sentinel = "redis+sentinel://a:1,b:2/lab?sentinel_pass=hunter2".to_owned();
        assert!(RedisUrl::from(sentinel).has_password());
        assert!(!RedisUrl::from("redis+cluster://a:1,b:2".to_owned()).has_password());
        assert!(!RedisUrl::from("redis://127.0.0.1".to_owned()).has_password());
    }
}
