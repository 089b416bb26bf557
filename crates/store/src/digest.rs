use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Sha256;

/// The first half of the SHA-256 of a credential: the name under which the store knows it.
///
/// A plain hash is enough, and a slow one would be waste: what goes in has 128 bits of randomness
/// or more, so there is nothing to guess. Half of it is enough too: to be let in, one would have to
/// find an input for a given 128 bits. (Two inputs of one's own with the same digest, which 128 bits
/// make thinkable, are of no use: the server chooses the inputs.) The other half would stand in
/// Redis twice for each session.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 16]);

impl Digest {
    /// Hashes a credential.
    pub fn of(credential: &[u8]) -> Self {
        let whole: [u8; 32] = <Sha256 as sha2::Digest>::digest(credential).into();
        let mut half = [0; 16];
        half.copy_from_slice(&whole[..16]);
        Self(half)
    }

    pub(crate) fn to_base64url(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// As base64url without padding: 22 characters, safe in a key and in a path.
impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_base64url())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// Not 22 characters of base64url in the one spelling that [`Digest`] prints.
#[derive(Debug, thiserror::Error)]
#[error("not a digest in base64url")]
pub struct NotADigest;

impl FromStr for Digest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotADigest)?;
        Ok(Self(bytes.try_into().map_err(|_| NotADigest)?))
    }
}
