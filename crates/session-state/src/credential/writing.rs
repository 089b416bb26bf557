//! How a session is kept and changed.
//!
//! Each change rests on what was read: it goes through only where that still stands. So no write
//! brings back a session that has ended, and of two writes at once none is lost.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_session::storage::SessionKey;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contract::Problem;
use store::{Digest, Replacement, StoreError};

use super::aside::{Update, rebase};
use super::record::{account_of, mark};
use super::{Cookie, Entries, Found, Parsed, Record, Sessions, merge};

/// How often a write is tried when others write at the same time. Of those that collide one
/// always gets through, and those of one worker queue up; so this is how many instances times
/// workers may collide, many times over.
const TRIES: u32 = 256;

/// How long the mark stands where a session was: longer than any request takes that was sent before
/// the browser knew the new id, and no longer, so that new ids in a row do not fill the store.
const MARKED: Duration = Duration::from_secs(20);

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
        let (id, name) = self.put(record, &record.print(entries, None)?).await?;
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
    async fn put(&self, record: &Record, text: &str) -> Result<(String, Digest), Problem> {
        let id = new_id(record);
        let name = Digest::of(id.as_bytes());
        if let Some(account) = record.account {
            // The list first: never a login that its owner cannot see.
            let longest = record.last(&self.lifetimes).remaining();
            self.store
                .index_session(account, &name, place(record), longest)
                .await?;
        }
        let lasts = self.expires_at(record).remaining();
        if !self.store.create_session(&name, text, lasts).await? {
            return Err(Problem::StoreUnavailable);
        }
        Ok((id, name))
    }

    /// Where an account may have so many logins and no more, the oldest end.
    async fn end_oldest(&self, account: i64) -> Result<(), StoreError> {
        if let Some(most) = self.most_logins {
            for listed in self.store.sessions_of(account).await?.iter().skip(most) {
                self.end(&listed.session).await?;
            }
        }
        Ok(())
    }

    /// Of too many visitors without a login the oldest goes.
    async fn make_room(&self, name: Digest) -> Result<(), StoreError> {
        if let Some(oldest) = self.crowd.enter(name) {
            self.end(&oldest).await?;
        }
        Ok(())
    }

    /// Of a session whose id nobody was told.
    async fn abandon(&self, name: &Digest) {
        if let Err(error) = self.end(name).await {
            log::warn!("a session that nobody can use stays in the store: {error}");
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
                let Some(Parsed::Session(_, theirs)) = Parsed::of(&other) else {
                    return Ok(Outcome::Gone);
                };
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

    /// The same session under a new id.
    ///
    /// The new one is made first, while nobody knows it; then a mark takes the place of the old
    /// one, in the step that makes sure that it was still there. A logout that comes with the old
    /// id, before or after, ends the new one too.
    pub(super) async fn cycle(
        &self,
        found: &Found,
        record: &Record,
        mut entries: Entries,
        updates: &mut [(String, Update)],
    ) -> Result<Option<(SessionKey, Cookie)>, Problem> {
        let mut text = record.print(&entries, None)?;
        let (id, name) = self.put(record, &text).await?;
        let moved = self
            .hand_over(found, record, &mut entries, updates, (&name, &mut text))
            .await;
        match moved {
            Ok(true) => {}
            Ok(false) => {
                self.abandon(&name).await;
                return Ok(None);
            }
            Err(problem) => {
                self.abandon(&name).await;
                return Err(problem);
            }
        }
        match found.record.account {
            Some(account) => self.store.unindex_session(account, &found.name).await?,
            // Under whichever id, a visitor without a login is one of the crowd.
            None => self.make_room(name).await?,
        }
        let cookie = match record.kept {
            true => Cookie::Kept(self.expires_at(record).remaining()),
            false => Cookie::AsItIs,
        };
        Ok(Some((key(id)?, cookie)))
    }

    /// Puts the mark where the session was; `false` when it was gone. What others wrote in between
    /// goes over to the new one.
    async fn hand_over(
        &self,
        found: &Found,
        record: &Record,
        entries: &mut Entries,
        updates: &mut [(String, Update)],
        (next, text): (&Digest, &mut String),
    ) -> Result<bool, Problem> {
        let mark = mark(next)?;
        let (mut held, mut base) = (found.text.clone(), found.entries());
        let lasts = self.expires_at(record).remaining();
        for _ in 0..TRIES {
            match self
                .store
                .replace_session(&found.name, &held, &mark, MARKED)
                .await?
            {
                Replacement::Done => return Ok(true),
                Replacement::Gone => return Ok(false),
                Replacement::Differs(other) => {
                    let Some(Parsed::Session(_, theirs)) = Parsed::of(&other) else {
                        return Ok(false);
                    };
                    *entries = rebase(&base, std::mem::take(entries), &theirs, updates)?;
                    let newer = record.print(entries, None)?;
                    // Nobody writes to it but us. It can have been ended from the list of logins.
                    let kept = self.store.replace_session(next, text, &newer, lasts);
                    if kept.await? != Replacement::Done {
                        return Ok(false);
                    }
                    *text = newer;
                    (held, base) = (other, theirs);
                }
            }
        }
        Err(Problem::Busy(Duration::from_secs(1)))
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
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = since.map_or(0, |since| since.as_millis());
    i64::try_from(now)
        .unwrap_or(i64::MAX)
        .clamp(second, second.saturating_add(999))
}

fn key(id: String) -> Result<SessionKey, Problem> {
    id.try_into().map_err(|_| Problem::Internal)
}
