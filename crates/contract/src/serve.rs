//! How a server starts and stops.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    time::Duration,
};

use actix_web::{App, HttpServer, dev::ServerHandle, web};
use actix_web::{ResponseError, web::ServiceConfig};
use store::{RedisSettings, Source, Store, StoreError, Wait};
use tokio::task::JoinHandle;
use url::Url;

use crate::{
    Problem,
    accounts::{Accounts, AccountsError, DatabaseFault},
    guards::{self, Carrier, Guards, Policy},
    routes,
    settings::{Common, KeyError, MasterKey, RedisUrl},
};

/// Bytes that the store in this process may hold.
const EMBEDDED_LIMIT: usize = 64 * 1024 * 1024;

/// Connections that one worker holds at once.
const MOST_CONNECTIONS: usize = 1024;
/// How long a client may take no answer off the wire before its connection is closed.
const UNREAD_TIME_LIMIT: Duration = Duration::from_secs(30);

/// What the guards need to know of a server.
#[derive(Debug, Clone, Copy)]
pub struct Face {
    /// Where it looks for the credential.
    pub carrier: Carrier,
    /// Whether it cannot work without the store, so that `/readyz` asks it.
    pub needs_store: bool,
    /// Beginnings of paths (`/api/token/`) below which another library's shapes are spoken:
    /// bodies of any type are let through, for the handler to judge, and errors that a handler
    /// writes as JSON go out as they are.
    pub own_shapes: &'static [&'static str],
}

impl Face {
    /// Whether this path is one of [`Face::own_shapes`]. It is compared as it was sent: a path
    /// that hides behind percent signs is held to the stricter rules.
    pub(crate) fn has_own_shapes(&self, path: &str) -> bool {
        self.own_shapes
            .iter()
            .any(|prefix| path.starts_with(prefix))
    }
}

/// What a server stands on. Several servers may share one.
#[derive(Clone)]
pub struct Services {
    /// Who may log in.
    pub accounts: Accounts,
    /// Where state is kept.
    pub store: Source,
}

/// Why a server does not start. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another program has the port.
    #[error("{0} is in use; stop what listens there, or choose another with --listen")]
    AddressInUse(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Bind(SocketAddr, io::Error),
    /// A key that is gone with the process would log everybody out at each start.
    #[error("{0} is beyond loopback, and that needs a key of your own: give --key-file")]
    DevelopmentKey(SocketAddr),
    /// Credentials would cross a network in the clear.
    #[error(
        "{0} is beyond loopback, and this is plain http: put a proxy with TLS in front and give --insecure-http"
    )]
    PlainHttp(SocketAddr),
    /// Without an origin no browser's request can be told from another site's.
    #[error("{0} is beyond loopback: say with --origin by which URL browsers reach it")]
    OriginMissing(SocketAddr),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The accounts cannot be opened.
    #[error("the accounts cannot be opened: {0}")]
    Accounts(#[from] AccountsError),
    /// The store's settings cannot be used.
    #[error("the store cannot be used: {0}")]
    Store(#[from] StoreError),
    /// The file with the URL of Redis cannot be read.
    #[error("the file with the URL of Redis cannot be read: {0}")]
    RedisUrlFile(io::Error),
    /// A setting of one server makes no sense.
    #[error("{0}")]
    Setting(String),
}

impl StartError {
    /// How a program ends that did not start for this: 2 where other settings would help, else 1.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Accounts(AccountsError::Database(
                DatabaseFault::NoFile(_) | DatabaseFault::File { .. } | DatabaseFault::Foreign(_),
            )) => 2,
            Self::Accounts(_) => 1,
            _ => 2,
        }
    }
}

impl Services {
    /// Opens what the settings name. Redis is not asked yet: a server starts
    /// without it and answers 503 until it is there.
    pub fn open(common: &Common) -> Result<Self, StartError> {
        let accounts = match &common.accounts {
            Some(file) => Accounts::at(file)?,
            None => Accounts::in_memory()?,
        };
        let accounts = accounts.with_login_failures(common.login_failures);
        Ok(Self {
            accounts,
            store: open_store(common)?,
        })
    }
}

fn open_store(common: &Common) -> Result<Source, StartError> {
    let url = match &common.redis_url_file {
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(StartError::RedisUrlFile)?;
            Some(RedisUrl::from(text.trim().to_owned()))
        }
        None => common.redis.clone(),
    };
    let Some(url) = url else {
        return Ok(Source::embedded(EMBEDDED_LIMIT));
    };
    let mut settings = RedisSettings::new(url.reveal());
    settings.ca_file = common.redis_ca.clone();
    settings.key_prefix = common.key_prefix.clone();
    settings.wait = common.redis_wait.map(Wait::replicas);
    Ok(Source::redis(settings)?)
}

