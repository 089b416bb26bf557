//! The wire card: the last exchanges, as they went over the wire.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use super::carried::{Carried, Credential, Found, OfOne};
use crate::board::{By, Exchange, StoreCommand};
use crate::clock;
use crate::column::Column;
use crate::resp;

/// The most that is shown of a head or a body; what is saved from the page has more of it.
const LONGEST: usize = 8 * 1024;
/// And of the first line, which stands in the head once more.
const LONGEST_LINE: usize = 1024;

/// What went over the wire.
#[derive(Clone, Default, Serialize)]
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
    /// Something of it is too long to be shown whole, or carries more credentials than are shown.
    pub cut: bool,
    /// What the server asked of its store meanwhile.
    pub store_commands: Vec<StoreCommandView>,
}

/// One command to the store.
#[derive(Clone, Serialize)]
pub struct StoreCommandView {
    /// As one would type it.
    pub command: String,
    /// As one would read it; none where none came.
    pub reply: Option<String>,
    /// From the command to its reply.
    pub duration_us: u64,
    /// Bytes of the command on the wire to Redis; none where there is no such wire.
    pub bytes_up: Option<usize>,
    /// Bytes of the reply.
    pub bytes_down: Option<usize>,
}

impl Wire {
    pub(super) fn of(exchanges: &[Arc<Exchange>], column: Column) -> Self {
        let mut found = Found::of(column);
        let view = |exchange: &Arc<Exchange>| ExchangeView::of(exchange, found.carried(exchange));
        Self {
            exchanges: exchanges.iter().map(view).collect(),
            credentials: found.list,
        }
    }
}

impl ExchangeView {
    fn of(exchange: &Exchange, OfOne { carried, cut, .. }: OfOne) -> Self {
        let record = &exchange.record;
        let mut cut = cut;
        let mut text = |bytes: &[u8]| {
            let (text, is_cut) = shown(bytes, LONGEST);
            cut |= is_cut;
            text
        };
        Self {
            id: exchange.id,
            at_ms: exchange.at_ms,
            ahead_ms: clock::millis(exchange.ahead),
            by: match exchange.by {
                By::Browser => "browser",
                By::Neighbour => "neighbour",
                By::Attacker => "attacker",
            },
            request_line: shown(record.request.line().as_bytes(), LONGEST_LINE).0,
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
            cut,
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

/// The beginning of it as text, and whether there is more.
fn shown(bytes: &[u8], longest: usize) -> (String, bool) {
    let mut beginning = &bytes[..bytes.len().min(longest)];
    // A character that is cut in two would make the rest unreadable.
    if beginning.len() < bytes.len()
        && let Err(error) = str::from_utf8(beginning)
        && error.error_len().is_none()
    {
        beginning = &beginning[..error.valid_up_to()];
    }
    let mut text = resp::printable(beginning);
    let is_cut = beginning.len() < bytes.len() || text.len() > longest;
    // What cannot be printed is longer when it is escaped.
    text.truncate(resp::beginning(&text, longest).len());
    (text, is_cut)
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
