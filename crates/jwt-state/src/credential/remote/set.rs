//! Which keys of a set are used: those that check, each bound to one algorithm.

use std::collections::HashSet;

use contract::body::Object;
use jsonwebtoken::AlgorithmFamily;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::VerifyingKey;

/// Keys of a set; an issuer has two or three.
const MOST: usize = 64;
/// Members of a JWK that make it a private one (RFC 7518 section 6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// What a set holds.
pub(super) struct Read {
    pub(super) keys: Vec<VerifyingKey>,
    /// Why others are not used, for the log.
    pub(super) left_out: Vec<String>,
}

/// `None` for what is no set.
pub(super) fn read(content: &[u8]) -> Option<Read> {
    #[derive(Deserialize)]
    struct Set {
        keys: Vec<Map<String, Value>>,
    }
    let set = serde_json::from_slice::<Object<Set>>(content).ok()?;
    let set = set.into_inner().keys;
    if set.len() > MOST {
        return None;
    }
    let (mut keys, mut left_out) = (Vec::new(), Vec::new());
    let mut names = HashSet::new();
    for (number, jwk) in (1..).zip(set) {
        match of_use(jwk) {
            Ok(key) if names.insert(key.kid.clone()) => keys.push(key),
            // What stands in the set is not quoted: it would be another's words in our log.
            Ok(_) => left_out.push(format!("key {number} has the name of another")),
            Err(why) => left_out.push(format!("key {number} {why}")),
        }
    }
    Some(Read { keys, left_out })
}

fn of_use(jwk: Map<String, Value>) -> Result<VerifyingKey, &'static str> {
    let text = |name: &str| jwk.get(name).and_then(Value::as_str);
    // A secret that everybody can read would let everybody sign, and a public key that is taken
    // for a secret too (RFC 8725 section 2.1).
    if !matches!(text("kty"), Some("RSA" | "EC" | "OKP")) {
        return Err("is not for RSA, EC or Ed25519");
    }
    // Whoever can read it can sign with it.
    if PRIVATE.iter().any(|name| jwk.contains_key(*name)) {
        return Err("is published with its private part, so it is nobody's");
    }
    if text("kid").is_none_or(str::is_empty) {
        return Err("has no name (`kid`)");
    }
    // A curve is for one algorithm; RSA is for several.
    if text("kty") == Some("RSA") && text("alg").is_none() {
        return Err("does not say its algorithm (`alg`)");
    }
    let key = VerifyingKey::from_file(Value::Object(jwk).to_string().as_bytes());
    let key = key.map_err(|_| "cannot be used: another algorithm or purpose, or too short")?;
    match key.key.family() {
        AlgorithmFamily::Hmac => Err("is a secret"),
        _ => Ok(key),
    }
}
