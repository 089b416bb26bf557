//! The servers' clock, moved ahead together with what is kept for them.
//!
//! A store in this process goes by that clock itself. Redis has a clock of its own, so each of the
//! lab's keys is brought nearer to its end by as much; one whose time is up then goes.

use std::collections::BTreeSet;
use std::time::Duration;

use redis::aio::ConnectionManager;
use redis::{RedisResult, cmd};
use thiserror::Error;
use tokio::time::timeout;

use super::Stores;
use crate::clock;

/// Nothing here lasts longer.
const FARTHEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);
/// A lab keeps some dozens.
const MOST_KEYS: usize = 10_000;
/// A shared Redis may hold millions of other keys, and all are looked at.
const LONGEST: Duration = Duration::from_secs(5);

/// All keys in one step, so that a failure leaves none of them moved.
const SHORTEN: &str = r"local span = tonumber(ARGV[1])
for _, key in ipairs(KEYS) do
  local left = redis.call('PTTL', key)
  if left > span then redis.call('PEXPIRE', key, left - span)
  elseif left >= 0 then redis.call('UNLINK', key) end
end";

/// Why nothing was moved.
#[derive(Debug, Error)]
pub(crate) enum Unmoved {
    /// It is far enough.
    #[error("a year is the farthest")]
    TooFar,
    /// Redis gave no answer, or refused. What it says names addresses, which are not for the page.
    #[error("Redis gave no answer, or refused; RUST_LOG=lab=debug says more")]
    Redis(#[from] redis::RedisError),
    /// It holds too much to be moved in one step.
    #[error("there is too much in the Redis to be moved in one step")]
    TooMuch,
}

impl Stores {
    /// Moves the clock and the ends of all keys, or nothing. To be called while no request is
    /// under way.
    pub(crate) async fn move_ahead(&self, span: Duration) -> Result<(), Unmoved> {
        let sum = self.clock.ahead().saturating_add(span);
        if sum > FARTHEST {
            return Err(Unmoved::TooFar);
        }
        if let Some(redis) = &self.redis {
            let mut connection = redis.server.connection.clone();
            let shortened = shorten(&mut connection, &redis.prefix, span);
            timeout(LONGEST, shortened)
                .await
                .map_err(|_| Unmoved::TooMuch)??;
        }
        // What it goes at most is farther than a year.
        self.clock.move_ahead(span);
        Ok(())
    }

    /// How far it was moved.
    pub(crate) fn ahead(&self) -> Duration {
        self.clock.ahead()
    }

    /// Makes it the machine's again. The store has to be empty.
    pub(crate) fn set_clock_back(&self) {
        self.clock.set_back();
    }
}

/// Not over a server's tap: the servers know nothing of it, and time goes on where the line is cut.
async fn shorten(
    connection: &mut ConnectionManager,
    prefix: &str,
    span: Duration,
) -> Result<(), Unmoved> {
    let names = find(connection, prefix).await?;
    if names.is_empty() {
        return Ok(());
    }
    let mut shorten = cmd("EVAL");
    shorten.arg(SHORTEN).arg(names.len());
    for name in names {
        shorten.arg(name);
    }
    shorten.arg(clock::millis(span));
    Ok(shorten.query_async(connection).await?)
}

/// SCAN may name a key twice, and none is to be moved twice.
async fn find(
    connection: &mut ConnectionManager,
    prefix: &str,
) -> Result<BTreeSet<Vec<u8>>, Unmoved> {
    let (mut names, mut cursor) = (BTreeSet::new(), 0_u64);
    loop {
        let mut scan = cmd("SCAN");
        scan.arg(cursor).arg("MATCH").arg(format!("{prefix}*"));
        scan.arg("COUNT").arg(1000);
        let found: RedisResult<(u64, Vec<Vec<u8>>)> = scan.query_async(connection).await;
        let (next, found) = found?;
        names.extend(found);
        if names.len() > MOST_KEYS {
            return Err(Unmoved::TooMuch);
        }
        if next == 0 {
            return Ok(names);
        }
        cursor = next;
    }
}
