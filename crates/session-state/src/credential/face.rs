//! What actix-session sees of the mechanism: its storage trait.

use std::{rc::Rc, time::Duration};

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time;
use contract::Problem;
use store::Digest;

use super::record::account_of;
use super::writing::Outcome;
use super::{ASIDE, Aside, Behind, Cookie, Entries, Sessions};

fn aside<T>(look: impl FnOnce(&mut Aside) -> T) -> T {
    ASIDE.with(|aside| look(&mut aside.borrow_mut()))
}

fn refuse(problem: impl Into<Problem>) -> anyhow::Error {
    let problem = problem.into();
    aside(|aside| aside.refusal = Some(problem.clone()));
    problem.into()
}

fn sends(cookie: Cookie) {
    aside(|aside| aside.cookie = cookie);
}

impl SessionStore for Sessions {
    /// Finds a live session. An id that is unknown, or whose session is dead, is
    /// never adopted: actix-session takes `None` for a visitor without a cookie.
    async fn load(&self, id: &SessionKey) -> Result<Option<Entries>, LoadError> {
        match self.find(id.as_ref()).await {
            Ok(Behind::Live(found)) => {
                let entries = found.entries();
                aside(|aside| aside.found = Some(Rc::new(found)));
                Ok(Some(entries))
            }
            // It is not let in, and gets no session of its own: the cookie of that would take the
            // place of the new id, which is on its way.
            Ok(Behind::Moved) => {
                aside(|aside| aside.moved = true);
                Ok(Some(Entries::new()))
            }
            Ok(Behind::Nothing) => Ok(None),
            Err(problem) => Err(LoadError::Other(refuse(problem))),
        }
    }

    /// Keeps a session under a new id.
    async fn save(&self, entries: Entries, _: &time::Duration) -> Result<SessionKey, SaveError> {
        self.begin(entries)
            .await
            .map_err(|problem| SaveError::Other(refuse(problem)))
    }

    /// Writes to a session that is still there.
    ///
    /// It does not fall back to `save` when the session is gone. That would undo a logout which
    /// ran while this request was at work (ASVS 7.4.1).
    async fn update(
        &self,
        id: SessionKey,
        entries: Entries,
        _: &time::Duration,
    ) -> Result<SessionKey, UpdateError> {
        self.change(id, entries)
            .await
            .map_err(|problem| UpdateError::Other(refuse(problem)))
    }

    async fn update_ttl(&self, id: &SessionKey, ttl: &time::Duration) -> anyhow::Result<()> {
        let ttl = Duration::try_from(*ttl)?;
        let name = Digest::of(id.as_ref().as_bytes());
        self.store
            .load_session(&name, Some(ttl))
            .await
            .map(|_| ())
            .map_err(refuse)
    }

    async fn delete(&self, id: &SessionKey) -> anyhow::Result<()> {
        // Before it saves under a new id, actix-session deletes the old one. `begin` does that
        // itself: it has to know whether the old one was still there.
        if aside(|aside| aside.renewing) {
            return Ok(());
        }
        let name = Digest::of(id.as_ref().as_bytes());
        let is_found = aside(|aside| aside.found.as_ref().is_some_and(|found| found.name == name));
        let ended = match is_found {
            true => self.end_found(&name).await,
            false => self.end(&name).await,
        };
        ended.map(|_| ()).map_err(refuse)
    }
}

impl Sessions {
    async fn begin(&self, entries: Entries) -> Result<SessionKey, Problem> {
        let (found, said, is_login, may_be_gone, mut updates) = aside(|aside| {
            let updates = std::mem::take(&mut aside.updates);
            let said = aside.record.take();
            let found = aside.found.clone();
            (found, said, aside.is_login, aside.may_be_gone, updates)
        });
        let record = self.record_for(said, found.as_deref(), &entries)?;
        let Some(found) = found else {
            // The session goes on under another id, and what was meant for it is not for a new one.
            if record.account.is_none() && aside(|aside| aside.moved) {
                return Err(Problem::LoginRequired);
            }
            let (id, cookie) = self.create(&record, &entries).await?;
            sends(cookie);
            return Ok(id);
        };
        if is_login || record.account != found.record.account {
            let (id, cookie) = self.log_in(&found, &record, entries).await?;
            sends(cookie);
            return Ok(id);
        }
        match self.cycle(&found, &record, entries, &mut updates).await? {
            Some((id, cookie)) => {
                sends(cookie);
                Ok(id)
            }
            None if may_be_gone => {
                sends(Cookie::NotNeeded);
                String::new().try_into().map_err(|_| Problem::Internal)
            }
            None => Err(Problem::LoginRequired),
        }
    }

    async fn change(&self, id: SessionKey, entries: Entries) -> Result<SessionKey, Problem> {
        let (found, mut updates) =
            aside(|aside| (aside.found.clone(), std::mem::take(&mut aside.updates)));
        let found = found.ok_or(Problem::LoginRequired)?;
        // Who it is has changed: never under the same id.
        if account_of(&entries)? != found.record.account {
            return self.begin(entries).await;
        }
        let said = aside(|aside| aside.record.take());
        let record = said.unwrap_or_else(|| found.record.clone());
        match self.write(&found, &record, entries, &mut updates).await? {
            Outcome::Done(cookie) => {
                sends(cookie);
                Ok(id)
            }
            Outcome::Gone => Err(Problem::LoginRequired),
        }
    }
}
