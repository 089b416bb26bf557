//! A credential that says more than the server wrote: that it is the administrator's where names
//! and roles can be read in it, and with one changed letter where nothing can be read.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// The changed copy. Nothing of it is signed or sealed anew: the forger has no key.
pub(crate) fn of(secret: &str) -> String {
    let pieces: Vec<String> = secret.split('.').map(promoted).collect();
    let forged = pieces.join(".");
    match forged == secret {
        true => with_another_letter(secret),
        false => forged,
    }
}

/// A piece in which it can be read whose it is says that it is the administrator's; any other is
/// left as it is.
fn promoted(piece: &str) -> String {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(piece).unwrap_or_default();
    let Ok(read) = serde_json::from_slice::<Value>(&bytes) else {
        return piece.to_owned();
    };
    let mut forged = read.clone();
    promote(&mut forged);
    match forged == read {
        true => piece.to_owned(),
        false => BASE64_URL_SAFE_NO_PAD.encode(forged.to_string()),
    }
}

/// The administrator of the seeds.
const ROOT: (u64, &str) = (3, "root");

/// Wherever in it the account stands, by the names that the servers here have for it.
fn promote(value: &mut Value) {
    let Value::Object(members) = value else {
        return;
    };
    for (name, member) in members {
        match (name.as_str(), &mut *member) {
            ("roles", Value::Array(_)) => *member = json!(["admin", "user"]),
            ("username", Value::String(_)) => *member = json!(ROOT.1),
            ("id", Value::Number(_)) => *member = json!(ROOT.0),
            ("sub" | "user_id", Value::String(_)) => *member = json!(ROOT.0.to_string()),
            _ => promote(member),
        }
    }
}

/// In the middle: the last letter of base64 can have bits that nobody reads.
fn with_another_letter(secret: &str) -> String {
    let middle = secret.chars().count() / 2;
    let letters = secret.chars().enumerate();
    letters
        .map(|(at, letter)| match (at == middle, letter) {
            (true, 'A') => 'B',
            (true, _) => 'A',
            (false, letter) => letter,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_read_becomes_the_administrators_and_keeps_its_signature() {
        let claims =
            json!({ "sub": "1", "exp": 5, "u": { "id": 1, "username": "alice", "roles": [] } });
        let piece = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
        let forged = of(&format!("head.{piece}.signature"));
        let pieces: Vec<&str> = forged.split('.').collect();
        let forged = BASE64_URL_SAFE_NO_PAD.decode(pieces[1]).unwrap();
        let forged: Value = serde_json::from_slice(&forged).unwrap();
        let root = json!({ "id": 3, "username": "root", "roles": ["admin", "user"] });
        assert_eq!(forged, json!({ "sub": "3", "exp": 5, "u": root }));
        assert_eq!((pieces[0], pieces[2]), ("head", "signature"));
    }

    #[test]
    fn what_cannot_be_read_has_another_letter() {
        for secret in ["abcdefg", "AAAAAAA", "ab.cd.ef"] {
            let forged = of(secret);
            let changed = secret.chars().zip(forged.chars());
            assert_eq!(changed.filter(|(old, new)| old != new).count(), 1);
            assert_eq!(forged.len(), secret.len());
        }
    }

    #[test]
    fn the_administrators_own_is_forged_all_the_same() {
        let claims = BASE64_URL_SAFE_NO_PAD.encode(r#"{"username":"root"}"#);
        assert_ne!(of(&claims), claims);
    }
}
