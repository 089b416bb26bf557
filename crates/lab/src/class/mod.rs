//! A class: a door that everybody reaches, and behind it a room for each visitor.
//!
//! A room is a whole lab: accounts, keys, store, taps of its own. It has four ports of one
//! address instead of names (those of `localhost` lead each visitor to his own machine), all over
//! TLS, and only the address that opened it comes in. Reading order: `certificate`, [`Seat`] is
//! what a lab needs to be a room, `rooms` opens and ends them, `tally` counts predictions, `door`
//! is what listens, `pages` what it shows, `files` how many rooms there can be.

mod certificate;
mod door;
mod files;
mod pages;
mod rooms;
mod seat;
mod tally;

pub use seat::Seat;
pub(crate) use tally::{Guess, Tally};

use std::net::SocketAddrV4;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::error::LabError;
use crate::front::listen::MAX_OF_A_ROOM;
use crate::start::Options;
use crate::stores::{RedisServer, StoreChoice};
use certificate::Certificate;
use door::Door;
use rooms::Rooms;

/// Of a room: the page and the three servers.
pub(crate) const PORTS: u16 = 4;

/// What a class can be told.
#[derive(Clone, Debug)]
pub struct ClassOptions {
    /// Where everybody comes to; the rooms have the ports after it.
    pub listen: SocketAddrV4,
    /// Rooms at once.
    pub rooms: u16,
    /// Of them for one address.
    pub per_address: u16,
    /// A room in which nobody does anything ends after this time.
    pub idle: Duration,
    /// What each room is started with, except for the port.
    pub lab: Options,
}

/// A class that runs.
pub struct Class {
    /// The address of the door.
    pub address: String,
    /// The last port of the last room.
    pub last_port: u16,
    /// SHA-256 of the certificate, as browsers show it.
    pub fingerprint: String,
    /// The certificate itself, for programs that are to trust it.
    pub certificate_pem: String,
    /// The store of the rooms, in words.
    pub store: String,
    tasks: Vec<JoinHandle<()>>,
    rooms: Arc<Rooms>,
    redis: Option<RedisServer>,
}

impl Class {
    /// Opens the door.
    ///
    /// # Errors
    /// When the port or the store cannot be had.
    pub async fn open(mut options: ClassOptions) -> Result<Self, LabError> {
        let port = options.listen.port();
        let ports = u32::from(options.rooms) * u32::from(PORTS);
        let last_port =
            u16::try_from(u32::from(port) + ports).map_err(|_| LabError::Rooms(options.rooms))?;
        files::allow(options.rooms, MAX_OF_A_ROOM)?;
        let listen = options.listen;
        let listener = TcpListener::bind(listen)
            .await
            .map_err(|source| LabError::Door { listen, source })?;
        let certificate = Certificate::made_for(*options.listen.ip())?;
        // One Redis for all rooms; the keys of each begin with letters of its own.
        let redis = match &options.lab.store {
            StoreChoice::Auto => RedisServer::private_for(options.rooms).await,
            StoreChoice::Redis(url) => Some(RedisServer::named(url).await?),
            StoreChoice::Embedded => None,
        };
        let store = match &redis {
            Some(redis) => redis.label().to_owned(),
            None => "in this process".to_owned(),
        };
        options.lab.store = match &redis {
            Some(redis) => StoreChoice::Redis(redis.url().to_owned()),
            None => StoreChoice::Embedded,
        };
        let tally = Arc::new(Tally::default());
        let acceptor = certificate.acceptor.clone();
        let address = format!("https://{}", options.listen);
        let teacher = *options.listen.ip();
        let said = redis.as_ref().map(RedisServer::label_for_visitors);
        let rooms = Rooms::new(options, acceptor.clone(), Arc::clone(&tally), said);
        let rooms = Arc::new(rooms);
        let door = Arc::new(Door {
            address: address.clone(),
            teacher,
            acceptor,
            rooms: Arc::clone(&rooms),
            tally,
        });
        let tasks = vec![
            tokio::spawn(door::serve(listener, door)),
            tokio::spawn(rooms::end_idle(Arc::clone(&rooms))),
        ];
        Ok(Self {
            address,
            last_port,
            fingerprint: certificate.fingerprint,
            certificate_pem: certificate.pem,
            store,
            tasks,
            rooms,
            redis,
        })
    }

    /// Ends every room and closes the door.
    pub async fn stop(self) {
        for task in self.tasks {
            task.abort();
            let _ = task.await;
        }
        self.rooms.end_all().await;
        if let Some(redis) = self.redis {
            redis.close().await;
        }
    }
}
