//! One account more. No route does this: to register people is the application's business, and
//! whoever lets strangers do it tells them which names are taken.

use std::sync::Arc;

use rusqlite::{ErrorCode, params};

use super::database::{COLUMNS, read, roles_to_text};
use super::{Account, Accounts, AccountsError, DatabaseFault, Role};
use crate::passwords::{Password, PoolBusy, hash_password};

/// What an account begins with.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// What the person types to log in: 1 to 64 octets of UTF-8 without `@`, and no white space around
    /// them. Letters that only look alike make two names.
    pub username: String,
    /// The other thing that may be typed: at most 254 octets (RFC 5321, section 4.5.3.1.3).
    pub email: String,
    /// 8 to 128 characters, any.
    pub password: Password,
    /// What the account may do.
    pub roles: Vec<Role>,
}

impl Accounts {
    /// Adds an account. Its epoch is higher than any there was: no credential of an earlier
    /// account is one of this.
    ///
    /// # Errors
    /// [`AccountsError::Unacceptable`] with a sentence for the person; [`AccountsError::Busy`]
    /// when more is asked at once than the cores can hash.
    pub async fn add(&self, new: NewAccount) -> Result<Arc<Account>, AccountsError> {
        check(&new).map_err(AccountsError::Unacceptable)?;
        let NewAccount {
            username,
            email,
            password,
            roles,
        } = new;
        let hashed = self
            .hashing
            .run(self.owner, move |memory| hash_password(&password, memory));
        let hash = match hashed.await {
            Ok(outcome) => outcome.map_err(DatabaseFault::from)?,
            Err(PoolBusy { retry_after }) => return Err(AccountsError::Busy { retry_after }),
        };
        self.write(move |connection| {
            let insert = format!(
                "INSERT INTO accounts (username, email, password, roles, epoch)
                 SELECT ?1, ?2, ?3, ?4, coalesce(max(epoch), 0) + 1 FROM accounts
                 RETURNING {COLUMNS}"
            );
            let values = params![username, email, hash, roles_to_text(&roles)];
            match connection.query_row(&insert, values, |row| Ok(read(row))) {
                Ok(stored) => Ok(stored?.account),
                Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                    Err(AccountsError::Unacceptable(
                        "an account has this user name or e-mail address",
                    ))
                }
                Err(error) => Err(DatabaseFault::from(error).into()),
            }
        })
        .await
    }
}

fn check(new: &NewAccount) -> Result<(), &'static str> {
    let NewAccount {
        username, email, ..
    } = new;
    let is_plain = |text: &str| text.trim() == text && !text.contains(char::is_control);
    if username.contains('@') || !is_plain(username) || !(1..=64).contains(&username.len()) {
        return Err("a user name has 1 to 64 letters, no @ and no white space around it");
    }
    let parts = email.split_once('@');
    if !parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        || !is_plain(email)
        || email.len() > 254
    {
        return Err("this is no e-mail address");
    }
    new.password.check_as_new()
}
