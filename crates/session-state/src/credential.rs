//! The mechanism: a random id in the browser, everything else in the store.
//!
//! The id has 256 random bits and is stored under its SHA-256, so that who reads
//! the store cannot log in with what is there. actix-session encrypts the id in
//! the cookie: an invented one is refused without asking Redis.
//!
//! An id says by its first letter how it ages. `s` slides: each read moves the
//! session's end, in the one command that reads it (`GETEX`). `a` slides too, by
//! the shorter span of visitors without a login. `f` is fixed by `PUT /expiry`,
//! and reading leaves its end alone. The letter is hashed with the rest, so
//! nobody can change it.
//!
//! Read on in `credential/`: `record` is what a session holds, `writing` how it
//! is kept and changed, `cycling` how it goes on under a new id,
//! `ending` how it ends, `face` what
//! actix-session sees of it, `ring` the keys of its cookie, `aside` what is
//! said past actix-session.

mod aside;
mod authenticator;
mod cycling;
mod ending;
mod face;
mod queue;
mod record;
mod ring;
mod writing;

use std::{sync::Arc, time::Duration};

use contract::{
    Problem,
    accounts::{Account, Accounts},
    settings::MasterKey,
    wire::Timestamp,
};
use store::{Digest, Store};

use crate::Settings;
pub(crate) use aside::{ASIDE, Aside, Cookie};
pub(crate) use record::{ACCOUNT, Entries, NOTED, Record, is_put_in};
use record::{Parsed, entries, merge};
use ring::Ring;
pub(crate) use ring::{Opened, delete_cookie};

/// `__Host-`: browsers take it only with `Secure`, `Path=/` and no `Domain`, so
/// no sibling host can plant one (RFC 6265bis section 4.1.3.2).
pub const COOKIE: &str = "__Host-session";

/// How long sessions last.
#[derive(Clone, Copy)]
pub(crate) struct Lifetimes {
    idle: Duration,
    /// The idle time of visitors without a login.
    anonymous: Duration,
    absolute: Duration,
}

/// The sessions, as one worker reaches them.
///
/// A [`Visitor`](crate::Visitor) shows what can be done with one.
#[derive(Clone)]
pub struct Sessions {
    pub(crate) store: Store,
    pub(crate) accounts: Accounts,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) ring: Ring,
    /// Each request is written down, and the browser told of it.
    pub(crate) save_every_request: bool,
    /// How many logins an account may have.
    most_logins: Option<usize>,
    /// How many sessions without a login there is room for.
    most_anonymous: usize,
    queue: queue::Queue,
}

/// What makes [`Sessions`] on each worker.
#[derive(Clone)]
pub struct SessionsFactory {
    settings: Settings,
    accounts: Accounts,
    ring: Ring,
}

/// A live session.
pub(crate) struct Found {
    /// Its name: it is shown in the list of logins and opens nothing.
    pub(crate) name: Digest,
    pub(crate) record: Record,
    /// Who is logged in, as the account is now.
    pub(crate) account: Option<Arc<Account>>,
    text: String,
}

impl SessionsFactory {
    /// Sessions of these accounts. Instances that have the same `key` and the same store know
    /// each other's sessions.
    pub fn new(settings: &Settings, accounts: Accounts, key: &MasterKey) -> Self {
        Self {
            settings: settings.clone(),
            accounts,
            ring: Ring::of(key),
        }
    }

    /// Lets cookies in that were made under these keys, and gives each the new key's seal when it
    /// comes. A key can be dropped when no session is left that it has sealed.
    #[must_use]
    pub fn with_keys_from_before(mut self, keys: &[MasterKey]) -> Self {
        self.ring.open_with(keys);
        self
    }

