//! How many failures one key may have.

use std::time::Duration;

/// So many failures at once, and then one more each time `every` has passed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate {
    pub(super) burst: u32,
    pub(super) every: Duration,
}

impl Rate {
    fn room(self) -> Duration {
        self.every.saturating_mul(self.burst)
    }
}

/// The failures of one key. They are kept as the time at which the last of
/// them is forgiven, so that nothing has to run while time passes.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    forgiven_at: Duration,
    /// Tries whose outcome is not known yet. Each counts as a failure until it
    /// is: else a thousand parallel tries would all be the first.
    under_way: u32,
}

/// What a bucket says to one more try.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// There is room.
    Free,
    /// There may be, when the tries that are under way turn out well.
    Undecided,
    /// There is none before this time has passed.
    None(Duration),
}

impl Bucket {
    pub(super) fn room(&self, rate: Rate, now: Duration) -> Room {
        let owed = self.forgiven_at.saturating_sub(now);
        let with_one_more = owed + rate.every;
        if with_one_more > rate.room() {
            Room::None(with_one_more - rate.room())
        } else if with_one_more + rate.every * self.under_way > rate.room() {
            Room::Undecided
        } else {
            Room::Free
        }
    }

    pub(super) fn begin(&mut self) {
        self.under_way += 1;
    }

    pub(super) fn end(&mut self, rate: Rate, now: Duration, failed: bool) {
        self.under_way = self.under_way.saturating_sub(1);
        if failed {
            self.forgiven_at = self.forgiven_at.max(now) + rate.every;
        }
    }

    /// Nothing to remember: the same as a bucket that was never there.
    pub(super) fn is_empty(&self, now: Duration) -> bool {
        self.under_way == 0 && self.forgiven_at <= now
    }
}
