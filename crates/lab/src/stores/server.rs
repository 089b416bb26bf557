//! A Redis: one that somebody named, or one of the lab's own.

use std::path::Path;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, cmd};
use store::private_redis::{self, PrivateRedis, PrivateRedisError};
use tempfile::TempDir;

use super::{StoreKind, StoreLabel};
use crate::error::LabError;
use crate::private_folder;

const PATIENCE: Duration = Duration::from_millis(500);

/// In megabytes: what Redis itself takes, and what is left for rooms that take more than theirs.
const SHARED: u32 = 64;
/// Some dozens of keys, of a few hundred bytes each, and the crowd of a visitor who tries (35 MB).
const OF_A_ROOM: u32 = 32;
/// Of a machine that has other things to do.
const MOST_OF_A_CLASS: u32 = 1024;

/// A Redis that answers.
pub(crate) struct RedisServer {
    pub(super) label: StoreLabel,
    version: String,
    pub(super) info: ConnectionInfo,
    /// The lab's own connection, which no tap sees.
    pub(super) connection: ConnectionManager,
    /// May have a password in it; never printed.
    url: String,
    /// Dropped in this order: the server, then the directory with its socket.
    private: Option<(PrivateRedis, TempDir)>,
}

impl RedisServer {
    /// The Redis that somebody named. It has to be there: falling back to another store
    /// without a word would show something that was not asked for.
    pub(crate) async fn named(url: &str) -> Result<Self, LabError> {
        let (connection, info, version) = connect(url).await?;
        let label = format!("Redis {version} at {}", info.addr());
        let label = StoreLabel {
            kind: StoreKind::Redis,
            label,
        };
        Ok(Self {
            label,
            version,
            info,
            connection,
            url: url.to_owned(),
            private: None,
        })
    }

    /// A Redis of the lab's own; `None` when there is no program for it, or it does not start.
    pub(crate) async fn private() -> Option<Self> {
        Self::private_with("").await
    }

    /// One for so many labs at once. What their visitors put in ends somewhere, and then a write is
    /// refused: none may end the logins of the others, which another policy than `noeviction` would.
    pub(crate) async fn private_for(rooms: u16) -> Option<Self> {
        let megabytes = (SHARED + OF_A_ROOM * u32::from(rooms)).min(MOST_OF_A_CLASS);
        let limit = format!("maxmemory {megabytes}mb\nmaxmemory-policy noeviction");
        Self::private_with(&limit).await
    }

    async fn private_with(settings: &str) -> Option<Self> {
        let binary = private_redis::on_path()?;
        let settings = settings.to_owned();
        let started = tokio::task::spawn_blocking(move || start(&binary, &settings)).await;
        let private = match started {
            Ok(Ok(private)) => private,
            Ok(Err(error)) => {
                log::warn!("the redis-server on the PATH cannot be used: {error}");
                return None;
            }
            Err(error) => {
                log::warn!("the private Redis was not started in order: {error}");
                return None;
            }
        };
        let url = private.0.url();
        let (connection, info, version) = connect(&url)
            .await
            .map_err(|error| log::warn!("{error}"))
            .ok()?;
        let label = format!("Redis {version}, started for this lab");
        let label = StoreLabel {
            kind: StoreKind::PrivateRedis,
            label,
        };
        Some(Self {
            label,
            version,
            info,
            connection,
            url,
            private: Some(private),
        })
    }

    /// What it is, in words.
    pub(crate) fn label(&self) -> &str {
        &self.label.label
    }

    /// The same without its address, which is of the machine that it is on.
    pub(crate) fn label_for_visitors(&self) -> StoreLabel {
        match self.private {
            Some(_) => self.label.clone(),
            None => StoreLabel {
                kind: self.label.kind,
                label: format!("Redis {}", self.version),
            },
        }
    }

    /// Its address, password included.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Stops it when it is the lab's own.
    pub(crate) async fn close(self) {
        let private = self.private;
        // Waits for the process, for some milliseconds.
        if let Err(error) = tokio::task::spawn_blocking(move || drop(private)).await {
            log::warn!("the private Redis was not stopped in order: {error}");
        }
    }
}

fn start(binary: &Path, settings: &str) -> Result<(PrivateRedis, TempDir), PrivateRedisError> {
    let directory = private_folder::make().map_err(|source| PrivateRedisError::Start {
        program: binary.display().to_string(),
        source,
    })?;
    let server = PrivateRedis::start_with(binary, directory.path(), settings)?;
    Ok((server, directory))
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
