//! The server's secret key, and the keys that are derived from it.

use std::{fmt, fs, io, path::Path};

use base64::{Engine, prelude::BASE64_STANDARD};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// One secret per server, from which a key for each purpose is derived
/// (HKDF, RFC 5869), so that what is made for one purpose is worth nothing for
/// another. It is never printed and is wiped from memory when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MasterKey(Vec<u8>);

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read.
    #[error("the key file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The text is not base64.
    #[error("the key is not base64; make one with: openssl rand -base64 64")]
    NotBase64,
    /// Fewer than 32 bytes.
    #[error("the key has {0} bytes, and 32 is the least; make one with: openssl rand -base64 64")]
    TooShort(usize),
}

impl MasterKey {
    /// A random key that lives as long as this process.
    pub fn random() -> Self {
        let mut bytes = vec![0; 64];
        getrandom::fill(&mut bytes).expect("the system has random numbers");
        Self(bytes)
    }

    /// Reads a key from base64 text; white space round it is not part of it.
    pub fn from_base64(text: &str) -> Result<Self, KeyError> {
        let bytes = BASE64_STANDARD
            .decode(text.trim())
            .map_err(|_| KeyError::NotBase64)?;
        let key = Self(bytes);
        if key.0.len() < 32 {
            Err(KeyError::TooShort(key.0.len()))
        } else {
            Ok(key)
        }
    }

    /// Reads a key from a file with base64 text.
    pub fn from_file(path: &Path) -> Result<Self, KeyError> {
        let mut text = fs::read_to_string(path)?;
        let key = Self::from_base64(&text);
        text.zeroize();
        key
    }

    /// The key for one purpose; `N` bytes, at most 64.
    pub fn derive<const N: usize>(&self, purpose: &str) -> [u8; N] {
        const { assert!(N <= 64, "a key of at most 64 bytes") };
        let mut key = [0; N];
        Hkdf::<Sha256>::new(None, &self.0)
            .expand(purpose.as_bytes(), &mut key)
            .expect("64 bytes are within HKDF's limit");
        key
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let key = MasterKey::random();
        assert_eq!(key.derive::<32>("a"), key.derive::<32>("a"));
        assert_ne!(key.derive::<32>("a"), key.derive::<32>("b"));
        assert_ne!(key.derive::<32>("a"), MasterKey::random().derive::<32>("a"));
    }

    #[test]
    fn short_and_broken_keys_are_refused() {
        assert!(matches!(
            MasterKey::from_base64("c2hvcnQ="),
            Err(KeyError::TooShort(5))
        ));
        assert!(matches!(
            MasterKey::from_base64("!!"),
            Err(KeyError::NotBase64)
        ));
        assert!(matches!(
            MasterKey::from_base64(""),
            Err(KeyError::TooShort(0))
        ));
        let line = format!("{}\n", BASE64_STANDARD.encode([7; 32]));
        assert!(MasterKey::from_base64(&line).is_ok());
    }
}
