//! The one function that decides about a password, and the one that changes it.

use std::net::IpAddr;
use std::sync::Arc;

use rusqlite::{OptionalExtension, params};

use super::database::{COLUMNS, Stored, read};
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
        // Not entered as a try: a failure has to cost the one who makes it a hash,
        // or a stranger could close an account to new addresses in no time.
        if password.is_oversized() {
            return Err(AccountsError::InvalidCredentials);
        }
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
        // A name that does not exist takes the same time, the same memory and
        // the same place in the queue.
        let stored = match &found {
            Some(found) => found.password.clone(),
            None => seeds::dummy_hash().map_err(DatabaseFault::from)?.to_owned(),
        };
        let typed = password.clone();
        let verified = self.hashing.run(self.owner, move |memory| {
            verify_password(&typed, &stored, memory)
        });
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

    /// Changes the password when `current` is right, and raises the epoch.
    /// `epoch` is the one under which the login that asks was made: a login that
    /// is ended while its change is under way changes nothing, and is not carried
    /// over into the new epoch.
    ///
    /// A stolen login must not be a way round the limit on guesses: `current` is
    /// counted like a password at login (ASVS 5.0, 6.2.3).
    pub async fn change_password(
        &self,
        id: i64,
        epoch: i64,
        current: &Password,
        new: &Password,
        from: IpAddr,
    ) -> Result<Arc<Account>, AccountsError> {
        new.check_as_new().map_err(AccountsError::Unacceptable)?;
        if current.is_oversized() {
            return Err(AccountsError::InvalidCredentials);
        }
        let Stored { account, password } = self
            .database
            .stored(id)?
            .ok_or(AccountsError::UnknownAccount)?;
        if account.disabled || account.epoch != epoch {
            return Err(AccountsError::LoginEnded);
        }
        let name = Identifier::typed(&account.username);
        let attempt = self
            .attempts
            .begin(name.to_count_by(), Some(id), from)
            .await?;
        let (typed, new, old_hash) = (current.clone(), new.clone(), password.clone());
        let hashed = self.hashing.run(self.owner, move |memory| {
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
        // Only over the hash that was verified, and only while the login lives. The
        // row comes out of the same step: read again later, it could be of an epoch
        // that was raised to end this very login.
        self.write(move |connection| {
            let replace = format!(
                "UPDATE accounts SET password = ?1, epoch = epoch + 1
                 WHERE id = ?2 AND password = ?3 AND epoch = ?4 RETURNING {COLUMNS}"
            );
            let values = params![new_hash, id, password, epoch];
            let changed = connection
                .query_row(&replace, values, |row| Ok(read(row)))
                .optional()
                .map_err(DatabaseFault::from)?;
            Ok(changed.ok_or(AccountsError::LoginEnded)??.account)
        })
        .await
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
