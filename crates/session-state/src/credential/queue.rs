//! Writers of one session, one after another on each worker.
//!
//! Of a thousand requests that write to one session at the same moment one gets through at a time,
//! and the others have to look again. In a queue each looks once; without one they would ask the
//! store half a million times.

use std::{
    cell::RefCell,
    collections::HashMap,
    rc::Rc,
    sync::{Arc, Weak},
};

use store::Digest;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// What the last in the queue left behind: the text that stands in the store, if nobody else
/// wrote.
type Last = Mutex<Option<String>>;

#[derive(Clone, Default)]
pub(super) struct Queue(Rc<RefCell<HashMap<Digest, Weak<Last>>>>);

/// The right to write to a session, as far as this worker goes.
pub(super) struct Turn {
    queue: Queue,
    name: Digest,
    last: Option<OwnedMutexGuard<Option<String>>>,
}

impl Queue {
    /// Waits until those who came before have written.
    pub(super) async fn turn(&self, name: Digest) -> Turn {
        let known = self.0.borrow().get(&name).and_then(Weak::upgrade);
        let last = known.unwrap_or_else(|| {
            let new = Arc::new(Last::default());
            self.0.borrow_mut().insert(name, Arc::downgrade(&new));
            new
        });
        Turn {
            queue: self.clone(),
            name,
            last: Some(last.lock_owned().await),
        }
    }
}

impl Turn {
    /// What stands in the store, if it is known.
    pub(super) fn last(&self) -> Option<String> {
        self.last.as_ref().and_then(|last| last.as_ref()).cloned()
    }

    /// Tells the next what stands in the store.
    pub(super) fn leave(mut self, text: String) {
        if let Some(last) = &mut self.last {
            **last = Some(text);
        }
    }
}

impl Drop for Turn {
    /// Who is last takes the queue away.
    fn drop(&mut self) {
        drop(self.last.take());
        let mut queues = self.queue.0.borrow_mut();
        let is_empty = queues
            .get(&self.name)
            .is_some_and(|last| last.strong_count() == 0);
        if is_empty {
            queues.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    #[tokio::test]
    async fn one_after_another_and_nothing_is_left() {
        let (queue, name) = (Queue::default(), Digest::of(b"a"));
        let first = queue.turn(name).await;
        assert_eq!(first.last(), None);
        let waits = queue.turn(name);
        tokio::pin!(waits);
        assert!(timeout(Duration::ZERO, &mut waits).await.is_err());
        drop(queue.turn(Digest::of(b"b")).await);
        first.leave("text".to_owned());
        let second = waits.await;
        assert_eq!(second.last().as_deref(), Some("text"));
        // Who gives up waiting holds up nobody.
        assert!(timeout(Duration::ZERO, queue.turn(name)).await.is_err());
        drop(second);
        assert!(queue.0.borrow().is_empty());
    }
}
