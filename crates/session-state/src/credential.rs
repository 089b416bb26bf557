//! The mechanism: a random id in the browser, everything else in the store.
//!
//! The id has 256 random bits and is stored under its SHA-256, so that who reads
//! the store cannot log in with what is there. actix-session encrypts the id in
//! the cookie: an invented one is refused without asking Redis.
//!
//! An id says by its first letter how it ages. `s` slides: each read moves the
//! session's end, in the one command that reads it (`GETEX`). `f` is fixed by
//! `PUT /expiry`, and reading leaves its end alone. The letter is hashed with
//! the rest, so nobody can change it.

mod face;
mod record;

use std::{sync::Arc, time::Duration};

use actix_session::storage::SessionKey;
use actix_web::{cookie, http::header::HeaderValue};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contract::{
    Problem,
    accounts::{Account, Accounts},
    wire::Timestamp,
};
use store::{Digest, Replacement, Store, StoreError};

use crate::Settings;
pub(crate) use face::{ASIDE, Cookie};
use record::{Entries, merge, parse, print};
pub(crate) use record::{Record, STATE};

/// `__Host-`: browsers take it only with `Secure`, `Path=/` and no `Domain`, so
/// no sibling host can plant one (RFC 6265bis section 4.1.3.2).
pub const COOKIE: &str = "__Host-session";

/// How often a write is tried when other requests write at the same time. Of those that collide
/// one always gets through, so this is also how many may collide.
const TRIES: u32 = 256;

/// How long sessions last.
#[derive(Clone, Copy)]
pub(crate) struct Lifetimes {
    pub(crate) idle: Duration,
    pub(crate) absolute: Duration,
}

impl Lifetimes {
    pub(crate) fn of(settings: &Settings) -> Self {
        Self {
            idle: settings.lifetime,
            absolute: settings.absolute_lifetime,
        }
    }
}

/// The sessions, as one worker reaches them.
#[derive(Clone)]
pub(crate) struct Sessions {
    pub(crate) store: Store,
    pub(crate) accounts: Accounts,
    pub(crate) lifetimes: Lifetimes,
}

/// A live session.
pub(crate) struct Found {
    /// Its name: it is shown in the list of logins and opens nothing.
    pub(crate) name: Digest,
    pub(crate) record: Record,
    /// Who is logged in, as the account is now.
    pub(crate) account: Option<Arc<Account>>,
    entries: Entries,
    text: String,
}

impl Sessions {
    /// The live session of this id.
    async fn find(&self, id: &str) -> Result<Option<Found>, Problem> {
        let slide = match id.as_bytes().first() {
            Some(b's') => Some(self.lifetimes.idle),
            Some(b'f') => None,
            _ => return Ok(None),
        };
        let name = Digest::of(id.as_bytes());
        let Some(text) = self.store.load_session(&name, slide).await? else {
            return Ok(None);
        };
        let found = self.read(name, text)?;
        if found.is_none() {
            // The store forgets it by itself, later. That it is dead does not depend on this.
            if let Err(error) = self.end(&name).await {
                log::warn!("a dead session stays in the store: {error}");
            }
        }
        Ok(found)
    }

    /// What the store holds, if it is a session whose time has not come and whose account still
    /// is what it was at login.
    pub(crate) fn read(&self, name: Digest, text: String) -> Result<Option<Found>, Problem> {
        let Some((entries, record)) = parse(&text) else {
            log::warn!("the session {name} cannot be read; it counts as none");
            return Ok(None);
        };
        // 2. Is its time not over? That it is ours says the digest under which it was found.
        if self.expires_at(&record).has_come() {
            return Ok(None);
        }
        // 3. Has it been ended? A logout has deleted it; the rest is in the account.
        let mut account = None;
        if let Some(id) = record.account {
            let now = self.accounts.by_id(id)?;
            account = now.filter(|a| !a.disabled && Some(a.epoch) == record.epoch);
            if account.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(Found {
            name,
            record,
            account,
            entries,
            text,
        }))
    }

