//! What is seen while cases run, whatever they make of it: secrets that no report
//! may show, and server errors that no case may overlook.

use std::collections::VecDeque;
use std::sync::MutexGuard;

use crate::http::Exchange;
use crate::purpose::Purpose;
use crate::signing_key::SigningKey;
use crate::target::Target;

/// How many exchanges of a case are kept to be shown: a case that tries thousands of copies shows
/// its last ones.
const SHOWN: usize = 16;

/// What was seen while a case ran.
#[derive(Default)]
pub(crate) struct Journal {
    secrets: Vec<Vec<u8>>,
    server_error: Option<Exchange>,
    latest: VecDeque<(Exchange, Option<Purpose>)>,
    store_is_down: bool,
    logins: Logins,
}

/// What came of the set-up's logins so far.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Logins {
    #[default]
    Untried,
    NoneWorked,
    OneWorked,
}

impl Target {
    pub(crate) fn note(&self, exchange: &Exchange) {
        let status = exchange.response.status;
        let mut journal = self.journal();
        // 501 is the honest answer of a mechanism; 503 with a time is a queue.
        let honest = status == 501 || status == 503 && exchange.response.retry_after().is_some();
        if status >= 500 && !honest && !journal.store_is_down && journal.server_error.is_none() {
            journal.server_error = Some(exchange.clone());
        }
        if journal.latest.len() == SHOWN {
            journal.latest.pop_front();
        }
        journal.latest.push_back((exchange.clone(), None));
    }

    /// The last exchanges since the last call, the oldest first.
    pub(crate) fn take_latest(&self) -> Vec<(Exchange, Option<Purpose>)> {
        self.journal().latest.drain(..).collect()
    }

    /// Says what one of the last exchanges was for.
    pub(crate) fn was_for(&self, exchange: &Exchange, purpose: Purpose) {
        let mut journal = self.journal();
        let is_it =
            |one: &&mut (Exchange, _)| one.0.at == exchange.at && one.0.sent == exchange.sent;
        if let Some((_, noted)) = journal.latest.iter_mut().rev().find(is_it) {
            *noted = Some(purpose);
        }
    }

    /// Bytes that no report may show.
    pub(crate) fn keep_secret(&self, secret: &[u8]) {
        let mut journal = self.journal();
        if !journal.secrets.iter().any(|known| known == secret) {
            journal.secrets.push(secret.to_vec());
        }
    }

    pub(crate) fn secrets(&self) -> Vec<Vec<u8>> {
        let mut secrets = self.journal().secrets.clone();
        let keys = self.seams.signing_key.iter().filter_map(SigningKey::bytes);
        secrets.extend(keys.map(<[u8]>::to_vec));
        // The longest first, so that a part of one does not spoil the whole.
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        secrets
    }

    /// What came of one more login of the set-up.
    pub(crate) fn login_ended(&self, worked: bool) {
        let mut journal = self.journal();
        if worked {
            journal.logins = Logins::OneWorked;
        } else if journal.logins == Logins::Untried {
            journal.logins = Logins::NoneWorked;
        }
    }

    /// Were there logins, and did each of them break?
    pub(crate) fn no_login_worked(&self) -> bool {
        self.journal().logins == Logins::NoneWorked
    }

    /// From here on a server error is what should come.
    pub(crate) fn store_is_down(&self, down: bool) {
        self.journal().store_is_down = down;
    }

    /// The first server error since the last call.
    pub(crate) fn take_server_error(&self) -> Option<Exchange> {
        self.journal().server_error.take()
    }

    fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
