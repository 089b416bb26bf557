//! The store in this process: the same answers as Redis, from one map behind a lock.

mod entries;
mod view;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

pub(crate) use entries::{Entries, Value};
pub use view::{KeyView, Operation};

use crate::{Clock, StoreError};

type Observer = Arc<dyn Fn(&Operation) + Send + Sync>;

/// One map, shared by every worker.
///
/// A lock is held for the few steps of one operation and never across an await, so what is one
/// command or one script on Redis is one step here too.
pub(crate) struct Embedded {
    entries: Mutex<Entries>,
    observer: RwLock<Option<Observer>>,
}

impl Embedded {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self {
            entries: Mutex::new(Entries::new(max_bytes)),
            observer: RwLock::new(None),
        }
    }

    /// Does one operation on the map. `command` is the Redis command that does the same; it is
    /// only put into words when somebody watches.
    pub(crate) fn run<T>(
        &self,
        key: &str,
        command: impl FnOnce() -> String,
        work: impl FnOnce(&mut Entries) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let started = Instant::now();
        let outcome = {
            let mut entries = self.lock();
            entries.sweep();
            work(&mut entries)
        };
        let observer = self
            .observer
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(observer) = observer {
            observer(&Operation {
                command: command(),
                keys: vec![key.to_owned()],
                took: started.elapsed(),
            });
        }
        outcome
    }

    pub(crate) fn observe(&self, observer: Observer) {
        *self
            .observer
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(observer);
    }

    pub(crate) fn go_by(&self, clock: Clock) {
        self.lock().go_by(clock);
    }

    pub(crate) fn keys(&self) -> Vec<KeyView> {
        self.lock()
            .live()
            .map(|(key, value, left)| KeyView::of(key, value, left))
            .collect()
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    /// Each step leaves the map whole, so a panic elsewhere while the lock was held did no harm.
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The form in which a length of time stands in a command.
pub(crate) fn millis(lasts: Duration) -> u64 {
    // Redis takes no expiry of 0; what lasts no time at all ends after the shortest one.
    u64::try_from(lasts.as_millis())
        .unwrap_or(u64::MAX)
        .clamp(1, LONGEST_MILLIS)
}

/// Ten years. A longer expiry is a mistake, and an absurd one would overflow a clock.
const LONGEST_MILLIS: u64 = 10 * 365 * 24 * 60 * 60 * 1000;
