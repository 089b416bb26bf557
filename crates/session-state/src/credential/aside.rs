//! What is said past actix-session during one request.

use std::{cell::RefCell, rc::Rc, time::Duration};

use contract::Problem;

use super::{Entries, Found, Record};

/// actix-session's trait turns every error into an empty 500, hides the id from the handlers, has
/// one lifetime for all, and saves a value without asking what it was made from.
#[derive(Default)]
pub(crate) struct Aside {
    /// The live session that the request came with.
    pub(crate) found: Option<Rc<Found>>,
    /// The request came with the id of a session that goes on under another.
    pub(crate) moved: bool,
    /// The handler has looked at the session, so that the answer depends on the cookie.
    pub(crate) looked: bool,
    /// What the server's own part of the session shall be.
    pub(crate) record: Option<Record>,
    /// That part belongs to somebody who has just logged in.
    pub(crate) is_login: bool,
    /// That the session shall go on under a new id.
    pub(crate) renewing: bool,
    /// The answer stands although the session has ended meanwhile.
    pub(crate) may_be_gone: bool,
    /// Changes that are made to what stands in the store, whoever wrote it.
    pub(crate) updates: Vec<(String, Update)>,
    /// Why the store refused.
    pub(crate) refusal: Option<Problem>,
    /// What becomes of the cookie that actix-session sends.
    pub(crate) cookie: Cookie,
}

/// From the value of one entry, as JSON, to the next. It is called again when another request has
/// written in between.
pub(crate) type Update = Box<dyn FnMut(Option<&str>) -> Result<String, Problem>>;

/// What becomes of the cookie that actix-session sends after a write.
#[derive(Clone, Copy, Default)]
pub(crate) enum Cookie {
    #[default]
    AsItIs,
    /// The browser has it already, or shall not have it.
    NotNeeded,
    /// The browser keeps it this long.
    Kept(Duration),
}

tokio::task_local! {
    pub(crate) static ASIDE: Rc<RefCell<Aside>>;
}

/// `ours` on top of what another request has written, with the updates made anew.
pub(super) fn rebase(
    base: &Entries,
    ours: Entries,
    theirs: &Entries,
    updates: &mut [(String, Update)],
) -> Result<Entries, Problem> {
    let mut merged = super::merge(base, ours, theirs.clone());
    for (key, _) in updates.iter() {
        match theirs.get(key) {
            Some(value) => merged.insert(key.clone(), value.clone()),
            None => merged.remove(key),
        };
    }
    for (key, update) in updates {
        let next = update(merged.get(key).map(String::as_str))?;
        merged.insert(key.clone(), next);
    }
    Ok(merged)
}
