//! What actix-session sees of the mechanism: its storage trait.

use std::{cell::RefCell, rc::Rc, time::Duration};

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time;
use contract::Problem;
use store::Digest;

use super::{Entries, Found, Sessions};

/// What is said past actix-session during one request. Its trait turns every
/// error into an empty 500, hides the id from the handlers, and has one
/// lifetime for all.
#[derive(Default)]
pub(crate) struct Aside {
    /// The live session that the request came with.
    pub(crate) found: Option<Rc<Found>>,
    /// Why the store refused.
    pub(crate) refusal: Option<Problem>,
    /// What becomes of the cookie that actix-session sends.
    pub(crate) cookie: Cookie,
}

/// What becomes of the cookie that actix-session sends after a write.
#[derive(Clone, Copy, Default)]
pub(crate) enum Cookie {
    #[default]
    AsItIs,
    /// The browser has it already.
    NotNeeded,
    /// The browser keeps it this long.
    Kept(Duration),
}

tokio::task_local! {
    pub(crate) static ASIDE: RefCell<Aside>;
}

fn refuse(problem: impl Into<Problem>) -> anyhow::Error {
    let problem = problem.into();
    ASIDE.with(|aside| aside.borrow_mut().refusal = Some(problem.clone()));
    problem.into()
}

impl SessionStore for Sessions {
    /// Finds a live session. An id that is unknown, or whose session is dead, is
    /// never adopted: actix-session takes `None` for a visitor without a cookie.
    async fn load(&self, id: &SessionKey) -> Result<Option<Entries>, LoadError> {
        match self.find(id.as_ref()).await {
            Ok(found) => {
                let entries = found.as_ref().map(|found| found.entries.clone());
                ASIDE.with(|aside| aside.borrow_mut().found = found.map(Rc::new));
                Ok(entries)
            }
            Err(problem) => Err(LoadError::Other(refuse(problem))),
        }
    }

    /// Keeps a new session under a new id.
    async fn save(&self, entries: Entries, _: &time::Duration) -> Result<SessionKey, SaveError> {
        self.create(entries)
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
        match self.write(entries).await {
            Ok(()) => Ok(id),
            Err(problem) => Err(UpdateError::Other(refuse(problem))),
        }
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
        let name = Digest::of(id.as_ref().as_bytes());
        self.end(&name).await.map(|_| ()).map_err(refuse)
    }
}
