//! What a lab needs to be a room: its address, who comes in, the certificate.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::Tally;
use crate::stores::StoreLabel;

/// How long a visitor may take to agree on keys.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// A place in a class.
#[derive(Clone)]
pub struct Seat {
    pub(crate) address: Ipv4Addr,
    pub(super) visitor: IpAddr,
    pub(super) acceptor: TlsAcceptor,
    pub(crate) room: u64,
    pub(crate) tally: Arc<Tally>,
    /// What is said of the store. Where it is on the teacher's machine is not for visitors.
    pub(crate) store: Option<StoreLabel>,
}

impl std::fmt::Debug for Seat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seat({}, room {})", self.address, self.room)
    }
}

impl Seat {
    /// Whoever opened the room, and the teacher's machine, which is this one.
    pub(crate) fn admits(&self, peer: IpAddr) -> bool {
        peer == self.visitor || peer == self.address
    }

    /// The connection, encrypted; `None` when the other side does not know how.
    pub(crate) async fn greeted(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        greeted(&self.acceptor, stream).await
    }
}

pub(super) async fn greeted(
    acceptor: &TlsAcceptor,
    stream: TcpStream,
) -> Option<TlsStream<TcpStream>> {
    match timeout(HANDSHAKE, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Some(stream),
        // A browser that does not trust the certificate yet breaks off here.
        Ok(Err(error)) => {
            log::debug!("no TLS with a visitor: {error}");
            None
        }
        Err(_) => None,
    }
}
