//! Who may log in.
//!
//! Read [`Account`], then [`Accounts::authenticate`]: the one function that
//! decides about a password, whether a user name or an e-mail address came
//! with it. `database` keeps the accounts, `seeds` are those of the start, and `adding`
//! adds another.
//!
//! In memory (the default) everything is back to the seeds when the process
//! ends. In a file, several servers on one host share the accounts; what one
//! of them changes holds at the others with their next request.

mod account;
mod adding;
mod authenticate;
mod database;
mod error;
mod identifier;
mod opening;
mod seeds;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::Semaphore;

pub use account::{Account, Role};
pub use adding::NewAccount;
pub use error::{AccountsError, DatabaseFault};
pub use seeds::seeded_passwords;

use crate::attempts::{Attempts, DEFAULT_FAILURES};
use crate::passwords::{HashingPool, Owner};
use database::Database;
use opening::LONGEST_WAIT;

/// The accounts. Clones share everything.
#[derive(Clone)]
pub struct Accounts {
    database: Arc<Database>,
    attempts: Arc<Attempts>,
    hashing: &'static HashingPool,
    /// Other accounts of this process take turns with these at hashing.
    owner: Owner,
    /// Held by the one that writes.
    turn: Arc<Semaphore>,
}

impl Accounts {
    /// The seeded accounts, in memory.
    pub fn in_memory() -> Result<Self, AccountsError> {
        Ok(Self::over(Database::in_memory()?))
    }

    /// The accounts in this file, which is made and seeded where needed.
    pub fn at(path: &Path) -> Result<Self, AccountsError> {
        // Locked, at a start, is a reason not to start.
        let database = Database::at(path).map_err(AccountsError::Database)?;
        Ok(Self::over(database))
    }

    fn over(database: Database) -> Self {
        Self {
            database: Arc::new(database),
            attempts: Arc::new(Attempts::new(DEFAULT_FAILURES)),
            hashing: HashingPool::of_this_process(),
            owner: Owner::new(),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// The same accounts, with another number of failures for one name at one
    /// address before it gets slow (see [`crate::attempts`]); the count begins anew.
    #[must_use]
    pub fn with_login_failures(mut self, failures: u32) -> Self {
        self.attempts = Arc::new(Attempts::new(failures));
        self
    }

    /// The same accounts, which hash in the turn of those: whoever can start servers by the
    /// dozen has no dozen shares of the processor for it.
    #[must_use]
    pub fn in_the_turn_of(mut self, others: &Self) -> Self {
        self.owner = others.owner;
        self
    }

    /// The account as it is now. Each request asks; `database` says
    /// what that costs.
    pub fn by_id(&self, id: i64) -> Result<Option<Arc<Account>>, AccountsError> {
        Ok(self.database.by_id(id)?)
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

    /// Back to the seeds, and no wrong password is remembered. Every login ends: the epochs go on
    /// counting.
    pub async fn reset(&self) -> Result<(), AccountsError> {
        self.attempts.forget();
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
        // While another process has the file, each write waits for it in turn. Who
        // is far behind is told so now: nobody would wait for that answer.
        let turn = Arc::clone(&self.turn).acquire_owned();
        let turn = tokio::time::timeout(LONGEST_WAIT, turn)
            .await
            .map_err(|_| DatabaseFault::Locked)?
            .map_err(|_| DatabaseFault::Stopping)?;
        let database = Arc::clone(&self.database);
        tokio::task::spawn_blocking(move || {
            let outcome = database.write(change);
            drop(turn);
            outcome
        })
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
