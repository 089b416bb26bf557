//! Taking the port, on both loopback addresses.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::{Front, connection};
use crate::error::LabError;

/// The port that is tried first.
pub(crate) const USUAL_PORT: u16 = 8000;
/// How many are tried after it.
pub(crate) const TRIED_PORTS: u16 = 100;
/// Connections at once, over all hosts; a browser opens six a host.
const MAX_CONNECTIONS: usize = 256;

/// The listeners of one port.
#[derive(Debug)]
pub(crate) struct Listeners {
    sockets: Vec<TcpListener>,
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
        port,
        moved: false,
    })
}

/// Serves every connection until the returned tasks are aborted.
pub(crate) fn serve(listeners: Listeners, front: &Arc<Front>) -> Vec<JoinHandle<()>> {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let accept = |socket| tokio::spawn(accept(socket, Arc::clone(front), Arc::clone(&places)));
    listeners.sockets.into_iter().map(accept).collect()
}

async fn accept(socket: TcpListener, front: Arc<Front>, places: Arc<Semaphore>) {
    // Dropping the set when this task is aborted ends the connections with it.
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        match socket.accept().await {
            Ok((stream, _)) => {
                let front = Arc::clone(&front);
                connections.spawn(async move {
                    connection::serve(stream, &front).await;
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
