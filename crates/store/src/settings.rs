use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::StoreError;
use crate::deployment::refused;

/// Where Redis is, and how long to wait for it.
#[derive(Clone)]
pub struct RedisSettings {
    /// `redis://`, `rediss://` (TLS) or `redis+unix://` (a socket); user and password inside it
    /// are those of the ACL. For a socket: `redis+unix:///path?user=…&pass=…&db=…`.
    ///
    /// A cluster: `redis+cluster://host:port,host:port`, with some of its nodes. A primary that
    /// Sentinel watches: `redis+sentinel://host:port,host:port/name`, with the sentinels; their own
    /// user and password are `?sentinel_user=…&sentinel_pass=…`. With TLS: `rediss+…`.
    pub url: String,
    /// Certificates (PEM) to trust for `rediss://`. Without it: the public authorities.
    pub ca_file: Option<PathBuf>,
    /// What every key starts with.
    pub key_prefix: String,
    /// How long one try to connect may take.
    pub connect_timeout: Duration,
    /// How long one answer may take.
    pub response_timeout: Duration,
    /// How many replicas must have a login or a logout before it counts. Without it, a fail-over
    /// may lose the last of them.
    pub wait: Option<Wait>,
}

/// What a login or a logout waits for (Redis's `WAIT`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// So many replicas must confirm it.
    pub replicas: u32,
    /// If they have not within this time, the answer is an error. It must be shorter than
    /// [`RedisSettings::response_timeout`].
    pub timeout: Duration,
}

impl Wait {
    /// Waits for so many replicas, 200 ms at most.
    pub fn replicas(replicas: u32) -> Self {
        Self {
            replicas,
            timeout: Duration::from_millis(200),
        }
    }
}

impl RedisSettings {
    /// Settings that answer or fail well under a second.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ca_file: None,
            key_prefix: "statelab:".to_owned(),
            connect_timeout: Duration::from_millis(300),
            response_timeout: Duration::from_millis(300),
            wait: None,
        }
    }

    /// Checks everything that can be checked without a connection.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        check_prefix(&self.key_prefix)?;
        match self.wait {
            Some(wait) if wait.replicas == 0 => Err(refused(
                "to wait for 0 replicas is not to wait; give 1 or more",
            )),
            Some(wait) if wait.timeout.is_zero() || wait.timeout >= self.response_timeout => {
                Err(refused(
                    "the wait for replicas must be longer than nothing and shorter than the \
                     response time-out",
                ))
            }
            _ => Ok(()),
        }
    }

    /// The end of the patience for one call, a second try included. A request may take two calls,
    /// and is to be answered within a second.
    pub(crate) fn deadline(&self) -> Duration {
        self.connect_timeout.max(self.response_timeout) + Duration::from_millis(150)
    }
}

/// A prefix is part of a `MATCH` pattern when everything under it is deleted, so it may not hold
/// a wildcard; and an empty one would delete what is not ours.
fn check_prefix(prefix: &str) -> Result<(), StoreError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b":_-.{}".contains(&byte);
    if (1..=64).contains(&prefix.len()) && prefix.bytes().all(plain) {
        return Ok(());
    }
    Err(refused(
        "the key prefix must be 1 to 64 of A-Z a-z 0-9 : _ - . { }",
    ))
}

/// The password is in the URL, so the URL is not printed.
impl fmt::Debug for RedisSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisSettings")
            .field("url", &"[redacted]")
            .field("ca_file", &self.ca_file)
            .field("key_prefix", &self.key_prefix)
            .field("connect_timeout", &self.connect_timeout)
            .field("response_timeout", &self.response_timeout)
            .field("wait", &self.wait)
            .finish()
    }
}
