use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, TlsCertificates};

use crate::StoreError;

/// Where Redis is, and how long to wait for it.
#[derive(Clone)]
pub struct RedisSettings {
    /// `redis://`, `rediss://` (TLS) or `redis+unix://` (a socket); user and password inside it
    /// are those of the ACL. For a socket: `redis+unix:///path?user=…&pass=…&db=…`.
    pub url: String,
    /// Certificates (PEM) to trust for `rediss://`. Without it: the public authorities.
    pub ca_file: Option<PathBuf>,
    /// What every key starts with.
    pub key_prefix: String,
    /// How long one try to connect may take.
    pub connect_timeout: Duration,
    /// How long one answer may take.
    pub response_timeout: Duration,
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
        }
    }

    /// Checks everything that can be checked without a connection.
    pub(crate) fn client(&self) -> Result<Client, StoreError> {
        check_prefix(&self.key_prefix)?;
        // The library's own messages are not passed on: one of them could quote the URL, and the
        // URL has the password in it.
        let parsed: ConnectionInfo = self.url.as_str().into_connection_info().map_err(|_| {
            settings(
                "the URL is not understood; write redis://[user:password@]host[:port][/db], \
                 rediss://… for TLS, or redis+unix:///path for a socket",
            )
        })?;
        let tls = match parsed.addr() {
            ConnectionAddr::TcpTls { insecure: true, .. } => {
                return Err(settings(
                    "#insecure would accept any certificate; give the certificate to trust as \
                     the CA file instead",
                ));
            }
            ConnectionAddr::TcpTls { .. } => true,
            _ => false,
        };
        match (&self.ca_file, tls) {
            (Some(_), false) => Err(settings(
                "a CA file is given, but the URL does not ask for TLS; write rediss://",
            )),
            (Some(path), true) => {
                let pem = std::fs::read(path).map_err(|error| {
                    settings(&format!("the CA file {}: {error}", path.display()))
                })?;
                let certificates = TlsCertificates {
                    client_tls: None,
                    root_cert: Some(pem),
                };
                Client::build_with_tls(parsed, certificates)
                    .map_err(|_| settings(&format!("the CA file {} is not PEM", path.display())))
            }
            (None, _) => {
                Client::open(parsed).map_err(|_| settings("the URL names no usable address"))
            }
        }
    }
}

/// A prefix is part of a `MATCH` pattern when everything under it is deleted, so it may not hold
/// a wildcard; and an empty one would delete what is not ours.
fn check_prefix(prefix: &str) -> Result<(), StoreError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b":_-.{}".contains(&byte);
    if (1..=64).contains(&prefix.len()) && prefix.bytes().all(plain) {
        return Ok(());
    }
    Err(settings(
        "the key prefix must be 1 to 64 of A-Z a-z 0-9 : _ - . { }",
    ))
}

fn settings(reason: &str) -> StoreError {
    StoreError::Settings(reason.to_owned())
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
            .finish()
    }
}
