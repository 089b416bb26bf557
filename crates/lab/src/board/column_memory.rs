//! What is remembered of one column.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::credentials::{Credential, Credentials};
use super::{Dormant, Exchange, StoreCommand};
use crate::column::Column;
use crate::jar::Jar;
use crate::keys::StoredKey;
use crate::scores::Tally;
use crate::stolen::Stolen;
use crate::variants::Variants;
use crate::verdict::{Cause, Verdict};

/// How many exchanges are kept.
const HISTORY: usize = 20;

/// What the column's own script says that it can read in the browser.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ReadByScript {
    /// Name and value of each entry of `localStorage`.
    pub items: Vec<(String, String)>,
    /// Name and value of each cookie in `document.cookie`.
    pub cookies: Vec<(String, String)>,
}

/// A login that was logged out of.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// When the server acknowledged it.
    pub acknowledged: Instant,
    /// How long after that the stolen credential was first refused.
    pub refused_after: Option<Duration>,
}

/// One column's past.
pub struct ColumnMemory {
    pub(super) column: Column,
    pub(super) history: VecDeque<Arc<Exchange>>,
    /// What is masked in an export, long after its exchange is gone.
    credentials: Credentials,
    /// Requests under way, oldest first, with the store commands that belong to them.
    pub(super) in_flight: Vec<(u64, Vec<StoreCommand>)>,
    /// The browser's cookies, inferred.
    pub jar: Jar,
    /// What script reported.
    pub read_by_script: ReadByScript,
    /// Who is logged in, as far as the answers told.
    pub logged_in_as: Option<String>,
    /// Whose login does not count as the server runs now.
    pub(crate) dormant: Option<Dormant>,
    /// What was taken away under the login that the browser holds.
    pub(super) lost: Option<Cause>,
    /// The account had the role `admin` when it logged in.
    pub(super) was_admin: bool,
    /// When the browser's login ends by itself.
    pub(super) expires_at_ms: Option<u64>,
    /// The thief's copy.
    pub stolen: Option<Stolen>,
    /// The stolen credential's login has ended.
    pub ended: Option<Ended>,
    /// The verdict on the last action.
    pub verdict: Option<Verdict>,
    /// What the last switch of a variant has changed, in sentences.
    pub switched: Vec<&'static str>,
    /// What the store holds for this column; `None` when it cannot be read.
    pub keys: Option<Vec<StoredKey>>,
    /// What was counted for the scoreboard.
    pub(super) tally: Tally,
    /// With which of this column's settings.
    pub(super) counted_with: Variants,
}

impl ColumnMemory {
    pub(super) fn new(column: Column) -> Self {
        Self {
            column,
            history: VecDeque::new(),
            credentials: Credentials::default(),
            in_flight: Vec::new(),
            jar: Jar::of(column),
            read_by_script: ReadByScript::default(),
            logged_in_as: None,
            dormant: None,
            lost: None,
            was_admin: false,
            expires_at_ms: None,
            stolen: None,
            ended: None,
            verdict: None,
            switched: Vec::new(),
            keys: Some(Vec::new()),
            tally: Tally::default(),
            counted_with: Variants::default(),
        }
    }

    /// The last exchanges, oldest first. They can be big: who needs them for longer than the board
    /// may be locked shares them.
    pub fn history(&self) -> impl DoubleEndedIterator<Item = &Arc<Exchange>> {
        self.history.iter()
    }

    /// The credentials that exchanges gave away, newest last, whether or not these are kept.
    pub(crate) fn credentials(&self) -> impl Iterator<Item = &Credential> {
        self.credentials.iter()
    }

    /// When the login that the browser holds ends by itself.
    pub fn expires_at_ms(&self) -> Option<u64> {
        self.expires_at_ms
    }

    /// The browser was told to forget this host.
    pub fn browser_forgot(&mut self) {
        self.jar.clear();
        self.read_by_script = ReadByScript::default();
        self.logged_in_as = None;
        self.dormant = None;
        self.lost = None;
        self.expires_at_ms = None;
    }

    /// The keys, or what the store had, are gone: what the next refusal is put down to. Where the
    /// keys are gone, the store matters no more.
    pub(crate) fn loses(&mut self, cause: Cause) {
        let has_login = self.logged_in_as.is_some() || self.dormant.is_some();
        if has_login && self.lost != Some(Cause::Keys) {
            self.lost = Some(cause);
        }
    }

    pub(super) fn take_in_flight(&mut self, id: u64) -> Vec<StoreCommand> {
        match self.in_flight.iter().position(|(other, _)| *other == id) {
            Some(at) => self.in_flight.remove(at).1,
            None => Vec::new(),
        }
    }

    pub(super) fn keep(&mut self, exchange: Exchange) {
        if self.history.len() == HISTORY {
            self.history.pop_front();
        }
        self.credentials.learn(&exchange.record);
        self.history.push_back(Arc::new(exchange));
    }
}
