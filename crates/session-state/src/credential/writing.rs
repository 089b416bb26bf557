//! How a session is kept and changed.
//!
//! Each change rests on what was read: it goes through only where that still stands. So no write
//! brings back a session that has ended, and of two writes at once none is lost.

use std::time::Duration;

use actix_session::storage::SessionKey;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contract::{Problem, wire::Timestamp};
use store::{Digest, Replacement, StoreError};

use super::aside::{Update, rebase};
use super::record::{account_of, entries as entries_of};
use super::{Cookie, Entries, Found, Parsed, Record, Sessions, merge};

/// How often a write is tried when others write at the same time. Of those that collide one
/// always gets through, and those of one worker queue up; so this is how many instances times
/// workers may collide, many times over.
pub(super) const TRIES: u32 = 256;

/// What has become of a change.
pub(super) enum Outcome {
    Done(Cookie),
    /// The session is not there any more.
    Gone,
}

/// What an id says about how it ages, and 256 random bits.
fn new_id(record: &Record) -> String {
    let kind = match (record.ends_at, record.account) {
        (Some(_), _) => 'f',
        (None, Some(_)) => 's',
        (None, None) => 'a',
    };
    format!("{kind}{}", BASE64_URL_SAFE_NO_PAD.encode(random::<32>()))
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    bytes
}

impl Sessions {
    /// Keeps a new session under a new id.
    pub(super) async fn create(
        &self,
        record: &Record,
        entries: &Entries,
    ) -> Result<(SessionKey, Cookie), Problem> {
        let (id, name) = self
            .put(record, &record.print(entries, None)?, false)
            .await?;
        let made = match record.account {
            Some(account) => self.end_oldest(account).await,
            None => self.make_room(name).await,
        };
        if let Err(error) = made {
            self.abandon(&name).await;
            return Err(error.into());
        }
        let lasts = self.expires_at(record).remaining();
        let cookie = match record.kept {
            true => Cookie::Kept(lasts),
            false => Cookie::AsItIs,
        };
        Ok((key(id)?, cookie))
    }

    /// Under a new id, which nobody knows yet.
    pub(super) async fn put(
        &self,
        record: &Record,
        text: &str,
        is_successor: bool,
    ) -> Result<(String, Digest), Problem> {
        let id = new_id(record);
        let name = Digest::of(id.as_bytes());
        let mut too_many = Vec::new();
        if let Some(account) = record.account {
            // The list first: never a login that its owner cannot see.
            let longest = record.last(&self.lifetimes).remaining();
            let (store, place) = (&self.store, place(record));
            if is_successor {
                store
                    .index_successor(account, &name, place, longest)
                    .await?;
            } else {
                too_many = store.index_session(account, &name, place, longest).await?;
            }
        }
        let lasts = self.expires_at(record).remaining();
        if !self.store.create_session(&name, text, lasts).await? {
            return Err(Problem::StoreUnavailable);
        }
        if let Some(account) = record.account {
            self.end_too_many(account, &too_many).await;
        }
        Ok((id, name))
    }

    /// Off the list only when it has ended. What fails here is done by the next login.
    async fn end_too_many(&self, account: i64, oldest: &[Digest]) {
        for name in oldest {
            let ended = match self.end(name).await {
                Ok(_) => self.store.unindex_session(account, name).await,
                Err(error) => Err(error),
            };
            if let Err(error) = ended {
                log::warn!("a login beyond the limit goes on for now: {error}");
            }
        }
    }

    /// Where an account may have so many logins and no more, the oldest end.
    async fn end_oldest(&self, account: i64) -> Result<(), StoreError> {
        if let Some(most) = self.most_logins {
            for listed in self.store.sessions_of(account).await?.iter().skip(most) {
                self.end_found(&listed.session).await?;
            }
        }
        Ok(())
    }

    /// Of too many visitors without a login the oldest goes.
    pub(super) async fn make_room(&self, name: Digest) -> Result<(), StoreError> {
        if let Some(oldest) = self.store.enter_crowd(name, self.most_anonymous) {
            self.end(&oldest).await?;
        }
        Ok(())
    }

