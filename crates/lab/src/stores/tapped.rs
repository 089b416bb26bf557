//! A Redis with a tap in front of it for each server.

use std::path::Path;
use std::sync::Arc;

use redis::ConnectionAddr;
use store::{RedisSettings, Source};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use super::{RedisServer, prefix};
use crate::board::Board;
use crate::column::Column;
use crate::error::LabError;
use crate::keys::{self, StoredKey};
use crate::line::{Line, Switch};
use crate::private_folder;
use crate::tap::{self, Upstream};

/// The taps, and the Redis behind them.
pub(super) struct Tapped {
    pub(super) server: RedisServer,
    /// Of all keys of this lab.
    pub(super) prefix: String,
    prefixes: [String; 3],
    taps: Vec<JoinHandle<()>>,
    /// Has their sockets.
    folder: TempDir,
    /// What all three taps do.
    pub(super) line: watch::Sender<Line>,
}

impl Tapped {
    /// No tap yet.
    pub(super) fn before(server: RedisServer, port: u16) -> Result<Self, LabError> {
        let prefix = prefix::of_this_start(port);
        let prefixes = Column::ALL.map(|column| format!("{prefix}{}:", column.id()));
        let folder = private_folder::make().map_err(|source| LabError::System {
            what: "there is no folder for the taps",
            source,
        })?;
        Ok(Self {
            server,
            prefix,
            prefixes,
            taps: Vec::new(),
            folder,
            line: watch::Sender::new(Line::Well),
        })
    }

    /// Opens the taps, and a source behind each.
    pub(super) fn open(&mut self, board: &Arc<Board>) -> Result<[Source; 3], LabError> {
        let upstream = match self.server.info.addr() {
            ConnectionAddr::Tcp(host, port) => Upstream::Tcp(host.clone(), *port),
            ConnectionAddr::Unix(path) => Upstream::Unix(path.clone()),
            _ => return Err(LabError::RedisTls),
        };
        let mut sources = Vec::new();
        for column in Column::ALL {
            let switch = Switch(self.line.subscribe());
            let socket = self.folder.path().join(format!("{}.sock", column.id()));
            let board = Arc::clone(board);
            let opened = tap::open(&socket, column, upstream.clone(), board, switch);
            self.taps.push(opened.map_err(|source| LabError::System {
                what: "a tap cannot listen",
                source,
            })?);
            let mut settings = RedisSettings::new(self.url_of_tap(&socket)?);
            settings.key_prefix = self.prefixes[column.index()].clone();
            sources.push(Source::redis(settings)?);
        }
        sources
            .try_into()
            .map_err(|_| unreachable!("one source was made for each column"))
    }

    /// The tap's address with everything else of the URL that was given: whatever its form,
    /// user, password, database and protocol are those of the real one.
    fn url_of_tap(&self, socket: &Path) -> Result<String, LabError> {
        let redis = self.server.info.redis_settings();
        // Spelled as a URL: a folder's name may have signs that mean something else there.
        let file = Url::from_file_path(socket).map_err(|()| LabError::RedisUrl)?;
        let url = format!("redis+unix://{}?db={}", file.path(), redis.db());
        let mut url = Url::parse(&url).map_err(|_| LabError::RedisUrl)?;
        let mut query = url.query_pairs_mut();
        let credentials = [("user", redis.username()), ("pass", redis.password())];
        for (name, value) in credentials {
            query.extend_pairs(value.map(|value| (name, value)));
        }
        if redis.protocol() != redis::ProtocolVersion::default() {
            query.append_pair("protocol", "resp3");
        }
        drop(query);
        Ok(url.into())
    }

    pub(super) async fn keys(&self, column: Column, now_ms: u64) -> Option<Vec<StoredKey>> {
        let mut connection = self.server.connection.clone();
        match keys::redis(&mut connection, &self.prefixes[column.index()], now_ms).await {
            Ok(keys) => Some(keys),
            Err(error) => {
                log::warn!("the keys in Redis cannot be read: {error}");
                None
            }
        }
    }

    pub(super) async fn memory(&self, column: Column) -> Option<u64> {
        let mut connection = self.server.connection.clone();
        let bytes = keys::memory(&mut connection, &self.prefixes[column.index()]).await;
        bytes.unwrap_or_else(|error| {
            log::debug!("what the keys in Redis take cannot be read: {error}");
            None
        })
    }

    pub(super) async fn close(self) {
        for tap in &self.taps {
            tap.abort();
        }
        self.server.close().await;
    }
}
