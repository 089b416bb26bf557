//! The accounts in SQLite, and the copy in memory that every request reads.
//! How a file is opened and made is in `opening`.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior::Immediate};

use super::account::{Account, Role};
use super::error::DatabaseFault;
use super::opening::{LONGEST_WAIT, create_private, open, plain_name, prepare};

pub(super) const COLUMNS: &str = "id, username, email, roles, epoch, disabled, password";

/// An account with the PHC string of its password.
pub(super) struct Stored {
    pub(super) account: Arc<Account>,
    pub(super) password: String,
}

/// One database. In a file it has a second connection for writing, so that a
/// writer who waits for another process never stops the readers.
pub(super) struct Database {
    reader: Mutex<Reader>,
    writer: Option<Mutex<Connection>>,
}

struct Reader {
    connection: Connection,
    cache: HashMap<i64, Arc<Account>>,
    /// Of the file when the cache was filled; `None` in memory, where nobody
    /// else can write.
    version: Option<i64>,
}

impl Database {
    pub(super) fn in_memory() -> Result<Self, DatabaseFault> {
        let mut connection = Connection::open_in_memory()?;
        prepare(&mut connection, Path::new("memory"))?;
        let reader = Reader {
            connection,
            cache: HashMap::new(),
            version: None,
        };
        Ok(Self {
            reader: Mutex::new(reader),
            writer: None,
        })
    }

    pub(super) fn at(path: &Path) -> Result<Self, DatabaseFault> {
        let path = &plain_name(path)?;
        create_private(path)?;
        let mut writer = open(path)?;
        prepare(&mut writer, path)?;
        let connection = open(path)?;
        for connection in [&writer, &connection] {
            connection.busy_timeout(LONGEST_WAIT)?;
        }
        connection.pragma_update(None, "query_only", true)?;
        let version = Some(data_version(&connection)?);
        let reader = Reader {
            connection,
            cache: HashMap::new(),
            version,
        };
        Ok(Self {
            reader: Mutex::new(reader),
            writer: Some(Mutex::new(writer)),
        })
    }

    /// Every request asks this. In memory it is a look into a map. In a file
    /// SQLite is asked first whether anybody has written since.
    pub(super) fn by_id(&self, id: i64) -> Result<Option<Arc<Account>>, DatabaseFault> {
        let mut reader = self.reader();
        reader.notice_other_writers()?;
        if let Some(account) = reader.cache.get(&id) {
            return Ok(Some(Arc::clone(account)));
        }
        let found = find(&reader.connection, "id = ?1", &id)?.map(|stored| stored.account);
        if let Some(account) = &found {
            reader.cache.insert(id, Arc::clone(account));
        }
        Ok(found)
    }

    pub(super) fn stored(&self, id: i64) -> Result<Option<Stored>, DatabaseFault> {
        find(&self.reader().connection, "id = ?1", &id)
    }

    pub(super) fn by_identifier(&self, typed: &str) -> Result<Option<Stored>, DatabaseFault> {
        find(
            &self.reader().connection,
            "username = ?1 OR email = ?1",
            &typed,
        )
    }

    /// Runs `change` in one transaction. Blocks: not for an async worker.
    pub(super) fn write<T, E: From<DatabaseFault>>(
        &self,
        change: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let Some(writer) = &self.writer else {
            let mut reader = self.reader();
            reader.cache.clear();
            return transact(&mut reader.connection, change);
        };
        transact(
            &mut writer.lock().unwrap_or_else(PoisonError::into_inner),
            change,
        )
    }

    // A poisoned lock is taken over: SQLite has rolled back, and the cache is
    // only ever filled from what was read.
    fn reader(&self) -> MutexGuard<'_, Reader> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    /// `data_version` changes when any other connection has committed, in this
    /// process or another. It is asked before the cache is, on every request:
    /// a login that another server ended is dead here with the next one.
    fn notice_other_writers(&mut self) -> Result<(), DatabaseFault> {
        if let Some(seen) = &mut self.version {
            let version = data_version(&self.connection)?;
            if *seen != version {
                *seen = version;
                self.cache.clear();
            }
        }
        Ok(())
    }
}

fn data_version(connection: &Connection) -> Result<i64, DatabaseFault> {
    Ok(connection
        .prepare_cached("PRAGMA data_version")?
        .query_row([], |row| row.get(0))?)
}

pub(super) fn transact<T, E: From<DatabaseFault>>(
    connection: &mut Connection,
    change: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let transaction: Transaction = connection
        .transaction_with_behavior(Immediate)
        .map_err(DatabaseFault::from)?;
    let outcome = change(&transaction)?;
    transaction.commit().map_err(DatabaseFault::from)?;
    Ok(outcome)
}

fn find(
    connection: &Connection,
    condition: &str,
    value: &dyn rusqlite::ToSql,
) -> Result<Option<Stored>, DatabaseFault> {
    let query = format!("SELECT {COLUMNS} FROM accounts WHERE {condition}");
    connection
        .prepare_cached(&query)?
        .query_row([value], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

pub(super) fn read(row: &Row<'_>) -> Result<Stored, DatabaseFault> {
    let id = row.get("id")?;
    let roles: String = row.get("roles")?;
    let account = Account {
        id,
        username: row.get("username")?,
        email: row.get("email")?,
        roles: roles
            .split_whitespace()
            .map(|name| {
                Role::named(name).ok_or(DatabaseFault::Damaged {
                    id,
                    column: "roles",
                })
            })
            .collect::<Result<_, _>>()?,
        epoch: row.get("epoch")?,
        disabled: row.get("disabled")?,
    };
    Ok(Stored {
        account: Arc::new(account),
        password: row.get("password")?,
    })
}

/// As they stand in the column: names with a space between them.
pub(super) fn roles_to_text(roles: &[Role]) -> String {
    roles
        .iter()
        .map(|role| role.name())
        .collect::<Vec<_>>()
        .join(" ")
}
