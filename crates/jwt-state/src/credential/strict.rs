//! How a token is taken apart: one spelling, one meaning, nothing unknown.

use std::{collections::HashSet, fmt};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contract::body::Object;
use jsonwebtoken::crypto::verify;
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, Visitor},
};

use super::key::{VerifyingKey, name};

/// Bytes of a token, looked at before anything is decoded. Ours have about 500.
pub(super) const LARGEST: usize = 4096;

/// A token that has the right shape. Nobody has checked who signed it.
pub(super) struct Jws<'t> {
    token: &'t str,
    pub(super) header: OurHeader,
    payload: Vec<u8>,
}

impl<'t> Jws<'t> {
    pub(super) fn read(token: &'t str) -> Option<Self> {
        // 1. Size, before any work (ASVS 5.0, 15.2.2). The library has no limit.
        if token.len() > LARGEST {
            return None;
        }
        // 2. The header. The library overlooks an unknown `crit` (RFC 7515
        //    section 4.1.11), `b64: false`, an array instead of an object.
        let (header, payload) = decoded(token)?;
        let header: Object<OurHeader> = serde_json::from_slice(&header).ok()?;
        let header = header.into_inner();
        Some(Self {
            token,
            header,
            payload,
        })
    }

    pub(super) fn is_signed_by(&self, key: &VerifyingKey) -> bool {
        // 3. The algorithm is the key's; the token may only agree. So may its `kid`.
        let agrees = Some(self.header.alg.as_str()) == name(key.algorithm)
            && (self.header.kid.is_none() || self.header.kid == key.kid);
        // 4. The signature.
        agrees
            && self
                .token
                .rsplit_once('.')
                .is_some_and(|(message, signature)| {
                    verify(signature, message.as_bytes(), &key.key, key.algorithm)
                        .is_ok_and(|is_right| is_right)
                })
    }

    /// What is in it; for who knows that it is signed.
    pub(super) fn into_parts(self) -> (OurHeader, Vec<u8>) {
        (self.header, self.payload)
    }
}

impl VerifyingKey {
    /// What is signed in `token`, when this key signed it with its algorithm.
    ///
    /// This is the whole check of a JWS; the server asks nothing else before it
    /// reads the claims. What it adds is that `typ` and `kid` must be there.
    pub fn payload_of(&self, token: &str) -> Option<Vec<u8>> {
        let jws = Jws::read(token)?;
        jws.is_signed_by(self).then_some(jws.payload)
    }
}

/// Header and claims. Exactly three parts, in base64url without padding and
/// without spare bits: a token has one spelling, or a list of revoked ones
/// could be walked round.
fn decoded(token: &str) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut parts = token
        .split('.')
        .map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).ok());
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(header), Some(claims), Some(Some(_)), None) => Some((header?, claims?)),
        _ => None,
    }
}

/// These three and nothing else: what we do not know (`crit`, `b64`, `jwk`,
/// `jku`, `zip`…) was not put there by us. A member twice is an error as well.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OurHeader {
    alg: String,
    pub(super) typ: Option<String>,
    pub(super) kid: Option<String>,
}

/// A JSON object whose members are each there once. Of two, parsers take the
/// first or the last, and two of them may disagree (RFC 7519 section 4).
pub(crate) struct NoMemberTwice;

impl<'de> Deserialize<'de> for NoMemberTwice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = NoMemberTwice;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NoMemberTwice, A::Error> {
                let mut seen = HashSet::new();
                while let Some((name, _)) = map.next_entry::<String, IgnoredAny>()? {
                    if !seen.insert(name) {
                        return Err(A::Error::custom("a member twice"));
                    }
                }
                Ok(NoMemberTwice)
            }
        }
        deserializer.deserialize_map(Members)
    }
}
