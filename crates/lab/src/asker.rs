//! Whoever gave an order may leave before it is carried out: a page is closed or loaded anew.
//!
//! The handler that waits for him is dropped then. What an order has started must not be dropped
//! with it: threads and servers would go on, with nobody to count or to stop them. So it runs in
//! a task or on a thread of its own, which is told here, and which keeps what bounds it.

use tokio::sync::watch;

/// Held by the handler.
#[derive(Debug)]
pub(crate) struct Present(#[expect(dead_code, reason = "it is dropped")] watch::Sender<()>);

/// Looked at by what was started.
#[derive(Debug)]
pub(crate) struct Asker(watch::Receiver<()>);

/// One who is there as long as the first half is.
pub(crate) fn asker() -> (Present, Asker) {
    let (present, asker) = watch::channel(());
    (Present(present), Asker(asker))
}

impl Asker {
    pub(crate) fn has_left(&self) -> bool {
        self.0.has_changed().is_err()
    }

    /// Waits until he has left.
    pub(crate) async fn leaves(&mut self) {
        while self.0.changed().await.is_ok() {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_leaves_when_nobody_waits_for_him() {
        let (present, mut asker) = asker();
        assert!(!asker.has_left());
        drop(present);
        assert!(asker.has_left());
        asker.leaves().await;
    }
}
