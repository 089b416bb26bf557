//! The servers' clock, moved ahead together with what is kept for them.
//!
//! A store in this process goes by that clock itself. Redis has a clock of its own, so each of the
//! lab's keys is brought nearer to its end by as much; one whose time is up then goes.
//!
//! The two cannot be moved in one step, so the clock goes first. Whatever happens to the keys then, none
//! ends before its time by that clock: a revocation outlives every copy of what it revokes.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use redis::aio::ConnectionManager;
use redis::{RedisResult, cmd};
use thiserror::Error;
use tokio::time::{sleep, timeout};

use super::Stores;
use crate::{clock, keys};

/// Nothing here lasts longer.
const FARTHEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);
/// A lab keeps some dozens.
const MOST_KEYS: usize = 10_000;
/// A shared Redis may hold millions of other keys, and all are looked at.
const LONGEST: Duration = Duration::from_secs(5);

/// How long an order counts. One that Redis is slow to carry out would otherwise meet keys that were
/// written anew meanwhile: a logout's, among them.
const COUNTS: Duration = Duration::from_secs(1);
/// Tells one order from the next.
static ORDERS: AtomicU64 = AtomicU64::new(0);

/// All keys in one step, if the order still counts; and it counts once.
const SHORTEN: &str = r"if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
local span = tonumber(ARGV[2])
for at = 2, #KEYS do
  local left = redis.call('PTTL', KEYS[at])
  if left > span then redis.call('PEXPIRE', KEYS[at], left - span)
  elseif left >= 0 then redis.call('UNLINK', KEYS[at]) end
end
return 1";

/// What became of the keys when the clock was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keys {
    /// They go by the clock.
    Moved,
    /// Redis gave no answer, or refused: they may be as they were, and end later than the clock says.
    Unknown,
}

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
    /// Moves the clock and then the ends of all keys. To be called while no request is under way.
    pub(crate) async fn move_ahead(&self, span: Duration) -> Result<Keys, Unmoved> {
        let sum = self.clock.ahead().saturating_add(span);
        if sum > FARTHEST {
            return Err(Unmoved::TooFar);
        }
        let Some(redis) = &self.redis else {
            self.clock.move_ahead(span);
            return Ok(Keys::Moved);
        };
        let mut connection = redis.server.connection.clone();
        let found = keys::find(&mut connection, &redis.prefix, MOST_KEYS + 1, usize::MAX);
        let found = timeout(LONGEST, found).await;
        let found = found.map_err(|_| Unmoved::TooMuch)??;
        if !found.is_all || found.names.len() > MOST_KEYS {
            return Err(Unmoved::TooMuch);
        }
        let order = Order::give(&mut connection, &redis.prefix).await?;
        // What it goes at most is farther than a year.
        self.clock.move_ahead(span);
        Ok(order.carry_out(&mut connection, found.names, span).await)
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

/// A key that says for a moment which order counts. Not over a server's tap: the servers know nothing
/// of it, and time goes on where the line is cut.
struct Order {
    key: String,
    number: u64,
}

impl Order {
    /// Nothing is moved by that.
    async fn give(connection: &mut ConnectionManager, prefix: &str) -> RedisResult<Self> {
        let key = format!("{prefix}ahead");
        let number = ORDERS.fetch_add(1, Ordering::Relaxed);
        let mut set = cmd("SET");
        set.arg(&key).arg(number);
        set.arg("PX").arg(clock::millis(COUNTS));
        set.exec_async(connection).await?;
        Ok(Self { key, number })
    }

    /// Whoever gets no answer does not know whether it was carried out; when this returns it is, or
    /// never will be.
    async fn carry_out(
        self,
        connection: &mut ConnectionManager,
        names: BTreeSet<Vec<u8>>,
        span: Duration,
    ) -> Keys {
        let mut shorten = cmd("EVAL");
        shorten.arg(SHORTEN).arg(names.len() + 1).arg(self.key);
        for name in names {
            shorten.arg(name);
        }
        shorten.arg(self.number).arg(clock::millis(span));
        match shorten.query_async(connection).await {
            Ok(true) => Keys::Moved,
            Ok(false) => Keys::Unknown,
            Err(error) => {
                log::debug!("Redis may not have moved the keys: {error}");
                sleep(COUNTS).await;
                Keys::Unknown
            }
        }
    }
}
