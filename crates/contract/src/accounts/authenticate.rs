//! The one function that decides about a password, and the one that changes it.

use std::net::IpAddr;
use std::sync::Arc;

use rusqlite::params;

use super::database::Stored;
use super::identifier::Identifier;
use super::{Account, Accounts, AccountsError, DatabaseFault, seeds};
use crate::attempts::{Attempt, NotNow};
use crate::passwords::{Password, PoolBusy, hash_password, verify_password};

impl Accounts {
    /// The account that `identifier` and `password` belong to. `from` is the
    /// address of the TCP peer, never one out of a header.
    ///
    /// The account is as it was before the password was hashed: if somebody
    /// changed the password in the meantime, its epoch is old, and so is every
    /// credential made from it.
    pub async fn authenticate(
        &self,
        identifier: &str,
        password: &Password,
        from: IpAddr,
    ) -> Result<Arc<Account>, AccountsError> {
        let identifier = Identifier::typed(identifier);
        let found = match identifier.to_look_up() {
            Some(typed) => self.database.by_identifier(typed)?,
            None => None,
        };
        let id = found.as_ref().map(|found| found.account.id);
        let attempt = self
            .attempts
            .begin(identifier.to_count_by(), id, from)
            .await?;
        if password.is_oversized() {
            return Err(AccountsError::InvalidCredentials);
        }
        // A name that does not exist takes the same time, the same memory and
        // the same place in the queue.
        let stored = match &found {
            Some(found) => found.password.clone(),
            None => seeds::dummy_hash().map_err(DatabaseFault::from)?.to_owned(),
        };
        let typed = password.clone();
        let verified = self
            .hashing
            .run(move |memory| verify_password(&typed, &stored, memory));
        let is_right = match verified.await {
            Ok(outcome) => outcome.map_err(DatabaseFault::from)?,
            Err(busy) => return Err(not_looked_at(attempt, busy)),
        };
        match found {
            Some(Stored { account, .. }) if is_right && !account.disabled => {
                attempt.succeeded();
                Ok(account)
            }
            _ => Err(AccountsError::InvalidCredentials),
        }
    }

    /// Changes the password when `current` is right, and raises the epoch. A
    /// stolen login must not be a way round the limit on guesses: `current` is
    /// counted like a password at login (ASVS 5.0, 6.2.3).
    pub async fn change_password(
        &self,
        id: i64,
        current: &Password,
        new: &Password,
        from: IpAddr,
    ) -> Result<Arc<Account>, AccountsError> {
        new.check_as_new()
            .map_err(AccountsError::UnacceptablePassword)?;
        let stored = self
            .database
            .stored(id)?
            .ok_or(AccountsError::UnknownAccount)?;
        let name = Identifier::typed(&stored.account.username);
        let attempt = self
            .attempts
            .begin(name.to_count_by(), Some(id), from)
            .await?;
        if current.is_oversized() || stored.account.disabled {
            return Err(AccountsError::InvalidCredentials);
        }
        let (typed, new, old_hash) = (current.clone(), new.clone(), stored.password.clone());
        let hashed = self.hashing.run(move |memory| {
            let is_right = verify_password(&typed, &old_hash, memory)?;
            is_right.then(|| hash_password(&new, memory)).transpose()
        });
        let new_hash = match hashed.await {
            Ok(outcome) => outcome.map_err(DatabaseFault::from)?,
            Err(busy) => return Err(not_looked_at(attempt, busy)),
        };
        let Some(new_hash) = new_hash else {
            return Err(AccountsError::InvalidCredentials);
        };
        attempt.succeeded();
        // Only over the hash that was verified: of two changes at the same
        // time the second has the wrong current password.
        self.write(move |connection| {
            let changed = connection
                .execute(
                    "UPDATE accounts SET password = ?1, epoch = epoch + 1
                     WHERE id = ?2 AND password = ?3",
                    params![new_hash, id, stored.password],
                )
                .map_err(DatabaseFault::from)?;
            if changed == 1 {
                Ok(())
            } else {
                Err(AccountsError::InvalidCredentials)
            }
        })
        .await?;
        self.by_id(id)?.ok_or(AccountsError::UnknownAccount)
    }
}

fn not_looked_at(attempt: Attempt, PoolBusy { retry_after }: PoolBusy) -> AccountsError {
    attempt.not_looked_at();
    AccountsError::Busy { retry_after }
}

impl From<NotNow> for AccountsError {
    fn from(refusal: NotNow) -> Self {
        match refusal {
            NotNow::TooManyAttempts { retry_after } => Self::TooManyAttempts { retry_after },
            NotNow::Busy { retry_after } => Self::Busy { retry_after },
        }
    }
}
