//! One Argon2id hash, in memory that the caller lends.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;

use super::Password;

/// OWASP's first recommendation for Argon2id: 19 MiB, two passes, one lane.
const COST: Params = Params::DEFAULT;
/// Blocks of 1 KiB that one hash needs.
pub(super) const BLOCKS: usize = COST.m_cost() as usize;
/// A stored hash may ask for a little more time than ours, so that the cost
/// can be raised; not for so much that one row stops the server.
const MOST_PASSES: u32 = 16;
const OUTPUT_BYTES: usize = 32;

/// What is wrong with a stored hash, or with the making of one. Never the
/// password's fault: that would be a plain `false`.
#[derive(Debug, thiserror::Error)]
pub enum HashFault {
    /// The stored text is not a PHC string of Argon2id.
    #[error("the stored password hash is not an Argon2id hash in PHC string format")]
    NotArgon2id,
    /// It asks for more memory or time than one hash gets here.
    #[error("the stored password hash asks for more memory or time than this server allows")]
    TooCostly,
    /// Argon2 refused its input.
    #[error("the password could not be hashed: {0}")]
    Argon2(#[from] argon2::Error),
    /// No salt could be had from the operating system, or no PHC string made.
    #[error("the password hash could not be written down: {0}")]
    Encoding(#[from] argon2::password_hash::phc::Error),
}

/// Hashes under a fresh salt, to a PHC string.
pub(crate) fn hash_password(
    password: &Password,
    memory: &mut [Block],
) -> Result<String, HashFault> {
    let salt = Salt::generate();
    let mut output = [0; OUTPUT_BYTES];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, COST).hash_password_into_with_memory(
        password.as_bytes(),
        &salt,
        &mut output,
        memory,
    )?;
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&COST).map_err(|_| HashFault::NotArgon2id)?,
        salt: Some(salt),
        hash: Some(Output::new(&output)?),
    };
    Ok(hash.to_string())
}

/// Whether `password` is the one that `stored` was made from.
pub(crate) fn verify_password(
    password: &Password,
    stored: &str,
    memory: &mut [Block],
) -> Result<bool, HashFault> {
    let stored = PasswordHash::new(stored).map_err(|_| HashFault::NotArgon2id)?;
    let (Some(salt), Some(expected), Some(version)) = (&stored.salt, &stored.hash, stored.version)
    else {
        return Err(HashFault::NotArgon2id);
    };
    if stored.algorithm != Algorithm::Argon2id.ident() {
        return Err(HashFault::NotArgon2id);
    }
    let version = Version::try_from(version).map_err(|_| HashFault::NotArgon2id)?;
    let cost = Params::try_from(&stored).map_err(|_| HashFault::NotArgon2id)?;
    if cost.m_cost() as usize > BLOCKS || cost.t_cost() > MOST_PASSES {
        return Err(HashFault::TooCostly);
    }
    let mut output = [0; OUTPUT_BYTES];
    let output = output
        .get_mut(..expected.len())
        .ok_or(HashFault::TooCostly)?;
    Argon2::new(Algorithm::Argon2id, version, cost).hash_password_into_with_memory(
        password.as_bytes(),
        salt,
        output,
        memory,
    )?;
    Ok(output.ct_eq(expected.as_bytes()).into())
}
