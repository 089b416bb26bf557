//! Visitors without a login must not fill the store for everybody.
//!
//! Anybody can become one, a thousand times a second. So there is room for so many of them and no
//! more, and the oldest makes way. Who logs in gets a new id and is not in the crowd any more: a
//! flood pushes out other anonymous visitors, and no login.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use store::Digest;

/// The anonymous sessions that this process has begun, shared by its workers.
#[derive(Clone)]
pub(super) struct Crowd {
    oldest_first: Arc<Mutex<VecDeque<Digest>>>,
    room: usize,
}

impl Crowd {
    pub(super) fn new(room: usize) -> Self {
        Self {
            oldest_first: Arc::default(),
            room,
        }
    }

    /// Lets one in; returns the one that has to go.
    pub(super) fn enter(&self, name: Digest) -> Option<Digest> {
        let mut names = self
            .oldest_first
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        names.push_back(name);
        if names.len() > self.room {
            names.pop_front()
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_way() {
        let crowd = Crowd::new(2);
        let name = |n: u8| Digest::of(&[n]);
        assert_eq!((crowd.enter(name(1)), crowd.enter(name(2))), (None, None));
        assert_eq!(crowd.clone().enter(name(3)), Some(name(1)));
        assert_eq!(crowd.enter(name(4)), Some(name(2)));
    }
}
