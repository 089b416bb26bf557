//! Passwords: how one is carried, which are accepted, and how one is hashed.
//!
//! Read [`Password`] first, then `argon2id` (one hash in a given block of
//! memory), then `pool` (at most as many hashes at once as there are cores).

mod argon2id;
mod pool;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

pub(crate) use argon2id::{HashFault, hash_password, verify_password};
pub(crate) use pool::{HashingPool, Owner, PoolBusy};

/// Longest password that is hashed at all, in bytes. The contract lets 128
/// characters through (ASVS 5.0, 6.2.9), which are at most 512 bytes of UTF-8.
const LONGEST_TYPED: usize = 1024;
const SHORTEST_NEW: usize = 8;
const LONGEST_NEW: usize = 128;

/// A password as somebody typed it: nothing trimmed, folded, normalised or cut
/// (ASVS 5.0, 6.2.8), NUL included. It never shows in logs and is wiped when
/// it is dropped.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Nobody can have such a password: to hash it would be work done for an
    /// attacker (ASVS 5.0, 15.2.2).
    pub(crate) fn is_oversized(&self) -> bool {
        self.0.len() > LONGEST_TYPED
    }

    /// Whether this may become the password of an account. Characters are
    /// counted, not bytes; which characters, is not our business (ASVS 5.0, 6.2.5).
    /// The error is a sentence for the person.
    pub(crate) fn check_as_new(&self) -> Result<(), &'static str> {
        match self.0.chars().count() {
            ..SHORTEST_NEW => Err("the new password is too short; use 8 to 128 characters"),
            SHORTEST_NEW..=LONGEST_NEW => Ok(()),
            _ => Err("the new password is too long; use 8 to 128 characters"),
        }
    }
}

impl From<&str> for Password {
    fn from(typed: &str) -> Self {
        Self(Zeroizing::new(typed.to_owned()))
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|typed| Self(Zeroizing::new(typed)))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