impl Common {
    /// The key to use: the one given by code, else by file, else by `STATELAB_KEY`.
    fn given_key(&self) -> Result<Option<MasterKey>, KeyError> {
        if let Some(key) = &self.key {
            return Ok(Some(key.clone()));
        }
        if let Some(file) = &self.key_file {
            return MasterKey::from_file(file).map(Some);
        }
        std::env::var("STATELAB_KEY")
            .ok()
            .map(|text| MasterKey::from_base64(&text))
            .transpose()
    }

    /// The address to listen on, and the key, when they may be used together.
    pub fn address_and_key(&self, port: u16) -> Result<(SocketAddr, MasterKey), StartError> {
        let address = self
            .listen
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], port)));
        let key = self.given_key()?;
        if !address.ip().is_loopback() {
            if key.is_none() {
                return Err(StartError::DevelopmentKey(address));
            }
            if !self.insecure_http {
                return Err(StartError::PlainHttp(address));
            }
            if self.origins.is_empty() {
                return Err(StartError::OriginMissing(address));
            }
            log::warn!(
                "listening beyond loopback: the accounts of the start have published passwords"
            );
            if self.trusted_proxies.is_empty() {
                log::warn!(
                    "no --trusted-proxy given: behind a proxy all visitors share one limit on wrong passwords"
                );
            }
        }
        let key = key.unwrap_or_else(|| {
            log::warn!("no --key-file given: a key is made for this start, and what it seals or signs ends with it");
            MasterKey::random()
        });
        Ok((address, key))
    }
}

/// A server that answers.
#[derive(Debug)]
pub struct Running {
    /// Where it listens; the port is the real one.
    pub address: SocketAddr,
    handle: ServerHandle,
    task: JoinHandle<io::Result<()>>,
}

impl Running {
    /// Lets requests that are under way finish, for at most five seconds, then stops.
    pub async fn stop(self) {
        self.handle.stop(true).await;
        if let Err(error) = self.task.await {
            log::error!("the server ended badly: {error}");
        }
    }
}

/// Starts a server behind the guards. `configure` adds its routes; it is called
/// once on each worker, with the store opened on that worker.
pub fn serve<F>(
    common: &Common,
    services: &Services,
    address: SocketAddr,
    face: Face,
    configure: F,
) -> Result<Running, StartError>
where
    F: Fn(&mut ServiceConfig, Store) + Clone + Send + 'static,
{
    let listener = TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => StartError::AddressInUse(address),
        _ => StartError::Bind(address, error),
    })?;
    let address = listener
        .local_addr()
        .map_err(|error| StartError::Bind(address, error))?;
    bound_unread(&listener);
    let policy = Policy {
        face,
        origins: own_origins(common, address),
        trusted_proxies: common.trusted_proxies.clone(),
    };
    let source = services.store.clone();
    source.open()?;
    let mut server = HttpServer::new(move || {
        source.clock().rule_this_thread();
        let store = source.open().expect("it opened before the server started");
        let ready = face.needs_store.then(|| store.clone());
        App::new()
            .app_data(web::Data::new(policy.clone()))
            .app_data(guards::json_config())
            .configure(|config| configure(config, store))
            .configure(|config| routes::service(config, ready))
            .default_service(web::to(|| async { Problem::NotFound.error_response() }))
            .wrap(Guards::new(policy.clone()))
    })
    .client_request_timeout(Duration::from_secs(5))
    .client_disconnect_timeout(Duration::from_secs(2))
    .keep_alive(Duration::from_secs(30))
    .shutdown_timeout(5)
    .max_connections(MOST_CONNECTIONS)
    .disable_signals();
    if let Some(workers) = common.workers {
        server = server.workers(workers.into());
    }
    let server = server
        .listen(listener)
        .map_err(|error| StartError::Bind(address, error))?
        .run();
    Ok(Running {
        address,
        handle: server.handle(),
        task: tokio::spawn(server),
    })
}

/// actix-web has no time-out for a client that asks and never reads; the kernel has.
fn bound_unread(listener: &TcpListener) {
    #[cfg(target_os = "linux")]
    if let Err(error) =
        socket2::SockRef::from(listener).set_tcp_user_timeout(Some(UNREAD_TIME_LIMIT))
    {
        log::warn!("clients that never read cannot be timed out: {error}");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (listener, UNREAD_TIME_LIMIT);
}

/// The origins given, else those that a browser on this machine may use, spelt as it spells them:
/// without the port where it is the usual one.
fn own_origins(common: &Common, address: SocketAddr) -> Vec<String> {
    if !common.origins.is_empty() {
        return common.origins.clone();
    }
    let names =
        ["localhost", "127.0.0.1", "[::1]"].map(|host| format!("{host}:{}", address.port()));
    let origin = |name| Some(Url::parse(&format!("http://{name}")).ok()?.origin());
    let origins = names
        .into_iter()
        .chain([address.to_string()])
        .filter_map(origin);
    origins.map(|origin| origin.ascii_serialization()).collect()
}