    /// The sessions in this store; call it on the worker on which the store was opened.
    pub fn sessions(&self, store: Store) -> Sessions {
        let settings = &self.settings;
        Sessions {
            store,
            accounts: self.accounts.clone(),
            lifetimes: Lifetimes {
                idle: settings.lifetime,
                anonymous: settings.anonymous_lifetime.min(settings.lifetime),
                absolute: settings.absolute_lifetime,
            },
            ring: self.ring.clone(),
            save_every_request: settings.save_every_request,
            most_logins: settings.logins_per_account.map(Into::into),
            most_anonymous: settings.anonymous_sessions,
            queue: queue::Queue::default(),
        }
    }
}

/// What is behind an id.
enum Behind {
    Nothing,
    Live(Found),
    /// It goes on under another id.
    Moved,
}

impl Sessions {
    /// What is behind this id. One command, whatever it finds.
    async fn find(&self, id: &str) -> Result<Behind, Problem> {
        let slide = match id.as_bytes().first() {
            Some(b's') => Some(self.lifetimes.idle),
            Some(b'a') => Some(self.lifetimes.anonymous),
            Some(b'f') => None,
            _ => return Ok(Behind::Nothing),
        };
        let name = Digest::of(id.as_bytes());
        let Some(text) = self.store.load_session(&name, slide).await? else {
            return Ok(Behind::Nothing);
        };
        let record = match Parsed::of(&text) {
            Some(Parsed::Session(record)) => record,
            Some(Parsed::Moved(_)) => return Ok(Behind::Moved),
            None => {
                log::warn!("the session {name} cannot be read; it counts as none");
                return Ok(Behind::Nothing);
            }
        };
        if let Some(account) = self.check(&record)? {
            let found = Found {
                name,
                record,
                account,
                text,
            };
            return Ok(Behind::Live(found));
        }
        // That it is dead does not depend on its being gone. One whose account has a new epoch
        // stays until its owner clears it away: he may be changing the password at this moment,
        // and about to take this very session over to a new id. (Boxed, as it is rare.)
        if self.expires_at(&record).has_come() || self.is_disabled(&record)? {
            Box::pin(self.end_found(&name))
                .await
                .inspect_err(|error| log::warn!("a dead session stays in the store: {error}"))
                .ok();
        }
        Ok(Behind::Nothing)
    }

    /// The session that lives under this id.
    pub(crate) async fn live(&self, id: &str) -> Result<Option<Found>, Problem> {
        Ok(match self.find(id).await? {
            Behind::Live(found) => Some(found),
            Behind::Nothing | Behind::Moved => None,
        })
    }

    /// Whose session this is, if its time has not come and its account still is what it was at
    /// login; `None` for a dead one.
    fn check(&self, record: &Record) -> Result<Option<Option<Arc<Account>>>, Problem> {
        // 2. Is its time not over? That it is ours says the digest under which it was found.
        if self.expires_at(record).has_come() {
            return Ok(None);
        }
        // 3. Has it been ended? A logout has deleted it; the rest is in the account.
        let Some(id) = record.account else {
            return Ok(Some(None));
        };
        let now = self.accounts.by_id(id)?;
        let same = now.filter(|now| !now.disabled && now.epoch == record.epoch);
        Ok(same.map(Some))
    }

    fn is_disabled(&self, record: &Record) -> Result<bool, Problem> {
        let Some(id) = record.account else {
            return Ok(false);
        };
        Ok(self.accounts.by_id(id)?.is_none_or(|now| now.disabled))
    }

    /// The server's part of a login that is live, from what the store holds.
    pub(crate) fn read(&self, text: &str, account: i64) -> Result<Option<Record>, Problem> {
        match Parsed::of(text) {
            Some(Parsed::Session(record)) if record.account == Some(account) => {
                Ok(self.check(&record)?.map(|_| record))
            }
            _ => Ok(None),
        }
    }

    /// When a session ends if it is not used again.
    pub(crate) fn expires_at(&self, record: &Record) -> Timestamp {
        let idle = match record.account {
            Some(_) => self.lifetimes.idle,
            None => self.lifetimes.anonymous,
        };
        record.expires_at(idle, &self.lifetimes)
    }
}

impl Found {
    /// What was in it when it was read.
    pub(crate) fn entries(&self) -> Entries {
        entries(&self.text, &self.record)
    }
}
