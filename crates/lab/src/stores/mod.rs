//! Where the three servers keep what they keep, and how the lab looks at it.
//!
//! Every server gets a [`Source`] of its own, so that a look-up is known to be its: with Redis
//! each source goes through its own tap, with the embedded store each is a map of its own.

mod ahead;
mod embedded;
mod prefix;
mod server;
mod tapped;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use store::{Clock, Source};
use tokio::time::timeout;

pub(crate) use self::ahead::{Keys, Unmoved};
pub(crate) use self::prefix::letters;
pub(crate) use self::server::RedisServer;
use self::tapped::Tapped;
use crate::board::Board;
use crate::clock;
use crate::column::Column;
use crate::error::LabError;
use crate::keys::{self, StoredKey};
use crate::line::Line;
use crate::variants::Variants;

/// A store of a lab's size is cleared in milliseconds.
const TIDYING: Duration = Duration::from_secs(1);

/// Which store to use.
#[derive(Clone, Default)]
pub enum StoreChoice {
    /// A private Redis when `redis-server` is on the PATH, else the embedded store.
    #[default]
    Auto,
    /// The Redis of this URL, and no other.
    Redis(String),
    /// The embedded store.
    Embedded,
}

/// The URL may have a password in it.
impl std::fmt::Debug for StoreChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Auto => "Auto",
            Self::Redis(_) => "Redis([redacted])",
            Self::Embedded => "Embedded",
        })
    }
}

/// Which store is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoreKind {
    /// A Redis that was there.
    Redis,
    /// A Redis that the lab started.
    PrivateRedis,
    /// A map in this process.
    Embedded,
}

/// The store of the lab, for the visitor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoreLabel {
    /// What it is.
    pub kind: StoreKind,
    /// The same in words.
    pub label: String,
}

impl StoreLabel {
    /// There is a line to Redis.
    pub fn is_redis(&self) -> bool {
        self.kind != StoreKind::Embedded
    }
}

/// The open stores of the three servers.
pub(crate) struct Stores {
    pub(crate) label: StoreLabel,
    sources: [Source; 3],
    redis: Option<Tapped>,
    /// Where sessions are when they are not in Redis though there is one.
    aside: Source,
    /// What all of them go by, and the servers that are started with them.
    clock: Clock,
}

impl Stores {
    /// Finds the store and puts the taps in.
    pub(crate) async fn open(
        choice: &StoreChoice,
        port: u16,
        board: &Arc<Board>,
    ) -> Result<Self, LabError> {
        match choice {
            StoreChoice::Redis(url) => {
                let redis = RedisServer::named(url).await?;
                Self::over(redis, port, board)
            }
            StoreChoice::Auto => match RedisServer::private().await {
                Some(redis) => Self::over(redis, port, board),
                None => Ok(Self::embedded(
                    "In this process: no redis-server on the PATH",
                    board,
                )),
            },
            StoreChoice::Embedded => Ok(Self::embedded("In this process", board)),
        }
    }

    fn over(server: RedisServer, port: u16, board: &Arc<Board>) -> Result<Self, LabError> {
        let mut redis = Tapped::before(server, port)?;
        let sources = redis.open(board)?;
        let label = redis.server.label.clone();
        Ok(Self::going_by_one_clock(label, sources, Some(redis), board))
    }

    fn embedded(label: &str, board: &Arc<Board>) -> Self {
        let label = StoreLabel {
            kind: StoreKind::Embedded,
            label: label.to_owned(),
        };
        Self::going_by_one_clock(label, embedded::observed(board), None, board)
    }

    fn going_by_one_clock(
        label: StoreLabel,
        sources: [Source; 3],
        redis: Option<Tapped>,
        board: &Arc<Board>,
    ) -> Self {
        let clock = Clock::default();
        let aside = embedded::one(Column::Session, board);
        Self {
            label,
            sources: sources.map(|source| source.going_by(&clock)),
            redis,
            aside: aside.going_by(&clock),
            clock,
        }
    }

    /// The servers' time, as the view writes it.
    pub(crate) fn now_ms(&self) -> u64 {
        clock::millis(self.clock.now())
    }

    /// The store of one server.
    pub(crate) fn source(&self, column: Column, variants: Variants) -> Source {
        match self.is_aside(column, variants) {
            true => self.aside.clone(),
            false => self.sources[column.index()].clone(),
        }
    }

    /// What is in it now; `None` when Redis does not answer.
    pub(crate) async fn keys(&self, column: Column, variants: Variants) -> Option<Vec<StoredKey>> {
        let now_ms = self.now_ms();
        match &self.redis {
            Some(_) if self.is_aside(column, variants) => Some(keys::embedded(&self.aside, now_ms)),
            Some(redis) => redis.keys(column, now_ms).await,
            None => Some(keys::embedded(&self.sources[column.index()], now_ms)),
        }
    }

    /// There is a Redis to ask.
    pub(crate) fn has_redis(&self) -> bool {
        self.redis.is_some()
    }

    /// These variants, as far as there is what they need.
    pub(crate) fn possible(&self, variants: Variants) -> Variants {
        let without = |variants: Variants| variants.with(Column::Session, "embedded");
        match self.has_redis() {
            true => variants,
            false => without(variants).unwrap_or(variants),
        }
    }

    fn is_aside(&self, column: Column, variants: Variants) -> bool {
        self.redis.is_some() && column == Column::Session && variants.has(column, "embedded")
    }

    /// What this server's keys take in Redis, in bytes; `None` when that is not known.
    pub(crate) async fn memory(&self, column: Column) -> Option<u64> {
        self.redis.as_ref()?.memory(column).await
    }

    /// Breaks the line to Redis, or mends it; `false` where there is none to break.
    pub(crate) fn set_line(&self, line: Line) -> bool {
        let redis = self.redis.as_ref();
        redis.is_some_and(|redis| {
            redis.line.send_replace(line);
            true
        })
    }

    /// Deletes every key of the lab.
    pub(crate) async fn clear(&self) -> Result<(), store::StoreError> {
        for source in self.sources.iter().chain([&self.aside]) {
            source.flush_prefix().await?;
        }
        Ok(())
    }

    /// Deletes every key of the lab, as far as that takes no longer than [`TIDYING`]: in
    /// somebody's own Redis nothing should be left behind, and a Redis that hangs should not
    /// keep the lab from stopping. What stays ends by itself, as what a killed lab leaves: each key
    /// has an end.
    pub(crate) async fn leave_nothing(&self) {
        match timeout(TIDYING, self.clear()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => log::debug!("the lab's keys were not all deleted: {error}"),
            Err(_) => log::debug!("the lab's keys were not all deleted in {TIDYING:?}"),
        }
    }

    /// Takes the taps out and stops the private Redis.
    pub(crate) async fn close(self) {
        if let Some(redis) = self.redis {
            redis.close().await;
        }
    }
}