    /// Of a session whose id nobody was told.
    pub(super) async fn abandon(&self, name: &Digest) {
        if let Err(error) = self.end(name).await {
            log::warn!("a session that is to end stays in the store: {error}");
        }
    }

    /// Changes what was found. When another request wrote in between, our changes go on top of
    /// its changes: two requests that write different entries both keep theirs.
    pub(super) async fn write(
        &self,
        found: &Found,
        record: &Record,
        mut entries: Entries,
        updates: &mut [(String, Update)],
    ) -> Result<Outcome, Problem> {
        let by = (!updates.is_empty())
            .then(random::<2>)
            .map(u16::from_le_bytes);
        let turn = self.queue.turn(found.name).await;
        let mut held = found.text.clone();
        let mut base = found.entries();
        let mut other = turn.last().filter(|last| *last != held);
        let lasts = self.expires_at(record).remaining();
        for _ in 0..TRIES {
            if let Some(other) = other.take() {
                let Some(Parsed::Session(theirs)) = Parsed::of(&other) else {
                    return Ok(Outcome::Gone);
                };
                let theirs = entries_of(&other, &theirs);
                entries = rebase(&base, entries, &theirs, updates)?;
                (held, base) = (other, theirs);
            }
            let text = record.print(&entries, by)?;
            match self
                .store
                .replace_session(&found.name, &held, &text, lasts)
                .await?
            {
                Replacement::Done => {
                    turn.leave(text);
                    return Ok(Outcome::Done(match record.kept {
                        true => Cookie::Kept(lasts),
                        false => Cookie::NotNeeded,
                    }));
                }
                Replacement::Gone => return Ok(Outcome::Gone),
                Replacement::Differs(text) => other = Some(text),
            }
        }
        Err(Problem::Busy(Duration::from_secs(1)))
    }

    /// Writes down that a session was used just now.
    pub(crate) async fn note_use(&self, found: &Found) -> Result<(), Problem> {
        let record = Record {
            seen_at: Timestamp::now().unix(),
            ..found.record.clone()
        };
        match self.write(found, &record, found.entries(), &mut []).await? {
            Outcome::Done(_) => Ok(()),
            Outcome::Gone => Err(Problem::LoginRequired),
        }
    }

    /// A login: the session that came with it ends, and another one begins.
    ///
    /// What an anonymous visitor put in is kept. What another account put in is not, nor what a
    /// flush or a logout has ended meanwhile (session fixation, ASVS 7.2.4).
    pub(super) async fn log_in(
        &self,
        found: &Found,
        record: &Record,
        mut entries: Entries,
    ) -> Result<(SessionKey, Cookie), Problem> {
        let base = found.entries();
        let before = found.record.account;
        match self.take(&found.name).await? {
            Some(theirs) if before.is_none() || before == record.account => {
                entries = merge(&base, entries, theirs);
            }
            _ => entries.retain(|name, value| base.get(name) != Some(value)),
        }
        self.create(record, &entries).await
    }

    /// The server's part of a new session, for what the handlers have left in it.
    pub(super) fn record_for(
        &self,
        said: Option<Record>,
        found: Option<&Found>,
        entries: &Entries,
    ) -> Result<Record, Problem> {
        let who = account_of(entries)?;
        let known = said.or_else(|| found.map(|found| found.record.clone()));
        if let Some(record) = known.filter(|record| record.account == who) {
            return Ok(record);
        }
        // A handler has used actix-identity without asking a `Visitor`.
        let Some(id) = who else {
            return Ok(Record::anonymous());
        };
        let account = self.accounts.by_id(id)?.filter(|account| !account.disabled);
        let account = account.ok_or(Problem::LoginRequired)?;
        Ok(Record::of_login(&account, false, String::new()))
    }
}

/// Where a login stands among those of its account: by the millisecond of its second, so that it
/// is known which of two is older.
fn place(record: &Record) -> i64 {
    let second = record.began_at.saturating_mul(1000);
    i64::try_from(store::clock::now().as_millis())
        .unwrap_or(i64::MAX)
        .clamp(second, second.saturating_add(999))
}

pub(super) fn key(id: String) -> Result<SessionKey, Problem> {
    id.try_into().map_err(|_| Problem::Internal)
}
