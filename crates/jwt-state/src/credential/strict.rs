//! How a token is taken apart: one spelling, one meaning, nothing unknown.

use std::{collections::HashSet, fmt};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, Visitor},
};

/// Header and claims. Exactly three parts, in base64url without padding and
/// without spare bits: a token has one spelling, or a list of revoked ones
/// could be walked round.
pub(super) fn decoded(token: &str) -> Option<(Vec<u8>, Vec<u8>)> {
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
    pub(super) alg: String,
    pub(super) typ: String,
    pub(super) kid: String,
}

/// A JSON object whose members are each there once. Of two, parsers take the
/// first or the last, and two of them may disagree (RFC 7519 section 4).
pub(super) struct NoMemberTwice;

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
