//! A credential that says more than the server wrote: with the role `admin` where roles can be
//! read in it, and with one changed letter where nothing can be read.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

/// The changed copy. Nothing of it is signed or sealed anew: the forger has no key.
pub(crate) fn of(secret: &str) -> String {
    let pieces: Vec<String> = secret.split('.').map(promoted).collect();
    let forged = pieces.join(".");
    match forged == secret {
        true => with_another_letter(secret),
        false => forged,
    }
}

/// A piece in which roles can be read has one more; any other is left as it is.
fn promoted(piece: &str) -> String {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(piece).unwrap_or_default();
    let Ok(mut claims) = serde_json::from_slice::<Value>(&bytes) else {
        return piece.to_owned();
    };
    match add_role(&mut claims) {
        true => BASE64_URL_SAFE_NO_PAD.encode(claims.to_string()),
        false => piece.to_owned(),
    }
}

/// Wherever in it the roles stand.
fn add_role(value: &mut Value) -> bool {
    match value {
        Value::Object(members) => members.iter_mut().any(|(name, member)| match member {
            Value::Array(roles) if name == "roles" => {
                let is_new = !roles.iter().any(|role| role == "admin");
                if is_new {
                    roles.push("admin".into());
                }
                is_new
            }
            other => add_role(other),
        }),
        Value::Array(members) => members.iter_mut().any(add_role),
        _ => false,
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
    fn a_token_gets_the_role_and_keeps_its_signature() {
        let claims = BASE64_URL_SAFE_NO_PAD.encode(r#"{"sub":"1","roles":["user"]}"#);
        let forged = of(&format!("head.{claims}.signature"));
        let pieces: Vec<&str> = forged.split('.').collect();
        let claims = BASE64_URL_SAFE_NO_PAD.decode(pieces[1]).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["roles"], serde_json::json!(["user", "admin"]));
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
    fn an_admin_has_nothing_to_gain_and_is_forged_all_the_same() {
        let claims = BASE64_URL_SAFE_NO_PAD.encode(r#"{"roles":["admin"]}"#);
        assert_ne!(of(&claims), claims);
    }
}