    /// Keeps a new session under a new id.
    async fn create(&self, mut entries: Entries) -> Result<SessionKey, Problem> {
        // What an anonymous visitor puts in comes without a record.
        entries.entry("began_at".to_owned()).or_insert_with(now);
        entries.entry("seen_at".to_owned()).or_insert_with(now);
        let text = print(&entries)?;
        let (_, record) = parse(&text).ok_or(Problem::Internal)?;
        let id = new_id(record.ends_at.is_some());
        let name = Digest::of(id.as_bytes());
        if let Some(account) = record.account {
            // The list first: never a login that its owner cannot see.
            let longest = record.last(&self.lifetimes).remaining();
            self.store
                .index_session(account, &name, record.began_at, longest)
                .await?;
        }
        let lasts = self.expires_at(&record).remaining();
        if !self.store.create_session(&name, &text, lasts).await? {
            return Err(Problem::StoreUnavailable);
        }
        let fate = if record.kept {
            Cookie::Kept(lasts)
        } else {
            Cookie::AsItIs
        };
        ASIDE.with(|aside| aside.borrow_mut().cookie = fate);
        id.try_into().map_err(|_| Problem::Internal)
    }

    /// Replaces what was found. When another request wrote in between, our changes go on top of
    /// its changes: two requests that write different entries both keep theirs.
    async fn write(&self, mut entries: Entries) -> Result<(), Problem> {
        let found = ASIDE.with(|aside| aside.borrow().found.clone());
        let found = found.ok_or(Problem::LoginRequired)?;
        let (mut held, mut base) = (found.text.clone(), found.entries.clone());
        let lasts = self.expires_at(&found.record).remaining();
        for _ in 0..TRIES {
            let text = print(&entries)?;
            match self
                .store
                .replace_session(&found.name, &held, &text, lasts)
                .await?
            {
                Replacement::Done => {
                    let kept = found.record.kept;
                    let fate = if kept {
                        Cookie::Kept(lasts)
                    } else {
                        Cookie::NotNeeded
                    };
                    ASIDE.with(|aside| aside.borrow_mut().cookie = fate);
                    return Ok(());
                }
                Replacement::Gone => return Err(Problem::LoginRequired),
                Replacement::Differs(other) => {
                    let (theirs, _) = parse(&other).ok_or(Problem::LoginRequired)?;
                    entries = merge(&base, entries, theirs.clone());
                    (held, base) = (other, theirs);
                }
            }
        }
        Err(Problem::Busy(Duration::from_secs(1)))
    }

    /// When a session ends if it is not used again.
    pub(crate) fn expires_at(&self, record: &Record) -> Timestamp {
        record.expires_at(self.lifetimes.idle, &self.lifetimes)
    }

    /// Ends those sessions of an account that are dead, and no live one.
    pub(crate) async fn end_dead(&self, account: i64) -> Result<(), Problem> {
        for listed in self.store.sessions_of(account).await? {
            if self.read(listed.session, listed.value)?.is_none() {
                self.end(&listed.session).await?;
            }
        }
        Ok(())
    }

    /// Ends a session and takes it off its account's list; `false` when it had ended already.
    pub(crate) async fn end(&self, name: &Digest) -> Result<bool, StoreError> {
        let Some(text) = self.store.delete_session(name).await? else {
            return Ok(false);
        };
        if let Some(account) = parse(&text).and_then(|(_, record)| record.account) {
            self.store.unindex_session(account, name).await?;
        }
        Ok(true)
    }
}

fn now() -> String {
    Timestamp::now().unix().to_string()
}

/// The `Set-Cookie` line that makes the browser forget: the same attributes,
/// because browsers match on them (RFC 6265bis section 5.7).
pub(crate) fn delete_cookie() -> Result<HeaderValue, Problem> {
    let mut cookie = cookie::Cookie::new(COOKIE, "");
    cookie.set_path("/");
    cookie.set_secure(true);
    cookie.set_http_only(true);
    cookie.set_same_site(cookie::SameSite::Lax);
    cookie.make_removal();
    HeaderValue::from_str(&cookie.to_string()).map_err(|_| Problem::Internal)
}

/// 256 random bits behind the letter that says how the session ages.
fn new_id(fixed: bool) -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    let kind = if fixed { 'f' } else { 's' };
    format!("{kind}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))
}
