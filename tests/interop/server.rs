//! A running jwt-state with a key that the other side has, too.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Parser as _;
use contract::accounts::Accounts;
use contract::{Running, Services};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::http;
use super::library::new_key;

/// Who the tokens say made them, and for whom: the server's defaults.
pub(crate) const ISSUER: &str = "urn:statelab:jwt-state";
pub(crate) const AUDIENCE: &str = "urn:statelab:api";

/// One server; it stops when it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) algorithm: &'static str,
    more: &'static [&'static str],
    /// As the helpers want it.
    pub(crate) key: Value,
    pub(crate) accounts: Accounts,
    running: Mutex<Option<Running>>,
}

/// A token taken apart. Nobody has checked its signature.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

static SHARED: Mutex<Vec<Arc<Server>>> = Mutex::new(Vec::new());

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("threads for a runtime"))
}

impl Server {
    /// The one of this algorithm, started at the first time.
    pub(crate) fn of(algorithm: &'static str) -> Result<Arc<Self>, String> {
        Self::with(algorithm, &[])
    }

    /// The same, with settings beyond the defaults.
    pub(crate) fn with(
        algorithm: &'static str,
        more: &'static [&'static str],
    ) -> Result<Arc<Self>, String> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let is_it = |server: &&Arc<Self>| server.algorithm == algorithm && server.more == more;
        if let Some(server) = shared.iter().find(is_it) {
            return Ok(Arc::clone(server));
        }
        let server = Arc::new(Self::start(algorithm, new_key(algorithm)?, more)?);
        shared.push(Arc::clone(&server));
        Ok(server)
    }

    /// One with a key, and settings beyond the defaults.
    pub(crate) fn start(
        algorithm: &'static str,
        key: Value,
        more: &'static [&'static str],
    ) -> Result<Self, String> {
        let file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
        std::fs::write(file.path(), file_of(algorithm, &key)).map_err(|error| error.to_string())?;
        let path = file
            .path()
            .to_str()
            .ok_or("the path of a file is no text")?;
        let mut arguments = vec!["jwt-state", "--listen", "127.0.0.1:0", "--workers", "1"];
        arguments.extend(["--login-failures", "1000", "--algorithm", algorithm]);
        arguments.extend(["--signing-key", path]);
        arguments.extend(more);
        let mut settings =
            jwt_state::Settings::try_parse_from(arguments).map_err(|error| error.to_string())?;
        // What the environment says of a developer's own server is not meant here.
        settings.common.accounts = None;
        settings.common.redis = None;
        settings.common.redis_url_file = None;
        let _inside = runtime().enter();
        let services = Services::open(&settings.common).map_err(|error| error.to_string())?;
        let running = jwt_state::start(&settings, &services).map_err(|error| error.to_string())?;
        Ok(Self {
            address: running.address,
            algorithm,
            more,
            key,
            accounts: services.accounts,
            running: Mutex::new(Some(running)),
        })
    }

    /// The access token of a login over HTTP.
    pub(crate) fn log_in(&self) -> Result<String, String> {
        let body = json!({ "username": "alice", "password": "wonderland" });
        let tokens = http::post(self.address, "/login", &body)?.ok()?;
        let access = tokens["access"].as_str();
        access
            .map(str::to_owned)
            .ok_or("a login without a token".to_owned())
    }

    /// Whom the server takes the bearer of this token for; `None` when it refuses it.
    pub(crate) fn visitor(&self, token: &str) -> Result<Option<Value>, String> {
        let answer = http::get(self.address, "/me", token)?;
        // RFC 6750 section 3.1: it saw a token, and the token is no good.
        let challenge = answer.header("WWW-Authenticate").unwrap_or_default();
        match answer.status {
            200 => Ok(Some(answer.json()["user"].clone())),
            401 if challenge.contains("error=\"invalid_token\"") => Ok(None),
            other => Err(format!(
                "{other}: {}",
                String::from_utf8_lossy(&answer.body)
            )),
        }
    }

    /// Disables an account, or lets it in again.
    pub(crate) fn set_disabled(&self, username: &str, disabled: bool) -> Result<(), String> {
        let change = self.accounts.set_disabled(username, disabled);
        runtime()
            .block_on(change)
            .map_err(|error| error.to_string())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let running = self
            .running
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = running.take() {
            runtime().block_on(running.stop());
        }
    }
}

/// Stops the shared ones: nothing drops a static.
pub(crate) fn stop_all() {
    SHARED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clear();
}

/// A private key in PEM, or a secret as JWK.
fn file_of(algorithm: &str, key: &Value) -> String {
    match (key["private"].as_str(), key["secret"].as_str()) {
        (Some(pem), _) => pem.to_owned(),
        (None, secret) => {
            let k = URL_SAFE_NO_PAD.encode(secret.unwrap_or_default());
            json!({ "kty": "oct", "alg": algorithm, "k": k }).to_string()
        }
    }
}

impl Parts {
    pub(crate) fn of(token: &str) -> Result<Self, String> {
        let mut parts = token.split('.').map(|part| {
            let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
            serde_json::from_slice(&bytes).ok()
        });
        let parts = (parts.next().flatten(), parts.next().flatten());
        let (Some(header), Some(claims)) = parts else {
            return Err("this is no token".to_owned());
        };
        Ok(Self { header, claims })
    }
}
