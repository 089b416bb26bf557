//! How a login goes on as another family, and how it ends, whichever of the two is named.

use std::collections::BTreeMap;
use std::time::Duration;

use redis::cmd;

use super::Family;
use super::fields::{MOVED, family_of, family_or_mark, until};
use super::scripts::{END, HAND_OVER};
use crate::embedded::{Value, millis};
use crate::source::Backend;
use crate::{Digest, Store, StoreError};

/// How long the mark stands where a family was: longer than any request takes that was sent before
/// the client knew the new tokens, and no longer.
const MARKED: Duration = Duration::from_secs(20);

/// How many marks are followed. Each is a change of password within [`MARKED`], so nobody comes
/// near it; but who writes to Redis could lay them in a circle.
const LONGEST_WAY: u32 = 1000;

/// What stands under an id.
pub(super) enum Kept {
    Nothing,
    Family(Family),
    /// It goes on as the family of this id.
    Moved(String),
}

impl Store {
    /// Opens the family `next` in the place of `id`, a login of the same account; `false` when that
    /// one has ended, and then nothing is open.
    ///
    /// The new one is made first, while nobody knows its tokens; then a mark takes the place of the
    /// old one, in the step that makes sure that it was still there. A logout that comes with the
    /// old id, before or after, ends the new one too.
    pub async fn succeed_family(
        &self,
        id: &str,
        next: &str,
        family: &Family,
        refresh: &Digest,
    ) -> Result<bool, StoreError> {
        let index = self.keys.families(family.account);
        let place = (family.created_at, until(family.expires_at));
        // It ends nobody: the list is as long as before in a moment.
        self.index(&index, next, place).await?;
        let moved = match self.keep_family(next, family, refresh).await {
            Ok(()) => self.hand_over(id, next).await,
            Err(error) => Err(error),
        };
        if matches!(moved, Ok(true)) {
            // Left there, the name goes when somebody next looks at the list.
            if let Err(error) = self.unindex(&index, id).await {
                log::warn!("a family that goes on as another stays on its list: {error}");
            }
        } else if let Err(error) = self.end_family(next).await {
            log::warn!("a family whose tokens nobody got stays in the store: {error}");
        }
        moved
    }

    async fn hand_over(&self, id: &str, next: &str) -> Result<bool, StoreError> {
        let key = self.keys.family(id);
        match &self.backend {
            Backend::Redis(redis) => {
                let mut script = HAND_OVER.prepare_invoke();
                script.key(&key).arg(next).arg(millis(MARKED));
                redis.commit_script(&script).await
            }
            Backend::Embedded(map) => map.run(
                &key,
                || format!("EVALSHA hand_over 1 {key} {next} {}", millis(MARKED)),
                |entries| {
                    let Some(held) = family_or_mark(&key, entries)? else {
                        return Ok(false);
                    };
                    if let Some(moved) = held.get(MOVED) {
                        return Ok(moved == next);
                    }
                    let mark = [(MOVED.to_owned(), next.to_owned())].into();
                    entries.put(&key, Value::Fields(mark), MARKED)?;
                    Ok(true)
                },
            ),
        }
    }

    /// Reads a family under whichever id it goes on meanwhile; with that id.
    pub async fn family_now(&self, id: &str) -> Result<Option<(String, Family)>, StoreError> {
        let mut id = id.to_owned();
        for _ in 0..LONGEST_WAY {
            match self.kept(&id).await? {
                Kept::Nothing => return Ok(None),
                Kept::Family(family) => return Ok(Some((id, family))),
                Kept::Moved(next) => id = next,
            }
        }
        Err(leads_nowhere(&id))
    }

    pub(super) async fn kept(&self, id: &str) -> Result<Kept, StoreError> {
        let key = self.keys.family(id);
        let held: BTreeMap<String, String> = match &self.backend {
            Backend::Redis(redis) => redis.ask(cmd("HGETALL").arg(&key)).await?,
            Backend::Embedded(map) => map.run(
                &key,
                || format!("HGETALL {key}"),
                |entries| Ok(family_or_mark(&key, entries)?.unwrap_or_default()),
            )?,
        };
        if held.is_empty() {
            return Ok(Kept::Nothing);
        }
        match held.get(MOVED) {
            Some(next) => Ok(Kept::Moved(next.clone())),
            None => family_of(&key, |name| held.get(name)).map(Kept::Family),
        }
    }

    /// Ends a family, under whichever id it goes on meanwhile; `false` when it had ended already. It
    /// may be sent twice, when the connection breaks before the answer: what is not there then
    /// counts as ended by the first.
    pub async fn end_family(&self, id: &str) -> Result<bool, StoreError> {
        let mut id = id.to_owned();
        for _ in 0..LONGEST_WAY {
            let ((account, next), again) = self.end_one(&id).await?;
            if let Some(account) = account {
                self.unindex(&self.keys.families(account), &id).await?;
                return Ok(true);
            }
            match next {
                // The first try has ended it, or somebody else before: it is over.
                None => return Ok(again),
                Some(next) => id = next,
            }
        }
        Err(leads_nowhere(&id))
    }

    /// Whose it was, or as which one it goes on; and whether it was asked twice.
    async fn end_one(&self, id: &str) -> Result<((Option<i64>, Option<String>), bool), StoreError> {
        let key = self.keys.family(id);
        match &self.backend {
            Backend::Redis(redis) => {
                redis
                    .commit_script_noting(END.prepare_invoke().key(&key))
                    .await
            }
            Backend::Embedded(map) => map.run(
                &key,
                || format!("EVALSHA end 1 {key}"),
                |entries| {
                    let Some(mut held) = family_or_mark(&key, entries)? else {
                        return Ok(((None, None), false));
                    };
                    if let Some(next) = held.remove(MOVED) {
                        return Ok(((None, Some(next)), false));
                    }
                    entries.remove(&key);
                    let family = family_of(&key, |name| held.get(name))?;
                    Ok(((Some(family.account), None), false))
                },
            ),
        }
    }
}

fn leads_nowhere(id: &str) -> StoreError {
    StoreError::Unreadable(format!("the marks that lead to family {id} do not end"))
}
