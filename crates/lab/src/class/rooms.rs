//! Opens rooms, within limits, and ends those in which nobody does anything.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;

use super::{ClassOptions, PORTS, Seat, Tally};
use crate::error::LabError;
use crate::start::{self, Lab, Options};
use crate::stores::StoreLabel;

/// How often is looked for idle rooms, at most.
const LOOK: Duration = Duration::from_secs(10);
/// Between two openings: starting a lab costs some hundred milliseconds of CPU.
const PAUSE: Duration = Duration::from_millis(250);

/// One visitor's.
struct Room {
    lab: Lab,
    visitor: IpAddr,
    asked: u64,
    since: Instant,
}

/// Why there is no room.
#[derive(Debug)]
pub(super) enum Refusal {
    /// All are taken.
    Full,
    /// A lab did not start.
    Broken(LabError),
}

/// All rooms; the place in the list decides the ports.
pub(super) struct Rooms {
    options: ClassOptions,
    acceptor: TlsAcceptor,
    tally: Arc<Tally>,
    store: Option<StoreLabel>,
    opened: Mutex<Opened>,
}

struct Opened {
    rooms: Vec<Option<Room>>,
    /// Of all that ever were, so that each has a number of its own.
    ever: u64,
}

impl Rooms {
    pub(super) fn new(
        options: ClassOptions,
        acceptor: TlsAcceptor,
        tally: Arc<Tally>,
        store: Option<StoreLabel>,
    ) -> Self {
        let rooms = (0..options.rooms).map(|_| None).collect();
        Self {
            options,
            acceptor,
            tally,
            store,
            opened: Mutex::new(Opened { rooms, ever: 0 }),
        }
    }

    /// How many there are, and how many there may be.
    pub(super) async fn taken(&self) -> (usize, usize) {
        let rooms = &self.opened.lock().await.rooms;
        (rooms.iter().flatten().count(), rooms.len())
    }

    /// The rooms of one address.
    pub(super) async fn of(&self, visitor: IpAddr) -> Vec<String> {
        let rooms = &self.opened.lock().await.rooms;
        let own = rooms
            .iter()
            .flatten()
            .filter(|room| room.visitor == visitor);
        own.map(|room| room.lab.address()).collect()
    }

    /// Opens one, or shows the last that this address may have. One at a time, with a pause: a
    /// visitor who asks again and again costs everybody else little.
    pub(super) async fn open(&self, visitor: IpAddr) -> Result<String, Refusal> {
        let mut opened = self.opened.lock().await;
        let rooms = opened.rooms.iter().flatten();
        let own: Vec<&Room> = rooms.filter(|room| room.visitor == visitor).collect();
        if own.len() >= usize::from(self.options.per_address)
            && let Some(last) = own.last()
        {
            return Ok(last.lab.address());
        }
        opened.ever += 1;
        let mut why = Refusal::Full;
        for place in 0..opened.rooms.len() {
            if opened.rooms[place].is_some() {
                continue;
            }
            match start::start(self.lab_at(place, visitor, opened.ever)).await {
                Ok(lab) => {
                    let address = lab.address();
                    opened.rooms[place] = Some(Room {
                        asked: lab.asked(),
                        lab,
                        visitor,
                        since: Instant::now(),
                    });
                    sleep(PAUSE).await;
                    return Ok(address);
                }
                // Another program has a port of it; the next place has others.
                Err(error @ LabError::PortTaken { .. }) => why = Refusal::Broken(error),
                Err(error) => return Err(Refusal::Broken(error)),
            }
        }
        Err(why)
    }

    fn lab_at(&self, place: usize, visitor: IpAddr, room: u64) -> Options {
        let first = self.options.listen.port() + 1;
        Options {
            port: Some(first + PORTS * u16::try_from(place).unwrap_or_default()),
            seat: Some(Seat {
                address: *self.options.listen.ip(),
                visitor,
                acceptor: self.acceptor.clone(),
                room,
                tally: Arc::clone(&self.tally),
                store: self.store.clone(),
            }),
            ..self.options.lab.clone()
        }
    }

    /// Ends those in which nothing was done for too long.
    async fn end_those_idle(&self) {
        let mut ended = Vec::new();
        for place in &mut self.opened.lock().await.rooms {
            let Some(room) = place else { continue };
            let asked = room.lab.asked();
            if asked != room.asked {
                (room.asked, room.since) = (asked, Instant::now());
            } else if room.since.elapsed() >= self.options.idle {
                ended.extend(place.take());
            }
        }
        for room in ended {
            room.lab.stop().await;
        }
    }

    pub(super) async fn end_all(&self) {
        let rooms = std::mem::take(&mut self.opened.lock().await.rooms);
        let labs = rooms.into_iter().flatten().map(|room| room.lab.stop());
        futures_util::future::join_all(labs).await;
    }
}

/// Goes on until it is aborted.
pub(super) async fn end_idle(rooms: Arc<Rooms>) {
    loop {
        sleep(LOOK.min(rooms.options.idle)).await;
        rooms.end_those_idle().await;
    }
}
