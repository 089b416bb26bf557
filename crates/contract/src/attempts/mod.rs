//! How often a password may be guessed.
//!
//! Failures are counted, not tries, in three places at once:
//!
//! | counted by | failures | then one every |
//! |---|---|---|
//! | name and address | 10 | 6 s |
//! | address, whatever the name | 100 | 1 s |
//! | name, whatever the address | 200 | 10 s |
//!
//! The last line does not hold at an address from which this account has
//! logged in before: somebody who guesses from everywhere slows himself down,
//! and the owner still gets in (ASVS 5.0, 6.3.1). Nobody is locked out for good.
//!
//! What is *not* done, on purpose:
//!
//! * No header is read. `X-Forwarded-For` is what the visitor says of himself;
//!   the address is the one of the TCP peer.
//! * A success resets nothing; it only takes back its own entry. An attacker
//!   with an account of his own would else log in to it after every ninth guess.
//! * A name that does not exist is counted like one that does. Else the limit
//!   would tell which names exist (ASVS 5.0, 6.3.8).
//!
//! The counts are in the memory of this process: they start empty, and a second
//! process counts for itself.

mod bucket;
mod ledger;
#[cfg(test)]
mod tests;

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, Semaphore};

use bucket::Rate;
use ledger::{Entry, Ledger, Name, Refusal, Try};

/// Longest wait for tries that are under way; then the answer is "busy".
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// Tries that may wait so.
const MOST_WAITING: usize = 256;

/// Failures that one name has at one address before it gets slow. The other
/// two limits follow: ten times as many for an address, twenty for a name.
pub const DEFAULT_FAILURES: u32 = 10;

/// Why a password is not looked at now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotNow {
    TooManyAttempts { retry_after: Duration },
    Busy { retry_after: Duration },
}

/// The counts, shared by everything that checks a password.
pub(crate) struct Attempts {
    ledger: Mutex<Ledger>,
    started: Instant,
    hasher: RandomState,
    ended: Notify,
    waiting: Semaphore,
}

impl Attempts {
    pub(crate) fn new(failures: u32) -> Self {
        let failures = failures.max(1);
        let rate = |times: u32, seconds| Rate {
            burst: failures.saturating_mul(times),
            every: Duration::from_secs(seconds),
        };
        Self {
            ledger: Mutex::new(Ledger::new(rate(1, 6), rate(10, 1), rate(20, 10))),
            started: Instant::now(),
            hasher: RandomState::new(),
            ended: Notify::new(),
            waiting: Semaphore::new(MOST_WAITING),
        }
    }

    /// Enters a try **before** the password is hashed, so that a burst of
    /// parallel guesses is counted one by one. Where only tries that are still
    /// under way stand in the way, it waits for them: twenty browsers that log
    /// in at once with the right password are not an attack.
    pub(crate) async fn begin(
        self: &Arc<Self>,
        name: &str,
        account: Option<i64>,
        from: IpAddr,
    ) -> Result<Attempt, NotNow> {
        const BUSY: NotNow = NotNow::Busy {
            retry_after: LONGEST_WAIT,
        };
        let name = Name(self.hasher.hash_one(name));
        let tried = Try {
            name,
            account,
            place: from.into(),
        };
        let deadline = tokio::time::Instant::now() + LONGEST_WAIT;
        let mut seat = None;
        loop {
            let mut ended = std::pin::pin!(self.ended.notified());
            ended.as_mut().enable();
            let begun = self.ledger().begin(tried, self.now());
            match begun {
                Ok(entry) => {
                    return Ok(Attempt {
                        attempts: Arc::clone(self),
                        entry: Some(entry),
                    });
                }
                Err(Refusal::Spent(retry_after)) => {
                    return Err(NotNow::TooManyAttempts { retry_after });
                }
                Err(Refusal::Full) => return Err(BUSY),
                Err(Refusal::Undecided) => {}
            }
            if seat.is_none() {
                seat = Some(self.waiting.try_acquire().map_err(|_| BUSY)?);
            }
            tokio::time::timeout_at(deadline, ended)
                .await
                .map_err(|_| BUSY)?;
        }
    }

    /// Forgets the failures, and whose owner was where. What is under way ends in a book that does
    /// not know it.
    pub(crate) fn forget(&self) {
        self.ledger().forget();
        self.ended.notify_waiters();
    }

    fn now(&self) -> Duration {
        self.started.elapsed()
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A try that is under way. Dropped, it is a failure: a visitor who hangs up
/// before the answer has had his guess.
pub(crate) struct Attempt {
    attempts: Arc<Attempts>,
    entry: Option<Entry>,
}

impl Attempt {
    /// The password was right.
    pub(crate) fn succeeded(mut self) {
        if let Some(entry) = self.entry.take() {
            let mut ledger = self.attempts.ledger();
            ledger.remember(&entry);
            ledger.end(&entry, self.attempts.now(), false);
            drop(ledger);
            self.attempts.ended.notify_waiters();
        }
    }

    /// The password was not looked at; the fault is ours.
    pub(crate) fn not_looked_at(mut self) {
        self.end(false);
    }

    fn end(&mut self, failed: bool) {
        if let Some(entry) = self.entry.take() {
            self.attempts
                .ledger()
                .end(&entry, self.attempts.now(), failed);
            self.attempts.ended.notify_waiters();
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.end(true);
    }
}
