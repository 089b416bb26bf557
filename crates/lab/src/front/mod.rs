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

use crate::board::Board;
use crate::column::Column;
use crate::hosts::Hosts;

/// Where the servers listen at the moment; a restart moves them.
#[derive(Debug)]
pub(crate) struct Addresses {
    columns: RwLock<[SocketAddr; 3]>,
}

impl Addresses {
    pub(crate) fn new(columns: [SocketAddr; 3]) -> Self {
        Self {
            columns: RwLock::new(columns),
        }
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
