//! The book of failed tries: pure, without a clock of its own.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use super::bucket::{Bucket, Rate, Room};

/// Keys that are remembered at most, some 6 MB. A key lives as long as its
/// failures are not forgiven, and a failure costs a hash first: at 100 hashes
/// a second and 10 s for each failure there are about 1,000 live keys.
const MOST_KEYS: usize = 100_000;
/// A full book is searched for forgiven keys at most this often.
const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// Addresses remembered for each account, the latest ones. The bound is per
/// account: nobody can push out what belongs to another.
const KNOWN_ADDRESSES: usize = 8;

/// Where a connection comes from. An IPv6 subscriber has a whole /64, so that
/// is one place; an IPv4 address written as IPv6 is that IPv4 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Place(IpAddr);

impl From<IpAddr> for Place {
    fn from(peer: IpAddr) -> Self {
        Self(match peer.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

/// Whom the try is about. A keyed hash of what was typed: a chosen name cannot
/// collide, and what people type by mistake into that field (their password)
/// is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Name(pub(super) u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    NameAtPlace(Name, Place),
    Place(Place),
    Name(Name),
}

/// One try, and the account that it is about where there is one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Try {
    pub(super) name: Name,
    pub(super) account: Option<i64>,
    pub(super) place: Place,
}

/// Which buckets a try was entered in.
#[derive(Debug)]
pub(super) struct Entry {
    keys: Vec<Key>,
    tried: Try,
}

/// Why a try may not begin now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Too many failures; there is room again after this time.
    Spent(Duration),
    /// Other tries are under way; ask again when one has ended.
    Undecided,
    /// The book is full of keys that still count. Fails closed.
    Full,
}

pub(super) struct Ledger {
    name_at_place: Rate,
    place: Rate,
    name: Rate,
    buckets: HashMap<Key, Bucket>,
    swept_at: Option<Duration>,
    known: HashMap<i64, VecDeque<Place>>,
}

impl Ledger {
    pub(super) fn new(name_at_place: Rate, place: Rate, name: Rate) -> Self {
        Self {
            name_at_place,
            place,
            name,
            buckets: HashMap::new(),
            swept_at: None,
            known: HashMap::new(),
        }
    }

    /// As it was when it was new.
    pub(super) fn forget(&mut self) {
        *self = Self::new(self.name_at_place, self.place, self.name);
    }

    fn rate(&self, key: Key) -> Rate {
        match key {
            Key::NameAtPlace(..) => self.name_at_place,
            Key::Place(_) => self.place,
            Key::Name(_) => self.name,
        }
    }

    /// Enters a try in all of its buckets, or in none.
    pub(super) fn begin(&mut self, tried: Try, now: Duration) -> Result<Entry, Refusal> {
        let mut keys = vec![
            Key::NameAtPlace(tried.name, tried.place),
            Key::Place(tried.place),
        ];
        // An account that is under attack from everywhere stays open to the
        // places from which its owner has logged in before.
        if !self.is_known(tried) {
            keys.push(Key::Name(tried.name));
        }
        let mut undecided = false;
        let mut wait = Duration::ZERO;
        for key in &keys {
            let room = self
                .buckets
                .get(key)
                .map(|bucket| bucket.room(self.rate(*key), now));
            match room {
                Some(Room::None(this_long)) => wait = wait.max(this_long),
                Some(Room::Undecided) => undecided = true,
                Some(Room::Free) | None => {}
            }
        }
        if !wait.is_zero() {
            return Err(Refusal::Spent(wait));
        }
        if undecided {
            return Err(Refusal::Undecided);
        }
        self.make_room(&keys, now)?;
        for key in &keys {
            self.buckets.entry(*key).or_default().begin();
        }
        Ok(Entry { keys, tried })
    }

    /// The outcome of a try is known.
    pub(super) fn end(&mut self, entry: &Entry, now: Duration, failed: bool) {
        for key in &entry.keys {
            let rate = self.rate(*key);
            let Some(bucket) = self.buckets.get_mut(key) else {
                continue;
            };
            bucket.end(rate, now, failed);
            if bucket.is_empty(now) {
                self.buckets.remove(key);
            }
        }
    }

    /// The owner of the account was here.
    pub(super) fn remember(&mut self, entry: &Entry) {
        let Some(account) = entry.tried.account else {
            return;
        };
        let places = self.known.entry(account).or_default();
        places.retain(|place| *place != entry.tried.place);
        places.push_front(entry.tried.place);
        places.truncate(KNOWN_ADDRESSES);
    }

    fn is_known(&self, tried: Try) -> bool {
        tried
            .account
            .and_then(|account| self.known.get(&account))
            .is_some_and(|places| places.contains(&tried.place))
    }

    fn make_room(&mut self, keys: &[Key], now: Duration) -> Result<(), Refusal> {
        if self.buckets.len() + keys.len() <= MOST_KEYS {
            return Ok(());
        }
        let due = self
            .swept_at
            .is_none_or(|at| now.saturating_sub(at) >= SWEEP_EVERY);
        if due {
            self.swept_at = Some(now);
            self.buckets.retain(|_, bucket| !bucket.is_empty(now));
        }
        let new = keys
            .iter()
            .filter(|key| !self.buckets.contains_key(key))
            .count();
        if self.buckets.len() + new > MOST_KEYS {
            Err(Refusal::Full)
        } else {
            Ok(())
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.buckets.len()
    }
}
