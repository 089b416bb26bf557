//! Who may log in.
//!
//! Read [`Account`], then [`Accounts::authenticate`]: the one function that
//! decides about a password, whether a user name or an e-mail address came
//! with it. `database` keeps the accounts, `seeds` are those of the start.
//!
//! In memory (the default) everything is back to the seeds when the process
//! ends. In a file, several servers on one host share the accounts; what one
//! of them changes holds at the others with their next request.

mod account;
mod database;
mod error;
mod identifier;
mod seeds;
#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};

pub use account::{Account, Role};
pub use error::{AccountsError, DatabaseFault};

use crate::attempts::{Attempt, Attempts, DEFAULT_FAILURES, NotNow};
use crate::passwords::{HashingPool, Password, PoolBusy, hash_password, verify_password};
use database::{Database, Stored};
use identifier::Identifier;

/// The accounts. Clones share everything.
#[derive(Clone)]
pub struct Accounts {
    database: Arc<Database>,
    attempts: Arc<Attempts>,
    hashing: &'static HashingPool,
}

impl Accounts {
    /// The seeded accounts, in memory.
    pub fn in_memory() -> Result<Self, AccountsError> {
        Ok(Self::over(Database::in_memory()?))
    }

    /// The accounts in this file, which is made and seeded where needed.
    pub fn at(path: &Path) -> Result<Self, AccountsError> {
        Ok(Self::over(Database::at(path)?))
    }

    fn over(database: Database) -> Self {
        Self {
            database: Arc::new(database),
            attempts: Arc::new(Attempts::new(DEFAULT_FAILURES)),
            hashing: HashingPool::of_this_process(),
        }
    }

    /// The same accounts, with another number of failures for one name at one
    /// address before it gets slow (see [`crate::attempts`]); the count begins anew.
    #[must_use]
    pub fn with_login_failures(mut self, failures: u32) -> Self {
        self.attempts = Arc::new(Attempts::new(failures));
        self
    }

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

    /// The account as it is now. Each request asks; see `database` for the cost.
    pub fn by_id(&self, id: i64) -> Result<Option<Arc<Account>>, AccountsError> {
        Ok(self.database.by_id(id)?)
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

    /// Ends every login of the account. Returns the new epoch.
    pub async fn end_all_logins(&self, id: i64) -> Result<i64, AccountsError> {
        self.write(move |connection| {
            let raise = "UPDATE accounts SET epoch = epoch + 1 WHERE id = ?1 RETURNING epoch";
            let epoch = connection
                .query_row(raise, [id], |row| row.get(0))
                .optional();
            epoch
                .map_err(DatabaseFault::from)?
                .ok_or(AccountsError::UnknownAccount)
        })
        .await
    }

    /// Gives the account these roles and no others. Logins go on.
    pub async fn set_roles(&self, username: &str, roles: &[Role]) -> Result<(), AccountsError> {
        let (username, roles) = (username.to_owned(), database::roles_to_text(roles));
        self.write(move |connection| {
            let set = "UPDATE accounts SET roles = ?2 WHERE username = ?1";
            exactly_one(connection.execute(set, params![username, roles]))
        })
        .await
    }

    /// Closes the account, or opens it again. Both raise the epoch, so that a
    /// login from before does not come back to life.
    pub async fn set_disabled(&self, username: &str, disabled: bool) -> Result<(), AccountsError> {
        let username = username.to_owned();
        self.write(move |connection| {
            let set = "UPDATE accounts SET disabled = ?2, epoch = epoch + 1 WHERE username = ?1";
            exactly_one(connection.execute(set, params![username, disabled]))
        })
        .await
    }

    /// Back to the seeds. Every login ends: the epochs go on counting.
    pub async fn reset(&self) -> Result<(), AccountsError> {
        self.write(|connection| {
            let highest = "SELECT coalesce(max(epoch), 0) FROM accounts";
            let highest: i64 = connection
                .query_row(highest, [], |row| row.get(0))
                .map_err(DatabaseFault::from)?;
            connection
                .execute("DELETE FROM accounts", [])
                .map_err(DatabaseFault::from)?;
            Ok(seeds::plant(connection, highest + 1)?)
        })
        .await
    }

    async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, AccountsError> + Send + 'static,
    ) -> Result<T, AccountsError> {
        let database = Arc::clone(&self.database);
        tokio::task::spawn_blocking(move || database.write(change))
            .await
            .map_err(|_| DatabaseFault::Stopping)?
    }
}

fn exactly_one(changed: rusqlite::Result<usize>) -> Result<(), AccountsError> {
    match changed.map_err(DatabaseFault::from)? {
        1 => Ok(()),
        _ => Err(AccountsError::UnknownAccount),
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

#[cfg(test)]
impl Accounts {
    fn execute_for_test(&self, statement: &str) {
        self.database
            .write(|connection| {
                connection
                    .execute_batch(statement)
                    .map_err(DatabaseFault::from)
            })
            .unwrap();
    }
}
