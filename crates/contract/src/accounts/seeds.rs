//! The accounts that are there from the start. Everybody knows their
//! passwords: they are for trying things out.

use std::sync::OnceLock;

use rusqlite::{Connection, params};

use super::account::Role;
use super::database::roles_to_text;
use super::error::DatabaseFault;
use crate::passwords::{HashFault, HashingPool, Password, hash_password};

struct Seed {
    id: i64,
    username: &'static str,
    password: &'static str,
    roles: &'static [Role],
}

const SEEDS: [Seed; 3] = [
    Seed {
        id: 1,
        username: "alice",
        password: "wonderland",
        roles: &[Role::User],
    },
    Seed {
        id: 2,
        username: "bob",
        password: "builder",
        roles: &[Role::User],
    },
    Seed {
        id: 3,
        username: "root",
        password: "toor-toor",
        roles: &[Role::Admin, Role::User],
    },
];

/// The passwords of the start, to be masked where they turn up.
pub fn seeded_passwords() -> impl Iterator<Item = &'static str> {
    SEEDS.iter().map(|seed| seed.password)
}

struct Hashes {
    seeds: Vec<String>,
    dummy: String,
}

/// Made once in a process: a test that starts many servers pays once.
fn hashes() -> Result<&'static Hashes, HashFault> {
    static HASHES: OnceLock<Hashes> = OnceLock::new();
    if let Some(hashes) = HASHES.get() {
        return Ok(hashes);
    }
    let hash = |password: &'static str| {
        HashingPool::of_this_process()
            .run_blocking(move |memory| hash_password(&Password::from(password), memory))
    };
    let seeds = SEEDS
        .iter()
        .map(|seed| hash(seed.password))
        .collect::<Result<_, _>>()?;
    let dummy = hash("nobody has this hash, so its password opens nothing")?;
    Ok(HASHES.get_or_init(|| Hashes { seeds, dummy }))
}

/// Hashed against for a name that does not exist, so that it takes as long.
pub(super) fn dummy_hash() -> Result<&'static str, HashFault> {
    Ok(&hashes()?.dummy)
}

/// Makes the hashes, before a lock on the database is held for so long.
pub(super) fn prepare() -> Result<(), HashFault> {
    hashes().map(drop)
}

/// Puts the seeds into the empty table. `epoch` must be higher than any that
/// was there: a credential that had died would else live again.
pub(super) fn plant(connection: &Connection, epoch: i64) -> Result<(), DatabaseFault> {
    let mut insert = connection.prepare(
        "INSERT INTO accounts (id, username, email, password, roles, epoch)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (seed, hash) in SEEDS.iter().zip(&hashes()?.seeds) {
        let email = format!("{}@example.test", seed.username);
        let roles = roles_to_text(seed.roles);
        insert.execute(params![seed.id, seed.username, email, hash, roles, epoch])?;
    }
    Ok(())
}
