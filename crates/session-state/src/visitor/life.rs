//! How long a session lasts, whose it is, and how it ends.

use std::time::Duration;

use actix_identity::Identity;
use actix_web::HttpMessage;
use contract::{
    Problem,
    accounts::Account,
    device::device,
    wire::{Expiry, Timestamp},
};

use super::Visitor;
use crate::credential::Record;

impl Visitor {
    /// Logs an account in, whose password the caller has checked. `remember` has the browser keep
    /// the cookie after it closes.
    ///
    /// The id is a new one, so that an id which somebody else put into this browser is worth
    /// nothing (session fixation, ASVS 7.2.4). What an anonymous visitor put in is kept; what
    /// another account put in is gone with its login.
    ///
    /// # Errors
    /// When the session cannot be written to; it is a fault of the server.
    pub fn log_in(&self, account: &Account, remember: bool) -> Result<(), Problem> {
        let record = Record::of_login(account, remember, device(self.request.headers()));
        self.become_login(record, account)
    }

    fn become_login(&self, record: Record, account: &Account) -> Result<(), Problem> {
        {
            let mut aside = self.aside.borrow_mut();
            aside.record = Some(record);
            aside.is_login = true;
        }
        // Writes who it is, and has actix-session make a new id.
        Identity::login(&self.request.extensions(), account.id.to_string())
            .map(|_| ())
            .map_err(|_| Problem::Internal)
    }

    /// Ends the session, logged in or not: data, login and id are gone when the answer goes out,
    /// and the browser is told to forget the cookie. It wins against every request that writes at
    /// the same time.
    pub fn flush(&self) {
        self.session.purge();
    }

    /// Gives the session another id; the old one is dead when the answer goes out. To be done
    /// wherever the visitor may do more than before.
    pub fn cycle_key(&self) {
        self.session.renew();
    }

    /// Changes how long the session lasts.
    ///
    /// * [`Expiry::After`] so many seconds from now, and [`Expiry::At`] an instant: it ends then,
    ///   used or not, and the browser keeps the cookie until then. What lies in the past ends the
    ///   session now.
    /// * [`Expiry::WithBrowser`]: the browser forgets it when it closes, the server after the
    ///   default lifetimes.
    /// * [`Expiry::Default`]: back to the default lifetimes.
    ///
    /// Nothing lasts beyond the absolute lifetime. The id changes: a copy of the old one must not
    /// gain a longer life. Of a visitor for whom nothing is kept, nothing is kept.
    pub fn set_expiry(&self, expiry: Expiry) {
        let mut record = self.record();
        let (end, kept) = match expiry {
            Expiry::After(span) => (Some(Timestamp::now().plus(span)), true),
            Expiry::At(instant) => (Some(instant), true),
            Expiry::WithBrowser => (None, false),
            Expiry::Default => (None, record.kept),
        };
        let last = record.last(&self.sessions.lifetimes);
        record.ends_at = end.map(|end| end.min(last).unix());
        record.kept = kept;
        let is_over = self.sessions.expires_at(&record).has_come();
        self.go_on_as(record);
        if is_over {
            self.flush();
        }
    }

    /// When the session ends if it is not used again.
    pub fn expiry_date(&self) -> Timestamp {
        self.sessions.expires_at(&self.record())
    }

    /// How long that is from now, in whole seconds.
    pub fn expiry_age(&self) -> Duration {
        self.expiry_date().remaining()
    }

    /// Whether the browser forgets the cookie when it closes.
    pub fn expires_at_browser_close(&self) -> bool {
        !self.record().kept
    }

    /// The same login under a new id, after its account has a new epoch.
    pub(crate) fn stay_logged_in(&self, account: &Account) {
        let mut record = self.record();
        record.began_at = Timestamp::now().unix();
        record.seen_at = record.began_at;
        record.epoch = account.epoch;
        record.device = device(self.request.headers());
        self.aside.borrow_mut().may_be_gone = true;
        self.go_on_as(record);
    }

    /// Whether the request came with no session, and with none that goes on under another id.
    pub(crate) fn is_unknown(&self) -> bool {
        self.found.is_none() && !self.aside.borrow().moved
    }

    fn go_on_as(&self, record: Record) {
        self.aside.borrow_mut().record = Some(record);
        self.session.renew();
    }

    /// The server's part of the session, as it will be kept.
    fn record(&self) -> Record {
        let said = self.aside.borrow().record.clone();
        let found = || self.found.as_ref().map(|found| found.record.clone());
        said.or_else(found).unwrap_or_else(Record::anonymous)
    }
}
