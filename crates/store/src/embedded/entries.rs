use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use super::millis;
use crate::{Clock, StoreError};

/// What a key holds: the three of Redis's types that are used.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Fields(BTreeMap<String, String>),
    /// A sorted set: member and score.
    Scores(BTreeMap<String, i64>),
}

impl Value {
    /// What it takes in memory, near enough.
    fn bytes(&self) -> usize {
        const NODE: usize = 64;
        match self {
            Self::Text(text) => text.len(),
            Self::Fields(fields) => fields.iter().map(|(k, v)| k.len() + v.len() + NODE).sum(),
            Self::Scores(scores) => scores.keys().map(|member| member.len() + NODE).sum(),
        }
    }
}

struct Entry {
    value: Value,
    ends: Instant,
}

/// The map, with the time at which each entry ends.
pub(crate) struct Entries {
    by_key: HashMap<String, Entry>,
    /// The same keys in the order in which they end, so that a sweep looks at the due ones only.
    by_end: BTreeSet<(Instant, String)>,
    bytes: usize,
    max_bytes: usize,
    /// Read at this clock, an entry ends when its time is up there.
    clock: Clock,
}

/// What an entry costs beside its value and twice its key: two table slots and their headers.
const OVERHEAD: usize = 192;

/// How many expired entries one operation clears away. More than one, so that the sweep always
/// gains on the writers; few, so that nobody waits for it.
const SWEEP: usize = 8;

impl Entries {
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self {
            by_key: HashMap::new(),
            by_end: BTreeSet::new(),
            bytes: 0,
            max_bytes,
            clock: Clock::default(),
        }
    }

    /// From now on entries end by this clock.
    pub(crate) fn go_by(&mut self, clock: Clock) {
        self.clock = clock;
    }

    fn now(&self) -> Instant {
        Instant::now() + self.clock.ahead()
    }

    pub(crate) fn get(&mut self, key: &str) -> Option<&Value> {
        // Expiry is looked at on every read: an entry that is due may not have been swept yet.
        if self.by_key.get(key)?.ends <= self.now() {
            self.remove(key);
            return None;
        }
        self.by_key.get(key).map(|entry| &entry.value)
    }

    /// How long an entry will last, if it is there.
    pub(crate) fn left(&self, key: &str) -> Option<Duration> {
        let left = self
            .by_key
            .get(key)?
            .ends
            .saturating_duration_since(self.now());
        (!left.is_zero()).then_some(left)
    }

    /// Writes an entry in place of the one that may be there.
    pub(crate) fn put(
        &mut self,
        key: &str,
        value: Value,
        lasts: Duration,
    ) -> Result<(), StoreError> {
        let cost = cost(key, &value);
        let freed = self
            .by_key
            .get(key)
            .map_or(0, |old| self::cost(key, &old.value));
        if self.bytes - freed + cost > self.max_bytes {
            self.sweep_all();
            let freed = self
                .by_key
                .get(key)
                .map_or(0, |old| self::cost(key, &old.value));
            if self.bytes - freed + cost > self.max_bytes {
                return Err(StoreError::Full {
                    max_bytes: self.max_bytes,
                });
            }
        }
        self.remove(key);
        let ends = self.now() + Duration::from_millis(millis(lasts));
        self.bytes += cost;
        self.by_end.insert((ends, key.to_owned()));
        self.by_key.insert(key.to_owned(), Entry { value, ends });
        Ok(())
    }

    /// Gives an entry that is there a new end.
    pub(crate) fn expire(&mut self, key: &str, lasts: Duration) {
        let ends = self.now() + Duration::from_millis(millis(lasts));
        let Some(entry) = self.by_key.get_mut(key) else {
            return;
        };
        let slot = (entry.ends, key.to_owned());
        entry.ends = ends;
        self.by_end.remove(&slot);
        self.by_end.insert((ends, slot.1));
    }

    /// Takes an entry out, due or not.
    pub(crate) fn remove(&mut self, key: &str) -> Option<Value> {
        let (key, entry) = self.by_key.remove_entry(key)?;
        self.bytes -= cost(&key, &entry.value);
        self.by_end.remove(&(entry.ends, key));
        Some(entry.value)
    }

    /// Clears away a few of those that are due.
    pub(crate) fn sweep(&mut self) {
        self.sweep_some(SWEEP);
    }

    fn sweep_all(&mut self) {
        self.sweep_some(usize::MAX);
    }

    fn sweep_some(&mut self, at_most: usize) {
        let now = self.now();
        for _ in 0..at_most {
            let due = match self.by_end.first() {
                Some((ends, key)) if *ends <= now => key.clone(),
                _ => return,
            };
            self.remove(&due);
        }
    }

    pub(crate) fn clear(&mut self) {
        let clock = self.clock.clone();
        *self = Self::new(self.max_bytes);
        self.go_by(clock);
    }

    /// What is there and not due, in the order of the keys.
    pub(crate) fn live(&self) -> impl Iterator<Item = (&str, &Value, Duration)> {
        let mut keys: Vec<&String> = self.by_key.keys().collect();
        keys.sort();
        keys.into_iter().filter_map(|key| {
            let left = self.left(key)?;
            Some((key.as_str(), &self.by_key.get(key)?.value, left))
        })
    }
}

