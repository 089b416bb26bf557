//! A Redis, found or started, with a tap in front of it for each server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, cmd};
use store::private_redis::{self, PrivateRedis};
use store::{RedisSettings, Source};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use url::Url;

use super::{StoreKind, StoreLabel};
use crate::board::Board;
use crate::column::Column;
use crate::error::LabError;
use crate::keys::{self, StoredKey};
use crate::tap::{self, Upstream};

const PATIENCE: Duration = Duration::from_millis(500);

/// A Redis that answers.
pub(super) struct RedisStores {
    pub(super) label: StoreLabel,
    info: ConnectionInfo,
    /// The lab's own connection, which no tap sees.
    connection: ConnectionManager,
    prefixes: [String; 3],
    taps: Vec<JoinHandle<()>>,
    /// Dropped in this order: the server, then the directory with its socket.
    private: Option<(PrivateRedis, TempDir)>,
}

impl RedisStores {
    /// The Redis that somebody named. It has to be there: falling back to another store
    /// without a word would show something that was not asked for.
    pub(super) async fn named(url: &str) -> Result<Self, LabError> {
        let (connection, info, version) = connect(url).await?;
        let label = format!("Redis {version} at {}", info.addr());
        Ok(Self::new(connection, info, StoreKind::Redis, label))
    }

    /// A Redis of the lab's own; `None` when there is no program for it, or it does not start.
    pub(super) async fn private() -> Option<Self> {
        let binary = private_redis::on_path()?;
        let started = tokio::task::spawn_blocking(move || {
            let directory = tempfile::Builder::new().prefix("lab-").tempdir()?;
            let server = PrivateRedis::start(&binary, directory.path())?;
            anyhow::Ok((server, directory))
        });
        let private = match started
            .await
            .map_err(anyhow::Error::from)
            .and_then(|started| started)
        {
            Ok(private) => private,
            Err(error) => {
                log::warn!("the redis-server on the PATH cannot be used: {error}");
                return None;
            }
        };
        let (connection, info, version) = match connect(&private.0.url()).await {
            Ok(connected) => connected,
            Err(error) => {
                log::warn!("{error}");
                return None;
            }
        };
        let label = format!("Redis {version}, started for this lab");
        let mut stores = Self::new(connection, info, StoreKind::PrivateRedis, label);
        stores.private = Some(private);
        Some(stores)
    }

    fn new(
        connection: ConnectionManager,
        info: ConnectionInfo,
        kind: StoreKind,
        label: String,
    ) -> Self {
        Self {
            label: StoreLabel { kind, label },
            info,
            connection,
            prefixes: Default::default(),
            taps: Vec::new(),
            private: None,
        }
    }

    /// Opens the taps, and a source behind each.
    pub(super) async fn tapped(
        &mut self,
        port: u16,
        board: &Arc<Board>,
    ) -> Result<[Source; 3], LabError> {
        let upstream = match self.info.addr() {
            ConnectionAddr::Tcp(host, port) => Upstream::Tcp(host.clone(), *port),
            ConnectionAddr::Unix(path) => Upstream::Unix(path.clone()),
            _ => return Err(LabError::RedisTls),
        };
        // The port tells two labs on one Redis apart.
        self.prefixes = Column::ALL.map(|column| format!("lab-{port}:{}:", column.id()));
        let mut sources = Vec::new();
        for column in Column::ALL {
            let opened = tap::open(column, upstream.clone(), Arc::clone(board)).await;
            let (address, task) = opened.map_err(|source| LabError::System {
                what: "a tap cannot listen",
                source,
            })?;
            self.taps.push(task);
            let mut settings = RedisSettings::new(self.url_of_tap(address)?);
            settings.key_prefix = self.prefixes[column.index()].clone();
            sources.push(Source::redis(settings)?);
        }
        sources
            .try_into()
            .map_err(|_| unreachable!("one source was made for each column"))
    }

    /// The tap's address with everything else of the URL that was given: whatever its form,
    /// user, password, database and protocol are those of the real one.
    fn url_of_tap(&self, address: SocketAddr) -> Result<String, LabError> {
        let redis = self.info.redis_settings();
        let mut url = Url::parse(&format!("redis://{address}/{}", redis.db()))
            .map_err(|_| LabError::RedisUrl)?;
        let set = url.set_username(redis.username().unwrap_or_default());
        set.and_then(|()| url.set_password(redis.password()))
            .map_err(|()| LabError::RedisUrl)?;
        if redis.protocol() != redis::ProtocolVersion::default() {
            url.set_query(Some("protocol=resp3"));
        }
        Ok(url.into())
    }

    pub(super) async fn keys(&self, column: Column) -> Option<Vec<StoredKey>> {
        let mut connection = self.connection.clone();
        match keys::redis(&mut connection, &self.prefixes[column.index()]).await {
            Ok(keys) => Some(keys),
            Err(error) => {
                log::warn!("the keys in Redis cannot be read: {error}");
                None
            }
        }
    }

    pub(super) async fn close(self) {
        for tap in &self.taps {
            tap.abort();
        }
        // Stopping waits for the process, for some milliseconds.
        let private = self.private;
        if let Err(error) = tokio::task::spawn_blocking(move || drop(private)).await {
            log::warn!("the private Redis was not stopped in order: {error}");
        }
    }
}

async fn connect(url: &str) -> Result<(ConnectionManager, ConnectionInfo, String), LabError> {
    // The library's error could quote the URL, and the URL may have a password in it.
    let info: ConnectionInfo = url.into_connection_info().map_err(|_| LabError::RedisUrl)?;
    if matches!(info.addr(), ConnectionAddr::TcpTls { .. }) {
        return Err(LabError::RedisTls);
    }
    let unreachable = |error: redis::RedisError| LabError::RedisUnreachable {
        endpoint: info.addr().to_string(),
        reason: error.to_string(),
    };
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(PATIENCE))
        .set_response_timeout(Some(PATIENCE))
        .set_number_of_retries(1)
        .set_min_delay(Duration::from_millis(20))
        .set_max_delay(Duration::from_millis(100));
    let client = Client::open(info.clone()).map_err(|_| LabError::RedisUrl)?;
    let mut connection =
        ConnectionManager::new_lazy_with_config(client, config).map_err(unreachable)?;
    let about: String = cmd("INFO")
        .arg("server")
        .query_async(&mut connection)
        .await
        .map_err(unreachable)?;
    let version = about
        .lines()
        .find_map(|line| line.strip_prefix("redis_version:"));
    Ok((
        connection,
        info,
        version.unwrap_or("of unknown version").to_owned(),
    ))
}
