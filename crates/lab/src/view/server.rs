//! The server card: what the store holds, and whether it was asked.

use serde::Serialize;

use crate::board::ColumnMemory;
use crate::keys::StoredKey;

/// What the server holds.
#[derive(Clone, Serialize)]
pub struct Server {
    /// The store could be read when it was last looked at.
    pub readable: bool,
    /// The last request made the server ask its store.
    pub consulted: bool,
    /// The same as a sentence.
    pub note: String,
    /// The keys of this column.
    pub keys: Vec<StoredKey>,
}

impl Server {
    pub(super) fn of(memory: &ColumnMemory) -> Self {
        let last = memory.history().next_back();
        let commands = last.map(|exchange| exchange.commands.iter());
        let answered = commands.map(|all| all.filter(|one| one.reply.is_some()).count());
        let consulted = last.is_some_and(|exchange| {
            exchange.record.status() == Some(503) || !exchange.commands.is_empty()
        });
        let note = match (&memory.keys, answered) {
            (Some(_), Some(0)) if consulted => {
                "Consulted in vain: the store gave no answer to the last request.".to_owned()
            }
            (None, _) => "The store does not answer: what it holds cannot be read.".to_owned(),
            (Some(_), None) => "Nothing has been asked yet.".to_owned(),
            (Some(_), Some(0)) => {
                "Not consulted: the last request was answered without the store.".to_owned()
            }
            (Some(_), Some(1)) => "The last request took one command to the store.".to_owned(),
            (Some(_), Some(count)) => {
                format!("The last request took {count} commands to the store.")
            }
        };
        Self {
            readable: memory.keys.is_some(),
            consulted,
            note,
            keys: memory.keys.clone().unwrap_or_default(),
        }
    }
}