fn cost(key: &str, value: &Value) -> usize {
    2 * key.len() + value.bytes() + OVERHEAD
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);
    const SOON: Duration = Duration::from_millis(20);

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn a_full_map_refuses_and_loses_nothing() {
        let mut entries = Entries::new(2000);
        let mut written = 0;
        let refused = loop {
            match entries.put(&format!("key{written}"), text("value"), HOUR) {
                Ok(()) => written += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(refused, StoreError::Full { max_bytes: 2000 }));
        assert!(written > 3 && entries.bytes <= 2000);
        assert_eq!(entries.live().count(), written);
        // Writing over an entry needs no more room than it had.
        entries.put("key0", text("VALUE"), HOUR).unwrap();
    }

    #[test]
    fn entries_end_by_the_clock_that_they_go_by() {
        let clock = Clock::default();
        let mut entries = Entries::new(2000);
        entries.go_by(clock.clone());
        entries.put("key", text("v"), HOUR).unwrap();
        clock.move_ahead(HOUR - Duration::from_secs(30));
        let left = entries.left("key").unwrap();
        assert!(left <= Duration::from_secs(30) && left > Duration::from_secs(1));
        entries.put("later", text("v"), HOUR).unwrap();
        clock.move_ahead(Duration::from_secs(30));
        assert!(entries.get("key").is_none() && entries.get("later").is_some());
        entries.clear();
        entries.put("key", text("v"), HOUR).unwrap();
        clock.move_ahead(HOUR);
        assert_eq!(
            entries.live().count(),
            0,
            "emptied, it goes by the same clock"
        );
    }

    #[test]
    fn what_is_due_makes_room() {
        let mut entries = Entries::new(1000);
        while entries
            .put(&format!("key{}", entries.by_key.len()), text("v"), SOON)
            .is_ok()
        {}
        std::thread::sleep(SOON * 2);
        entries.put("late", text("v"), HOUR).unwrap();
        assert_eq!(entries.by_key.len(), 1);
    }

    #[test]
    fn the_sweep_forgets_nothing_and_counts_right() {
        let mut entries = Entries::new(1 << 20);
        for n in 0..100 {
            entries.put(&format!("key{n}"), text("v"), SOON).unwrap();
            entries.expire(&format!("key{n}"), SOON);
        }
        std::thread::sleep(SOON * 2);
        for _ in 0..100usize.div_ceil(SWEEP) {
            entries.sweep();
        }
        assert!(entries.by_key.is_empty() && entries.by_end.is_empty());
        assert_eq!(entries.bytes, 0);
    }
}
