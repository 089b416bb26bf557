//! Sentinel: a few watchers agree on which Redis is the primary now, and are asked who it is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult, cmd};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::refusal::is_unreachable;
use crate::RedisSettings;
use crate::deployment::Sentinels;

/// After a search that found no primary, nobody searches again for this long: while all wait,
/// one question to the sentinels is enough.
const PAUSE: Duration = Duration::from_millis(100);

/// The connection to the primary; found when it is first needed, and again after a fail-over.
#[derive(Clone)]
pub(super) struct Primary {
    sentinels: Arc<Sentinels>,
    config: AsyncConnectionConfig,
    patience: Duration,
    slot: Arc<Mutex<Slot>>,
}

#[derive(Default)]
struct Slot {
    connection: Option<MultiplexedConnection>,
    generation: u64,
    failed: Option<(Instant, RedisError)>,
}

impl Primary {
    pub(super) fn open(sentinels: Arc<Sentinels>, settings: &RedisSettings) -> Self {
        Self {
            sentinels,
            config: AsyncConnectionConfig::new()
                .set_connection_timeout(Some(settings.connect_timeout))
                .set_response_timeout(Some(settings.response_timeout)),
            patience: settings.connect_timeout.max(settings.response_timeout),
            slot: Arc::default(),
        }
    }

    pub(super) async fn connection(&self) -> RedisResult<(MultiplexedConnection, u64)> {
        let mut slot = self.slot.lock().await;
        if let Some(connection) = &slot.connection {
            return Ok((connection.clone(), slot.generation));
        }
        if let Some((at, error)) = &slot.failed
            && at.elapsed() < PAUSE
        {
            return Err(error.clone());
        }
        let found = match tokio::time::timeout(self.patience, self.find()).await {
            Ok(found) => found,
            Err(_) => Err(std::io::Error::from(std::io::ErrorKind::TimedOut).into()),
        };
        match found {
            Ok(connection) => {
                slot.connection = Some(connection.clone());
                slot.generation += 1;
                slot.failed = None;
                Ok((connection, slot.generation))
            }
            Err(error) => {
                slot.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// A primary that is gone, silent, or no primary any more is looked for anew.
    ///
    /// Who finds the slot taken goes away: somebody is searching already, and to queue behind him
    /// would take longer than a visitor waits.
    pub(super) fn failed(&self, generation: u64, error: &RedisError) {
        let moved = matches!(error.code(), Some("READONLY" | "MASTERDOWN" | "LOADING"));
        if let Ok(mut slot) = self.slot.try_lock()
            && slot.generation == generation
            && (moved || is_unreachable(error))
        {
            slot.connection = None;
        }
    }

    pub(super) fn silent(&self) {
        if let Ok(mut slot) = self.slot.try_lock() {
            slot.connection = None;
        }
    }

    /// Asks all sentinels at once and takes the first primary that says itself that it is one: a
    /// sentinel that was cut off may still name the old one.
    async fn find(&self) -> RedisResult<MultiplexedConnection> {
        let mut asked = JoinSet::new();
        for sentinel in &self.sentinels.clients {
            let (sentinel, sentinels) = (sentinel.clone(), Arc::clone(&self.sentinels));
            let config = self.config.clone();
            asked.spawn(async move { ask(&sentinel, &sentinels, &config).await });
        }
        let mut last = RedisError::from((ErrorKind::EmptySentinelList, "no sentinel answers"));
        while let Some(outcome) = asked.join_next().await {
            match outcome {
                Ok(Ok(connection)) => return Ok(connection),
                Ok(Err(error)) => last = error,
                Err(_) => {}
            }
        }
        Err(last)
    }
}

async fn ask(
    sentinel: &Client,
    sentinels: &Sentinels,
    config: &AsyncConnectionConfig,
) -> RedisResult<MultiplexedConnection> {
    let mut watcher = sentinel
        .get_multiplexed_async_connection_with_config(config)
        .await?;
    let named: Option<(String, u16)> = cmd("SENTINEL")
        .arg("GET-MASTER-ADDR-BY-NAME")
        .arg(&sentinels.service)
        .query_async(&mut watcher)
        .await?;
    let Some((host, port)) = named else {
        return Err(RedisError::from((
            ErrorKind::MasterNameNotFoundBySentinel,
            "the sentinels watch no primary of this name; correct the end of the URL",
        )));
    };
    let mut primary = sentinels
        .primary(&host, port)?
        .get_multiplexed_async_connection_with_config(config)
        .await?;
    let role: Vec<redis::Value> = cmd("ROLE").query_async(&mut primary).await?;
    match role
        .into_iter()
        .next()
        .map(redis::from_redis_value::<String>)
    {
        Some(Ok(role)) if role == "master" => Ok(primary),
        _ => Err(std::io::Error::new(
            std::io::ErrorKind::NotConnected,
            "the sentinels name a Redis that is no primary yet",
        )
        .into()),
    }
}
