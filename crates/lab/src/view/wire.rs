//! The wire card: the last exchanges, as they went over the wire.

use std::time::Duration;

use serde::Serialize;

use super::carried::{Carried, Credential, Found};
use crate::board::{By, ColumnMemory, Exchange, StoreCommand};
use crate::clock;
use crate::column::Column;
use crate::resp;

/// What went over the wire.
#[derive(Clone, Serialize)]
pub struct Wire {
    /// The last twenty, oldest first.
    pub exchanges: Vec<ExchangeView>,
    /// The credentials in them, taken apart.
    pub credentials: Vec<Credential>,
}

/// One request and its answer.
#[derive(Clone, Serialize)]
pub struct ExchangeView {
    /// Counts up over all columns.
    pub id: u64,
    /// When it began.
    pub at_ms: u64,
    /// How far the server's clock was ahead of that: simulated.
    pub ahead_ms: u64,
    /// `browser`, `neighbour` or `attacker`.
    pub by: &'static str,
    /// The first line.
    pub request_line: String,
    /// The answer's status; none when no answer came.
    pub status: Option<u16>,
    /// Every byte towards the server.
    pub bytes_up: u64,
    /// Every byte back.
    pub bytes_down: u64,
    /// What the credential weighs in the request.
    pub credential_bytes: usize,
    /// From the first byte sent to the last byte answered.
    pub duration_us: u64,
    /// The head as it was sent.
    pub request_head: String,
    /// The beginning of the body.
    pub request_body: String,
    /// The head as it came.
    pub response_head: String,
    /// The beginning of the body, without its framing.
    pub response_body: String,
    /// The credentials in it, by their place in the list of the wire.
    pub carried: Vec<Carried>,
    /// What the server asked of its store meanwhile.
    pub store_commands: Vec<StoreCommandView>,
}

/// One command to the store.
#[derive(Clone, Serialize)]
pub struct StoreCommandView {
    /// As one would type it.
    pub command: String,
    /// As one would read it.
    pub reply: String,
    /// From the command to its reply.
    pub duration_us: u64,
    /// Bytes of the command on the wire to Redis; none where there is no such wire.
    pub bytes_up: Option<usize>,
    /// Bytes of the reply.
    pub bytes_down: Option<usize>,
}

impl Wire {
    pub(super) fn of(memory: &ColumnMemory, column: Column) -> Self {
        let mut found = Found::of(column);
        let view = |exchange| ExchangeView::of(exchange, found.carried(exchange));
        Self {
            exchanges: memory.history().map(view).collect(),
            credentials: found.list,
        }
    }
}

impl ExchangeView {
    fn of(exchange: &Exchange, carried: Vec<Carried>) -> Self {
        let record = &exchange.record;
        Self {
            id: exchange.id,
            at_ms: exchange.at_ms,
            ahead_ms: clock::millis(exchange.ahead),
            by: match exchange.by {
                By::Browser => "browser",
                By::Neighbour => "neighbour",
                By::Attacker => "attacker",
            },
            request_line: record.request.line(),
            status: record.status(),
            bytes_up: record.bytes_up,
            bytes_down: record.bytes_down,
            credential_bytes: record.credential_bytes(),
            duration_us: micros(record.duration),
            request_head: text(&record.request_head),
            request_body: text(&record.request_body),
            response_head: text(&record.response_head),
            response_body: text(&record.response_body),
            carried,
            store_commands: exchange.commands.iter().map(StoreCommandView::of).collect(),
        }
    }
}

impl StoreCommandView {
    fn of(command: &StoreCommand) -> Self {
        Self {
            command: command.command.clone(),
            reply: command.reply.clone(),
            duration_us: micros(command.duration),
            bytes_up: command.leg.map(|leg| leg.bytes_up),
            bytes_down: command.leg.map(|leg| leg.bytes_down),
        }
    }
}

fn text(bytes: &[u8]) -> String {
    resp::printable(bytes)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
