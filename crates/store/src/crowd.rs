//! Visitors without a login must not fill the store for everybody.
//!
//! Anybody can become one, a thousand times a second. So there is room for so many of them and no
//! more, and the oldest makes way. Who logs in gets a new id and is not in the crowd any more: a
//! flood pushes out other anonymous visitors, and no login.
//!
//! They are counted for a store, not for a server: one that is started anew in this process over the
//! same store would otherwise begin as many again, and those from before would stay.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::{Digest, Store};

/// The anonymous sessions that this process has begun in a store, shared by all that open it.
#[derive(Clone, Default)]
pub(crate) struct Crowd(Arc<Mutex<VecDeque<Digest>>>);

impl Crowd {
    fn enter(&self, name: Digest, room: usize) -> Option<Digest> {
        let mut oldest_first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        oldest_first.push_back(name);
        if oldest_first.len() > room {
            oldest_first.pop_front()
        } else {
            None
        }
    }
}

impl Store {
    /// Lets a session without a login in, where there is room for so many; returns the one that has
    /// to go, which is for the caller to end.
    pub fn enter_crowd(&self, name: Digest, room: usize) -> Option<Digest> {
        self.crowd.enter(name, room)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Digest, Source};

    #[test]
    fn the_oldest_makes_way_whoever_opened_the_store() {
        let source = Source::embedded(1 << 20);
        let name = |n: u8| Digest::of(&[n]);
        let first = source.open().unwrap();
        assert_eq!(first.enter_crowd(name(1), 2), None);
        assert_eq!(first.enter_crowd(name(2), 2), None);
        drop(first);
        // As a server does that is started anew.
        let again = source.clone().open().unwrap();
        assert_eq!(again.enter_crowd(name(3), 2), Some(name(1)));
        assert_eq!(again.clone().enter_crowd(name(4), 2), Some(name(2)));
    }
}
