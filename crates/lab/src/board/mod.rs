//! The board: everything that the lab has seen, in one place.
//!
//! The front and the taps write to it, the view is drawn from it. Reading order:
//! [`Exchange`] is what is kept of a request, [`ColumnMemory`] is what one column's exchanges
//! teach, [`Board`] has the three of them and says when something changed.

mod column_memory;
mod counting;
mod credentials;
mod dormant;
mod exchange;
mod learn;
mod members;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

pub use column_memory::{ColumnMemory, ReadByScript};
pub use counting::Leg;
pub(crate) use credentials::{Credential, SHORTEST, given_away};
pub use dormant::Dormant;
pub use exchange::{By, Exchange, Record, StoreCommand};

use crate::clock;
use crate::column::Column;
use crate::line::Line;
use crate::profile::Profile;
use crate::variants::Variants;

/// What happened on the wire that somebody has to act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// A request was answered: the keys in the store may be others now.
    Answered,
    /// A logout was acknowledged: the attacker tries the stolen credential at once.
    LoggedOut(Column),
}

/// All that the lab knows at the moment.
pub struct State {
    /// How much the servers look up, as it was chosen for all of them.
    pub profile: Profile,
    /// How each of them runs.
    pub variants: Variants,
    /// What the line to Redis does.
    pub line: Line,
    /// How far the servers' clock was moved ahead of the machine's.
    pub ahead: Duration,
    /// A sentence for the visitor, about what happened last.
    pub notice: Option<String>,
    /// The roles of each account, as they stand in the accounts.
    pub roles: BTreeMap<String, Vec<String>>,
    /// The browser has one jar for all of them: they differ by the port alone, and that is no part
    /// of a cookie.
    pub(crate) one_jar: bool,
    columns: [ColumnMemory; 3],
    next_exchange: u64,
}

impl State {
    /// What is known of a column.
    pub fn column(&self, column: Column) -> &ColumnMemory {
        &self.columns[column.index()]
    }

    /// The same, to be changed.
    pub fn column_mut(&mut self, column: Column) -> &mut ColumnMemory {
        &mut self.columns[column.index()]
    }

    /// Forgets what was seen, as at the start.
    pub fn forget(&mut self) {
        self.columns = Column::ALL.map(ColumnMemory::new);
        self.notice = None;
        self.ahead = Duration::ZERO;
    }
}

/// The state behind a lock, with a revision that counts its changes.
pub struct Board {
    state: Mutex<State>,
    revision: watch::Sender<u64>,
    events: mpsc::UnboundedSender<Event>,
}

impl std::fmt::Debug for Board {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Board(revision {})", self.revision())
    }
}

impl Board {
    /// An empty board, and the events that will come from it. The queue of events needs no
    /// bound: the front handles at most 256 requests at once, and each makes two.
    pub(crate) fn new(profile: Profile) -> (Arc<Self>, mpsc::UnboundedReceiver<Event>) {
        let (events, receiver) = mpsc::unbounded_channel();
        let state = State {
            profile,
            variants: Variants::usual(profile),
            line: Line::Well,
            ahead: Duration::ZERO,
            notice: None,
            roles: BTreeMap::new(),
            columns: Column::ALL.map(ColumnMemory::new),
            one_jar: false,
            next_exchange: 1,
        };
        let board = Self {
            state: Mutex::new(state),
            revision: watch::Sender::new(1),
            events,
        };
        (Arc::new(board), receiver)
    }

    /// The number of the last change.
    pub fn revision(&self) -> u64 {
        *self.revision.borrow()
    }

    /// Reads the state, with the revision that it has.
    pub fn read<T>(&self, read: impl FnOnce(&State, u64) -> T) -> T {
        let state = self.lock();
        read(&state, self.revision())
    }

    /// Changes the state and tells whoever watches.
    pub fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let result = change(&mut state);
        self.revision.send_modify(|revision| *revision += 1);
        result
    }

    /// The keys in the store may be others now, though no request was answered.
    pub(crate) fn look_again(&self) {
        // Nobody listens any more when the lab is stopping.
        let _ = self.events.send(Event::Answered);
    }

    /// Tells of each change.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    /// A request goes out in this column: store commands from now on belong to it.
    pub fn begin(self: &Arc<Self>, column: Column, by: By) -> Ticket {
        let mut state = self.lock();
        let id = state.next_exchange;
        state.next_exchange += 1;
        state.column_mut(column).in_flight.push((id, Vec::new()));
        Ticket {
            board: Arc::clone(self),
            column,
            id,
            by,
            at_ms: clock::now_ms(),
        }
    }

    /// The server of this column asked the store. Belongs to the request that went out last;
    /// between requests (a health check, a connection being set up) it belongs to none.
    pub fn store_command(&self, column: Column, command: StoreCommand) {
        const MAX_COMMANDS: usize = 64;
        let mut state = self.lock();
        if let Some((_, commands)) = state.column_mut(column).in_flight.last_mut()
            && commands.len() < MAX_COMMANDS
        {
            commands.push(command);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while drawing must not take the front down with it; the state is only shown.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is under way.
pub struct Ticket {
    board: Arc<Board>,
    column: Column,
    id: u64,
    by: By,
    at_ms: u64,
}

impl Ticket {
    /// The answer is complete, or will not come.
    pub fn finish(self, record: Record) {
        let (column, by, id, at_ms) = (self.column, self.by, self.id, self.at_ms);
        let logged_out = self.board.update(|state| {
            let roles = state.roles.clone();
            let (line, ahead, variants) = (state.line, state.ahead, state.variants);
            if state.one_jar && by != By::Attacker {
                for other in Column::ALL.into_iter().filter(|other| *other != column) {
                    state.column_mut(other).follow_answer(&record, at_ms);
                }
            }
            let memory = state.column_mut(column);
            let commands = memory.take_in_flight(id);
            let exchange = Exchange {
                id,
                at_ms,
                ahead,
                by,
                record,
                commands,
            };
            // What a broken line costs is not what the mechanism costs; and what is measured is
            // measured by the real clock.
            if line == Line::Well && ahead.is_zero() {
                memory.count(&exchange, variants);
            }
            memory.learn(exchange, &roles)
        });
        // Nobody listens any more when the lab is stopping.
        if logged_out {
            let _ = self.board.events.send(Event::LoggedOut(column));
        }
        let _ = self.board.events.send(Event::Answered);
    }
}

impl Drop for Ticket {
    /// Whatever became of the request, its place is freed.
    fn drop(&mut self) {
        let mut state = self.board.lock();
        state.column_mut(self.column).take_in_flight(self.id);
    }
}
