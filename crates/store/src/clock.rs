//! The time of day, as a server and what it keeps read it.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Ten years. Nothing here lasts so long.
const FARTHEST: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

/// The machine's clock, and what a simulation has moved it ahead.
///
/// A server that is not part of a simulation has a clock that nobody moves: the machine's. Clones
/// are the same clock. It goes ahead and never back, as time does, except to be the machine's again.
///
/// What it moves are dates, and the ends of entries in the store of this process. What is measured
/// from one moment to another (time-outs, the limits on wrong passwords) goes on as it is, and so
/// does a Redis, which has a clock of its own.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Milliseconds.
    ahead: Arc<AtomicU64>,
}

thread_local! {
    /// Whose server this thread works for. A handler asks for the time without a clock in its
    /// hand; and several servers of one process may be at different times.
    static OF_THIS_THREAD: RefCell<Option<Clock>> = const { RefCell::new(None) };
}

/// The time since 1970, by the clock of this thread.
pub fn now() -> Duration {
    let ahead = OF_THIS_THREAD.with_borrow(|clock| clock.as_ref().map_or(0, Clock::millis));
    since_1970() + Duration::from_millis(ahead)
}

fn since_1970() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

impl Clock {
    /// The time since 1970 by this clock.
    pub fn now(&self) -> Duration {
        since_1970() + self.ahead()
    }

    /// How far it is ahead of the machine's.
    pub fn ahead(&self) -> Duration {
        Duration::from_millis(self.millis())
    }

    /// Moves it ahead, in whole milliseconds. It stops at ten years: `false`, and it stays as it is.
    pub fn move_ahead(&self, span: Duration) -> bool {
        let farther = |ahead: u64| {
            let sum = Duration::from_millis(ahead).checked_add(span)?;
            let sum = (sum <= FARTHEST).then_some(sum)?;
            u64::try_from(sum.as_millis()).ok()
        };
        let moved = self
            .ahead
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, farther);
        moved.is_ok()
    }

    /// Makes it the machine's again. What was dated meanwhile is dated in the future then, so
    /// whoever does this has emptied the store and changed the keys.
    pub fn set_back(&self) {
        self.ahead.store(0, Ordering::Relaxed);
    }

    /// From now on what runs on this thread has this time: to be called on each worker of a
    /// server. A thread works for one server.
    pub fn rule_this_thread(&self) {
        OF_THIS_THREAD.replace(Some(self.clone()));
    }

    fn millis(&self) -> u64 {
        // A number by itself; nothing else is read or written in step with it.
        self.ahead.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    #[test]
    fn a_thread_goes_by_its_own_clock() {
        let clock = Clock::default();
        let (there, other) = (clock.clone(), Clock::default());
        let before = since_1970();
        let ruled = std::thread::spawn(move || {
            there.rule_this_thread();
            there.move_ahead(DAY);
            now()
        });
        assert!(ruled.join().unwrap() >= before + DAY);
        assert!(now() < before + DAY, "this thread has the machine's time");
        assert_eq!((clock.ahead(), other.ahead()), (DAY, Duration::ZERO));
        assert!(clock.now() >= before + DAY);
        clock.set_back();
        assert!(clock.now() < before + DAY);
    }

    #[test]
    fn it_goes_ahead_step_by_step_and_not_beyond_ten_years() {
        let clock = Clock::default();
        assert!(clock.move_ahead(DAY) && clock.move_ahead(DAY));
        assert_eq!(clock.ahead(), 2 * DAY);
        assert!(!clock.move_ahead(FARTHEST) && !clock.move_ahead(Duration::MAX));
        assert_eq!(clock.ahead(), 2 * DAY);
    }
}
