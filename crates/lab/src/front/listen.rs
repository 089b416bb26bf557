//! Taking the port, on both loopback addresses.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::{Front, connection};
use crate::class::{PORTS, Seat};
use crate::error::LabError;

/// The port that is tried first.
pub(crate) const USUAL_PORT: u16 = 8000;
/// How many are tried after it.
pub(crate) const TRIED_PORTS: u16 = 100;
/// Connections at once, over all hosts; a browser opens six a host.
const MAX_CONNECTIONS: usize = 256;
/// The same for one of many rooms: two tabs of a browser.
pub(crate) const MAX_OF_A_ROOM: usize = 48;

/// The listeners of one port.
#[derive(Debug)]
pub(crate) struct Listeners {
    sockets: Vec<TcpListener>,
    /// The room of a class: who may come in, and by which certificate.
    seat: Option<Seat>,
    /// The port that was taken.
    pub(crate) port: u16,
    /// The usual port was occupied.
    pub(crate) moved: bool,
}

/// Takes the port that was asked for, or the first free one from the usual one on.
pub(crate) async fn take(asked: Option<u16>) -> Result<Listeners, LabError> {
    if let Some(port) = asked {
        return bind(port)
            .await
            .map_err(|source| LabError::PortTaken { port, source });
    }
    for port in USUAL_PORT..USUAL_PORT + TRIED_PORTS {
        match bind(port).await {
            Ok(listeners) => {
                return Ok(Listeners {
                    moved: port != USUAL_PORT,
                    ..listeners
                });
            }
            Err(error) => log::debug!("port {port} is not free: {error}"),
        }
    }
    Err(LabError::NoPort)
}

/// Both addresses or none: with one of them in other hands, half of the browsers would
/// talk to somebody else. A machine without IPv6 has only the first.
async fn bind(port: u16) -> io::Result<Listeners> {
    let v4 = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
    let port = v4.local_addr()?.port();
    let mut sockets = vec![v4];
    match TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await {
        Ok(v6) => sockets.push(v6),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
        Err(error) => log::debug!("no IPv6 loopback here: {error}"),
    }
    Ok(Listeners {
        sockets,
        seat: None,
        port,
        moved: false,
    })
}

/// The four ports of a room: the page and the three servers.
pub(crate) async fn take_room(seat: &Seat, port: u16) -> Result<Listeners, LabError> {
    let mut sockets = Vec::new();
    for port in port..port + PORTS {
        let taken = TcpListener::bind((seat.address, port)).await;
        sockets.push(taken.map_err(|source| LabError::PortTaken { port, source })?);
    }
    Ok(Listeners {
        sockets,
        seat: Some(seat.clone()),
        port,
        moved: false,
    })
}

/// Serves every connection until the returned tasks are aborted.
pub(crate) fn serve(listeners: Listeners, front: &Arc<Front>) -> Vec<JoinHandle<()>> {
    let seat = listeners.seat;
    let most = match seat {
        Some(_) => MAX_OF_A_ROOM,
        None => MAX_CONNECTIONS,
    };
    let places = Arc::new(Semaphore::new(most));
    let accept = |socket| {
        let (front, places) = (Arc::clone(front), Arc::clone(&places));
        tokio::spawn(accept(socket, front, places, seat.clone()))
    };
    listeners.sockets.into_iter().map(accept).collect()
}

async fn accept(
    socket: TcpListener,
    front: Arc<Front>,
    places: Arc<Semaphore>,
    seat: Option<Seat>,
) {
    // Dropping the set when this task is aborted ends the connections with it.
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        match socket.accept().await {
            // Another's room: the connection is closed before a byte of it is read.
            Ok((_, peer)) if seat.as_ref().is_some_and(|seat| !seat.admits(peer.ip())) => {}
            Ok((stream, _)) => {
                let (front, seat) = (Arc::clone(&front), seat.clone());
                connections.spawn(async move {
                    serve_one(stream, seat, &front).await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file descriptors, mostly: it passes when connections close.
                log::warn!("a connection was not accepted: {error}");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve_one(stream: TcpStream, seat: Option<Seat>, front: &Front) {
    // Small answers must not wait for the other side's acknowledgement.
    if let Err(error) = stream.set_nodelay(true) {
        log::debug!("no TCP_NODELAY: {error}");
    }
    let Some(seat) = seat else {
        let (reader, writer) = stream.into_split();
        return connection::serve(reader, writer, front).await;
    };
    if let Some(stream) = seat.greeted(stream).await {
        let (reader, writer) = tokio::io::split(stream);
        connection::serve(reader, writer, front).await;
    }
}
