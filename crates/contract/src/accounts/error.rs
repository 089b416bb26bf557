//! What can go wrong with accounts.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::ErrorCode;

use super::opening::LONGEST_WAIT;
use crate::passwords::HashFault;

/// Why there is no account to be had. [`crate::Problem`] turns it into an answer.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// 401: Unknown name, wrong password or disabled account; which of them is
    /// not said, nor shown by the time it takes (ASVS 5.0, 6.3.8).
    #[error("unknown user or wrong password")]
    InvalidCredentials,
    /// 429: Too many wrong passwords for this name or from this address.
    #[error("too many wrong passwords; wait {} s", retry_after.as_secs())]
    TooManyAttempts {
        /// The next try is looked at after this time.
        retry_after: Duration,
    },
    /// 503: More logins at once than the cores can hash, or another process
    /// writes to the accounts.
    #[error("too much is asked at once; wait {} s", retry_after.as_secs())]
    Busy {
        /// Try again after this time.
        retry_after: Duration,
    },
    /// 422: The new password or account is not taken; the text says why, to the person.
    #[error("{0}")]
    Unacceptable(&'static str),
    /// 401: The login that asks was ended while its request was under way; log in again.
    #[error("this login has ended; log in again")]
    LoginEnded,
    /// There is no such account (any more).
    #[error("there is no such account")]
    UnknownAccount,
    /// 500: The database does not do its work.
    #[error("{0}")]
    Database(DatabaseFault),
}

impl From<DatabaseFault> for AccountsError {
    /// Another process that writes is no fault: nothing was changed, and the
    /// client can try again.
    fn from(fault: DatabaseFault) -> Self {
        match fault {
            DatabaseFault::Locked => Self::Busy {
                retry_after: LONGEST_WAIT,
            },
            fault => Self::Database(fault),
        }
    }
}

/// What is wrong with the database of accounts. For the log, never for an answer.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseFault {
    /// SQLite says so.
    #[error("the database of accounts: {0}")]
    Sqlite(rusqlite::Error),
    /// Another process has it, and did not let go in time.
    #[error("another process writes to the database of accounts; end that, or wait, and try again")]
    Locked,
    /// The name is not one of a file.
    #[error("{} is not the name of a file; leave --accounts out to keep the accounts in memory, or give a file", .0.display())]
    NoFile(PathBuf),
    /// The file cannot be made or opened.
    #[error("{}: {source}; choose a file that this server may write with --accounts", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds something else, or was written by another version.
    #[error("{} is not a database of accounts of this version; choose another file with --accounts, or remove it to begin with the seeded accounts", .0.display())]
    Foreign(PathBuf),
    /// A row does not say what it should.
    #[error("account {id}: `{column}` cannot be read; repair the row")]
    Damaged {
        /// Of which account.
        id: i64,
        /// Which column.
        column: &'static str,
    },
    /// A password hash cannot be made or read.
    #[error(transparent)]
    Hash(#[from] HashFault),
    /// The server is being stopped.
    #[error("the server stops; nothing was written")]
    Stopping,
}

impl From<rusqlite::Error> for DatabaseFault {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            _ => Self::Sqlite(error),
        }
    }
}
