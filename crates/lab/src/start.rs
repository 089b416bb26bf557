//! Starting and stopping a lab.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use contract::accounts::Accounts;
use tokio::task::JoinHandle;

use crate::attacker::Attacker;
use crate::board::Board;
use crate::class::Seat;
use crate::column::Column;
use crate::control::{self, Control};
use crate::director::Director;
use crate::error::LabError;
use crate::fleet::Fleet;
use crate::front::{Front, listen};
use crate::hosts::Hosts;
use crate::profile::Profile;
use crate::stores::{StoreChoice, StoreLabel, Stores};
use crate::variants::{Variants, exclude};
use crate::watcher;

/// What a lab can be told.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port; `None`: 8000, or the next free one. 0: any.
    pub port: Option<u16>,
    /// The store.
    pub store: StoreChoice,
    /// How much the servers look up.
    pub profile: Profile,
    /// How else each of them runs, where not as usual: what [`Variants::with`] takes.
    pub variants: Vec<(Column, String)>,
    /// It is the room of a class.
    pub seat: Option<Seat>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: None,
            store: StoreChoice::Auto,
            profile: Profile::Hardened,
            variants: Vec::new(),
            seat: None,
        }
    }
}

impl Options {
    /// The variants to start with.
    ///
    /// # Errors
    /// When a column has none of that name, or two are given that exclude each other.
    pub fn variants(&self) -> Result<Variants, LabError> {
        for (at, (column, word)) in self.variants.iter().enumerate() {
            let before = self.variants[..at].iter();
            let mut of_column = before.filter(|(other, _)| other == column);
            if let Some((_, other)) = of_column.find(|(_, other)| exclude(*column, other, word)) {
                let (one, other) = (other.clone(), word.clone());
                return Err(LabError::Variants(column.id(), one, other));
            }
        }
        let usual = Variants::usual(self.profile);
        self.variants
            .iter()
            .try_fold(usual, |variants, (column, word)| {
                let unknown = || LabError::Variant(column.id(), word.clone());
                variants.with(*column, word).ok_or_else(unknown)
            })
    }
}

/// A lab that runs.
pub struct Lab {
    /// The port that was taken.
    pub port: u16,
    /// The usual port was occupied, and another one was taken.
    pub moved: bool,
    /// The store that was found.
    pub store: StoreLabel,
    hosts: Hosts,
    shared: Arc<Front>,
    front: Vec<JoinHandle<()>>,
    watcher: JoinHandle<()>,
    control: Control,
    director: JoinHandle<Director>,
}

impl Lab {
    /// The address to open.
    pub fn address(&self) -> String {
        self.hosts.page()
    }

    /// How many times somebody did something.
    pub(crate) fn asked(&self) -> u64 {
        self.shared.asked.load(Ordering::Relaxed)
    }

    /// Stops everything: front, page, servers, taps, the private Redis.
    pub async fn stop(self) {
        for task in self.front {
            task.abort();
        }
        self.watcher.abort();
        let _ = self.watcher.await;
        // With the page's server go the last senders of orders, and the director comes back.
        self.control.stop().await;
        match self.director.await {
            Ok(director) => {
                let Director { fleet, stores, .. } = director;
                fleet.stop().await;
                stores.leave_nothing().await;
                match Arc::try_unwrap(stores) {
                    Ok(stores) => stores.close().await,
                    Err(_) => log::warn!("the store is still in use; it ends with this process"),
                }
            }
            Err(error) => log::error!("the director ended badly: {error}"),
        }
    }
}

/// Starts a lab; call it inside a multi-threaded tokio runtime.
pub async fn start(options: Options) -> Result<Lab, LabError> {
    let wanted = options.variants()?;
    let listeners = match &options.seat {
        Some(seat) => listen::take_room(seat, options.port.unwrap_or_default()).await?,
        None => listen::take(options.port).await?,
    };
    let (port, moved) = (listeners.port, listeners.moved);
    let hosts = match &options.seat {
        Some(seat) => Hosts::room(seat.address, port),
        None => Hosts::new(port),
    };
    let (board, events) = Board::new(options.profile);
    let mut stores = Stores::open(&options.store, port, &board).await?;
    if let Some(label) = options.seat.as_ref().and_then(|seat| seat.store.clone()) {
        stores.label = label;
    }
    let stores = Arc::new(stores);
    let accounts = Accounts::in_memory()?;
    let at_start = stores.possible(wanted);
    board.update(|state| {
        state.variants = at_start;
        state.one_jar = options.seat.is_some();
    });
    let fleet = Fleet::start(hosts, accounts.clone(), &stores, at_start)?;
    let servers = Arc::clone(&fleet.addresses);
    let attacker = Attacker {
        hosts,
        servers: Arc::clone(&servers),
        board: Arc::clone(&board),
    };
    let director = Director {
        fleet,
        accounts: accounts.clone(),
        stores: Arc::clone(&stores),
        board: Arc::clone(&board),
        attacker: attacker.clone(),
        at_start,
        started_in: options.profile,
    };
    let roles = director.roles()?;
    board.update(|state| state.roles = roles);
    let (orders, director) = director.listen();
    let label = stores.label.clone();
    let control = control::start(
        hosts,
        Arc::clone(&board),
        orders,
        accounts,
        attacker.clone(),
        Arc::clone(&stores),
        options,
    )?;
    let watcher = tokio::spawn(watcher::run(events, Arc::clone(&board), stores, attacker));
    let front = Arc::new(Front {
        hosts,
        servers,
        page: control.address,
        board,
        asked: AtomicU64::default(),
    });
    let shared = Arc::clone(&front);
    let front = listen::serve(listeners, &front);
    Ok(Lab {
        port,
        moved,
        store: label,
        hosts,
        shared,
        front,
        watcher,
        control,
        director,
    })
}
