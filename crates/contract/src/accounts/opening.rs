//! Opening the database: who may read the file, how processes share it, and
//! who of them makes and seeds the table.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::database::transact;
use super::error::DatabaseFault;
use super::seeds;

/// How long a start waits for another process that writes: it may be the one
/// that makes the table.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request does. It must have its answer before anybody gives up on
/// it, or the change would be made after it was said to have failed.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// Told apart from other people's databases, and from those of other versions.
const SCHEMA_VERSION: i64 = 1;
const SCHEMA: &str = "
    CREATE TABLE accounts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        username TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (instr(username, '@') = 0),
        email TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (instr(email, '@') > 1),
        password TEXT NOT NULL,
        roles TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        disabled INTEGER NOT NULL DEFAULT FALSE
    ) STRICT;
    PRAGMA user_version = 1;";

/// A name that SQLite takes for the name of a file. Of `:memory:` and of
/// `file:…?mode=memory` it would make one empty database for each connection,
/// and the bundled SQLite reads URIs whatever the flags say. Made absolute, a
/// name starts with a slash or a drive, and is neither.
pub(super) fn plain_name(path: &Path) -> Result<PathBuf, DatabaseFault> {
    let name = path.as_os_str().as_encoded_bytes();
    if name == b":memory:" || name.starts_with(b"file:") {
        return Err(DatabaseFault::NoFile(path.to_owned()));
    }
    std::path::absolute(path).map_err(|source| DatabaseFault::File {
        path: path.to_owned(),
        source,
    })
}

/// The file holds password hashes: nobody else on the machine may read it.
/// SQLite gives its side files (`-wal`, `-shm`) the same permissions.
pub(super) fn create_private(path: &Path) -> Result<(), DatabaseFault> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map(drop)
        .map_err(|source| DatabaseFault::File {
            path: path.to_owned(),
            source,
        })
}

pub(super) fn open(path: &Path) -> Result<Connection, DatabaseFault> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let foreign = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => DatabaseFault::Foreign(path.to_owned()),
        _ => error.into(),
    };
    write_ahead(&connection).map_err(foreign)?;
    // Not NORMAL: after a power cut an answered "log out everywhere" would be
    // undone, and dead credentials would live again.
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

/// Readers and one writer at the same time, in several processes. The switch
/// needs the file for itself, and SQLite does not wait for that as it waits
/// for a write lock: with several servers starting at once, some find it busy.
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let pause = Duration::from_millis(20);
    let mut patience = BUSY_TIMEOUT;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && !patience.is_zero() =>
            {
                std::thread::sleep(pause);
                patience = patience.saturating_sub(pause);
            }
            outcome => return outcome,
        }
    }
}

/// Makes the table and seeds it, when that was not done. The write lock is
/// taken before anything is looked at: of several servers that start at once,
/// one does it and the others find it done.
pub(super) fn prepare(connection: &mut Connection, path: &Path) -> Result<(), DatabaseFault> {
    seeds::prepare()?;
    transact(connection, |connection| {
        let number = |query| connection.query_row(query, [], |row| row.get::<_, i64>(0));
        match number("PRAGMA user_version")? {
            0 if number("SELECT count(*) FROM sqlite_schema")? == 0 => {
                connection.execute_batch(SCHEMA)?;
            }
            SCHEMA_VERSION => {}
            _ => return Err(DatabaseFault::Foreign(path.to_owned())),
        }
        if number("SELECT count(*) FROM accounts")? == 0 {
            seeds::plant(connection, 1)?;
        }
        Ok(())
    })
}
