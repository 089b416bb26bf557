//! The front: one port, in front of the page and the three servers.
//!
//! Reading order: [`listen`] takes the port, [`connection`] reads one request after the
//! other and decides by its `Host` where it goes, [`relay`] passes the bytes on in both
//! directions and keeps a copy, [`answers`] has what the front says itself.

pub(crate) mod answers;
pub(crate) mod connection;
pub(crate) mod listen;
pub(crate) mod relay;

use std::net::SocketAddr;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use tokio::sync::{OwnedRwLockWriteGuard, RwLockReadGuard, watch};
use tokio::time::timeout;

use crate::board::Board;
use crate::column::Column;
use crate::hosts::Hosts;

/// A server that waits for a Redis in vain takes less.
const USUAL: Duration = Duration::from_millis(500);
/// More than it takes with many logins, whose passwords are hashed in turn.
const PATIENCE: Duration = Duration::from_secs(3);

/// Where the servers listen at the moment; a restart moves them.
#[derive(Debug)]
pub(crate) struct Addresses {
    columns: RwLock<[SocketAddr; 3]>,
    /// Whoever sends a request reads; who needs that none is under way writes.
    under_way: Arc<tokio::sync::RwLock<()>>,
    /// Whoever waits has waited long enough for the clients.
    cut: watch::Sender<bool>,
}

/// Held while a request is under way.
pub(crate) struct Pass<'a> {
    _under_way: RwLockReadGuard<'a, ()>,
    /// Ends what a client holds up.
    pub(crate) cut: Cut,
}

/// Where it is heard.
#[derive(Clone)]
pub(crate) struct Cut(watch::Receiver<bool>);

impl Cut {
    /// Ends when whoever waits waits for no client any longer.
    pub(crate) async fn signal(mut self) {
        // Without a sender the lab is stopping.
        let _ = self.0.wait_for(|cut| *cut).await;
    }
}

impl Addresses {
    pub(crate) fn new(columns: [SocketAddr; 3]) -> Self {
        Self {
            columns: RwLock::new(columns),
            under_way: Arc::default(),
            cut: watch::Sender::new(false),
        }
    }

    /// To be held while a request is under way.
    pub(crate) async fn pass(&self) -> Pass<'_> {
        Pass {
            _under_way: self.under_way.read().await,
            cut: Cut(self.cut.subscribe()),
        }
    }

    /// Lets no request through as long as it is held, and waits for those under way: half a second for
    /// clients, which may hold the rest of a request back, or leave an answer unread, for as long as
    /// they like; and for servers that are at work until one takes too long: `None`.
    pub(crate) async fn stillness(&self) -> Option<OwnedRwLockWriteGuard<()>> {
        let still = Arc::clone(&self.under_way).write_owned();
        tokio::pin!(still);
        if let Ok(still) = timeout(USUAL, &mut still).await {
            return Some(still);
        }
        self.cut.send_replace(true);
        let still = timeout(PATIENCE, still).await.ok();
        self.cut.send_replace(false);
        still
    }

    pub(crate) fn of(&self, column: Column) -> SocketAddr {
        self.columns.read().expect("no holder of this lock panics")[column.index()]
    }

    pub(crate) fn replace(&self, columns: [SocketAddr; 3]) {
        *self.columns.write().expect("no holder of this lock panics") = columns;
    }
}

/// What every connection of the front needs to know.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) hosts: Hosts,
    pub(crate) servers: Arc<Addresses>,
    /// The lab's own server: the page and the control plane.
    pub(crate) page: SocketAddr,
    pub(crate) board: Arc<Board>,
    /// How many times somebody did something; a page that is only open does nothing.
    pub(crate) asked: AtomicU64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn stillness_waits_for_what_is_under_way_and_holds_up_what_comes() {
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let servers = Arc::new(Addresses::new([nowhere; 3]));
        let pass = servers.pass().await;
        let waiting = tokio::spawn({
            let servers = Arc::clone(&servers);
            async move { servers.stillness().await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(pass);
        let still = waiting.await.unwrap();
        assert!(still.is_some());
        let soon = Duration::from_millis(50);
        assert!(timeout(soon, servers.pass()).await.is_err());
        drop(still);
        assert!(timeout(PATIENCE, servers.pass()).await.is_ok());
    }
}
