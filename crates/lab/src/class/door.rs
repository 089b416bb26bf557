//! What everybody reaches: one page with one button, and the teacher's page.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::rooms::{Refusal, Rooms};
use super::seat::greeted;
use super::{Tally, pages};
use crate::front::connection::{read_head, say};
use crate::http::{Incoming, RequestHead};

/// Visitors at the door at once.
const AT_ONCE: usize = 64;
/// Of one address: a browser opens six connections.
const OF_ONE: usize = 8;
/// How long one may stand there: opening a room takes a second or two.
const STAY: Duration = Duration::from_secs(60);

pub(super) struct Door {
    pub(super) address: String,
    /// The address of this machine, from which the teacher comes.
    pub(super) teacher: Ipv4Addr,
    pub(super) acceptor: TlsAcceptor,
    pub(super) rooms: Arc<Rooms>,
    pub(super) tally: Arc<Tally>,
}

/// Goes on until it is aborted.
pub(super) async fn serve(listener: TcpListener, door: Arc<Door>) {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let standing = Arc::new(Standing::default());
    let mut visitors = JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, peer)) => {
                // One machine that asks without end does not fill the door.
                let Some(one_of_few) = standing.come(peer.ip()) else {
                    continue;
                };
                let door = Arc::clone(&door);
                visitors.spawn(async move {
                    // Whoever is slow loses his place.
                    let _ = timeout(STAY, one(&door, stream, peer.ip())).await;
                    drop((place, one_of_few));
                });
            }
            Err(error) => {
                log::warn!("a connection was not accepted: {error}");
                sleep(Duration::from_millis(100)).await;
            }
        }
        while visitors.try_join_next().is_some() {}
    }
}

/// How many of each address stand at the door.
#[derive(Default)]
struct Standing(Mutex<HashMap<IpAddr, usize>>);

impl Standing {
    /// `None` where there are enough of it.
    fn come(self: &Arc<Self>, address: IpAddr) -> Option<Stands> {
        let mut all = self.0.lock().expect("no holder of this lock panics");
        let those = all.entry(address).or_default();
        (*those < OF_ONE).then(|| {
            *those += 1;
            Stands(Arc::clone(self), address)
        })
    }
}

/// Leaves when it is dropped.
struct Stands(Arc<Standing>, IpAddr);

impl Drop for Stands {
    fn drop(&mut self) {
        let mut all = self.0.0.lock().expect("no holder of this lock panics");
        if let Some(those) = all.get_mut(&self.1) {
            *those -= 1;
            if *those == 0 {
                all.remove(&self.1);
            }
        }
    }
}

/// One request, one answer.
async fn one(door: &Door, stream: TcpStream, peer: IpAddr) {
    let Some(stream) = greeted(&door.acceptor, stream).await else {
        return;
    };
    let (reader, mut writer) = tokio::io::split(stream);
    let mut reader = Incoming::new(reader);
    if let Ok(Some(request)) = read_head(&mut reader, &mut writer).await {
        let answer = door.answer(&request, peer).await;
        // The visitor may be gone already.
        let _ = say(&mut writer, &answer).await;
    }
    let _ = writer.shutdown().await;
}

impl Door {
    async fn answer(&self, request: &RequestHead, peer: IpAddr) -> Vec<u8> {
        // A site that re-points its own name to this address comes with that name.
        let host = request.head.only("host");
        if host.is_none_or(|host| format!("https://{host}") != self.address) {
            return pages::page("421 Misdirected Request", "This host is not served here.");
        }
        match (request.method.as_str(), request.path()) {
            ("GET", "/") => pages::welcome(&self.rooms.of(peer).await),
            ("POST", "/join") => self.join(request, peer).await,
            ("GET", "/teacher") if peer == self.teacher => {
                let (taken, all) = self.rooms.taken().await;
                pages::teacher(taken, all, &self.tally.counts())
            }
            ("GET", "/teacher") => pages::page(
                "403 Forbidden",
                "The teacher's page is shown on the teacher's machine only.",
            ),
            _ => pages::page("404 Not Found", "There is nothing here. Go to the start: /"),
        }
    }

    /// Only from the door's own page: another site that a visitor has open could take his rooms.
    async fn join(&self, request: &RequestHead, peer: IpAddr) -> Vec<u8> {
        if request.head.only("origin") != Some(self.address.as_str()) {
            return pages::page("403 Forbidden", "Use the button of the page.");
        }
        match self.rooms.open(peer).await {
            Ok(room) => pages::opened(&room),
            Err(Refusal::Full) => pages::page(
                "503 Service Unavailable",
                "All rooms are taken. One is free when somebody leaves his for a while.",
            ),
            Err(Refusal::Broken(error)) => {
                log::warn!("a room was not opened: {error}");
                pages::page(
                    "503 Service Unavailable",
                    "The room could not be opened. Tell the teacher: the terminal says why.",
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_does_not_fill_the_door() {
        let standing = Arc::new(Standing::default());
        let [one, other] = [[127, 0, 0, 1], [127, 0, 0, 2]].map(IpAddr::from);
        let mut there: Vec<_> = (0..OF_ONE).map(|_| standing.come(one)).collect();
        assert!(there.iter().all(Option::is_some));
        assert!(standing.come(one).is_none() && standing.come(other).is_some());
        there.pop();
        assert!(standing.come(one).is_some());
        drop(there);
        assert!(
            standing.0.lock().unwrap().is_empty(),
            "nothing is left of it"
        );
    }
}
