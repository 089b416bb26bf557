//! One request, and nothing that its answer could make of it.

use std::{fs, path::Path, sync::Arc, time::Duration};

use contract::StartError;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use url::Url;

/// From the look-up of the name to the last byte.
const TIME_LIMIT: Duration = Duration::from_secs(3);
/// Bytes of the set; keys have at most some hundred.
const SIZE_LIMIT: u64 = 64 * 1024;

/// Why there is no set of keys. For the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchFault {
    /// No connection, no certificate that is trusted, too slow or too large.
    #[error("{0}")]
    Request(#[from] ureq::Error),
    /// Another one than 200. A redirect is not followed: the URL is the one that was set.
    #[error("the answer is {0}, not 200")]
    Status(u16),
    /// It is something else.
    #[error("the answer is no set of keys (RFC 7517 section 5)")]
    NoSet,
    /// The server is about to end.
    #[error("the server stops")]
    Stopped,
}

/// Asks one URL.
#[derive(Clone)]
pub(super) struct Agent(ureq::Agent);

impl Agent {
    /// Who asks this URL, and believes who has a certificate of this authority; of the public
    /// ones, where none is given.
    pub(super) fn new(url: &Url, authority: Option<&Path>) -> Result<Self, StartError> {
        let roots = match authority {
            Some(file) => certificates(file)?,
            None => RootCerts::WebPki,
        };
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(provider)
            .root_certs(roots)
            .build();
        let config = ureq::Agent::config_builder()
            .https_only(url.scheme() == "https")
            .max_redirects(0)
            // Not through whatever the environment of the process calls a proxy.
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(TIME_LIMIT))
            // Nothing stays open for five minutes.
            .max_idle_connections(0)
            .user_agent("jwt-state")
            .tls_config(tls)
            .build();
        Ok(Self(config.into()))
    }

    /// What stands there. It blocks.
    pub(super) fn fetch(&self, url: &Url) -> Result<Vec<u8>, FetchFault> {
        let mut answer = self.0.get(url.as_str()).call()?;
        if answer.status() != 200 {
            return Err(FetchFault::Status(answer.status().as_u16()));
        }
        let body = answer.body_mut().with_config().limit(SIZE_LIMIT);
        Ok(body.read_to_vec()?)
    }
}

fn certificates(file: &Path) -> Result<RootCerts, StartError> {
    let said = |why: &str| StartError::Setting(format!("--jwks-ca {}: {why}", file.display()));
    let pem = fs::read(file).map_err(|error| said(&error.to_string()))?;
    let mut found = Vec::new();
    for item in parse_pem(&pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => found.push(certificate),
            Ok(_) => {}
            Err(error) => return Err(said(&error.to_string())),
        }
    }
    match found.is_empty() {
        // Believing nobody would look like an issuer who is away.
        true => Err(said("there is no certificate in it (PEM)")),
        false => Ok(RootCerts::from(found)),
    }
}
