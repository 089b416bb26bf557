//! How a session ends, whichever of its ids is named.

use contract::Problem;
use store::{Digest, StoreError};

use super::cycling::MARKED;
use super::record::entries;
use super::{Entries, Parsed, Sessions};

impl Sessions {
    /// The name of a live login of the account, under whichever id it goes on meanwhile.
    pub(crate) async fn own_name(
        &self,
        name: &Digest,
        account: i64,
    ) -> Result<Option<Digest>, Problem> {
        let Some((name, text)) = self.follow(name).await? else {
            return Ok(None);
        };
        Ok(self.read(&text, account)?.map(|_| name))
    }

    /// What stands under an id, or under the one under which it goes on. Marks are read, and left
    /// where they are: should a later step fail, or its answer get lost, the second try needs them.
    async fn follow(&self, name: &Digest) -> Result<Option<(Digest, String)>, StoreError> {
        let mut name = *name;
        loop {
            let Some(text) = self.store.load_session(&name, None).await? else {
                return Ok(None);
            };
            match Parsed::of(&text) {
                Some(Parsed::Moved(next)) => name = next,
                _ => return Ok(Some((name, text))),
            }
        }
    }

    /// Ends those sessions of an account that are dead, and no live one. The session at hand is
    /// about to go on under a new id, and is left alone.
    pub(crate) async fn end_dead(&self, account: i64, at_hand: &Digest) -> Result<(), Problem> {
        for listed in self.store.sessions_of(account).await? {
            if listed.session == *at_hand {
                continue;
            }
            let Some(Parsed::Session(record)) = Parsed::of(&listed.value) else {
                continue;
            };
            if self.check(&record)?.is_none() {
                self.end_found(&listed.session).await?;
            }
        }
        Ok(())
    }

    /// Ends a session, under whichever id it goes on meanwhile, and takes it off its account's
    /// list; `false` when it had ended already.
    pub(crate) async fn end(&self, name: &Digest) -> Result<bool, StoreError> {
        match self.follow(name).await? {
            Some((name, _)) => self.end_found(&name).await,
            None => Ok(false),
        }
    }

    /// The same for one that was a session and no mark a moment ago.
    pub(crate) async fn end_found(&self, name: &Digest) -> Result<bool, StoreError> {
        Ok(self.take(name).await?.is_some())
    }

    /// The same, with what was in it.
    pub(super) async fn take(&self, name: &Digest) -> Result<Option<Entries>, StoreError> {
        let mut name = *name;
        loop {
            let Some(text) = self.store.delete_session(&name).await? else {
                return Ok(None);
            };
            match Parsed::of(&text) {
                // A logout wins against a request that was giving the session a new id. The mark
                // is put back: the next step may fail, and the second try needs it.
                Some(Parsed::Moved(next)) => {
                    self.store.create_session(&name, &text, MARKED).await?;
                    name = next;
                }
                Some(Parsed::Session(record)) => {
                    if let Some(account) = record.account {
                        self.store.unindex_session(account, &name).await?;
                    }
                    return Ok(Some(entries(&text, &record)));
                }
                None => return Ok(Some(Entries::new())),
            }
        }
    }
}
