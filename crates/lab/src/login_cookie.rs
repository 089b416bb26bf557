//! The login cookie of cookie-state taken apart for showing. Nothing is verified and no key is
//! needed: this is what whoever holds it can read.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::clock;
use crate::token::{Piece, pretty};

/// An HMAC-SHA-256 in base64: it stands before a signed value.
const SIGNATURE: usize = 44;

/// Takes it apart by what it looks like, for the browser may still hold one of another variant.
pub fn pieces(value: &str) -> Vec<Piece> {
    if let Some(contents) = contents(value) {
        return vec![Piece {
            name: "contents",
            note: format!(
                "Plain: anybody can read this, and write another{}.",
                end(&contents)
            ),
            text: pretty(&contents),
        }];
    }
    if let Some((signature, contents)) = signed(value) {
        return vec![
            Piece {
                name: "contents",
                note: format!("Signed, not sealed: anybody can read this{}.", end(&contents)),
                text: pretty(&contents),
            },
            Piece {
                name: "signature",
                text: signature.to_owned(),
                note: "32 bytes. Only a holder of the key can make them; one changed letter breaks them."
                    .to_owned(),
            },
        ];
    }
    let bytes = value.len();
    vec![Piece {
        name: "sealed",
        text: value.to_owned(),
        note: format!(
            "{bytes} bytes, sealed with the server's key. Whoever holds it can carry it, and can neither read nor change it."
        ),
    }]
}

fn contents(text: &str) -> Option<Value> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    serde_json::from_slice(&json).ok().filter(Value::is_object)
}

fn signed(value: &str) -> Option<(&str, Value)> {
    let (signature, rest) = value.split_at_checked(SIGNATURE)?;
    let is_one = BASE64_STANDARD
        .decode(signature)
        .is_ok_and(|bytes| bytes.len() == 32);
    Some((signature, contents(rest).filter(|_| is_one)?))
}

/// When it stops working: `x`, as cookie-state names it.
fn end(contents: &Value) -> String {
    let moment = contents["x"].as_i64().and_then(clock::readable);
    moment.map_or_else(String::new, |moment| format!("; ends {moment}"))
}

#[cfg(test)]
mod tests {
    use contract::settings::MasterKey;
    use contract::wire::Timestamp;
    use cookie_state::cookies::{Keys, Protection};

    use super::*;

    fn names(value: &str) -> Vec<&'static str> {
        pieces(value).iter().map(|piece| piece.name).collect()
    }

    #[test]
    fn what_can_be_read_is_read_whatever_protects_it() {
        let text = BASE64_URL_SAFE_NO_PAD.encode(r#"{"x":60,"l":{}}"#);
        assert_eq!(names(&text), ["contents"]);
        assert!(
            pieces(&text)[0]
                .note
                .contains("ends 1970-01-01 00:01:00 UTC")
        );
        let signature = BASE64_STANDARD.encode([7; 32]);
        assert_eq!(
            names(&format!("{signature}{text}")),
            ["contents", "signature"]
        );
        let keys = Keys::new("a test", MasterKey::random(), Vec::new()).of("a");
        let sealed = keys.protect(Protection::Private, &text, Timestamp::now());
        assert_eq!(names(&sealed), ["sealed"]);
    }

    #[test]
    fn what_is_broken_is_not_taken_for_something_else() {
        let text = BASE64_URL_SAFE_NO_PAD.encode(r#"{"x":60}"#);
        for broken in [
            "",
            "a",
            "é",
            &text[1..],
            &format!("{}{text}", "?".repeat(44)),
        ] {
            assert_eq!(names(broken), ["sealed"], "{broken}");
        }
    }
}
