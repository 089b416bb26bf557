//! How a session goes on under a new id.

use std::time::Duration;

use actix_session::storage::SessionKey;
use contract::Problem;
use store::{Digest, Replacement};

use super::aside::{Update, rebase};
use super::record::{entries as entries_of, mark};
use super::writing::{TRIES, key};
use super::{Cookie, Entries, Found, Parsed, Record, Sessions};

/// How long the mark stands where a session was: longer than any request takes that was sent before
/// the browser knew the new id, and no longer, so that new ids in a row do not fill the store.
pub(super) const MARKED: Duration = Duration::from_secs(20);

impl Sessions {
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
        let (id, name) = self.put(record, &text, true).await?;
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
                    let Some(Parsed::Session(theirs)) = Parsed::of(&other) else {
                        return Ok(false);
                    };
                    let theirs = entries_of(&other, &theirs);
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
}
