//! A JWT taken apart for showing. Nothing is verified: this is what anybody can read.

use std::fmt::{self, Write};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::clock;
use crate::resp;

/// The most that is shown of a part.
const LONGEST: usize = 8 * 1024;

/// One part of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// `header`, `claims` or `signature`.
    pub name: &'static str,
    /// Readable text.
    pub text: String,
    /// A sentence about it.
    pub note: String,
}

/// The claims of a token, when it has three parts and the second is JSON.
pub fn claims(token: &str) -> Option<Value> {
    let mut parts = token.split('.');
    let (_, claims, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
        return None;
    };
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?;
    serde_json::from_slice(&bytes).ok().filter(Value::is_object)
}

/// When the token says that it ends.
pub fn expires_at_ms(token: &str) -> Option<u64> {
    claims(token)?.get("exp")?.as_u64()?.checked_mul(1000)
}

/// Takes a token apart; nothing when it is not one.
pub fn pieces(token: &str) -> Vec<Piece> {
    let Some(claims) = claims(token) else {
        return Vec::new();
    };
    let mut parts = token.split('.');
    let header = parts.next().unwrap_or_default();
    let signature = parts.nth(1).unwrap_or_default();
    vec![
        Piece {
            name: "header",
            text: json(header),
            note: "Says how it is signed. Anybody can read it.".to_owned(),
        },
        Piece {
            name: "claims",
            text: pretty(&claims),
            note: times(&claims),
        },
        Piece {
            name: "signature",
            text: signature.to_owned(),
            note: format!(
                "{} bytes. Only a holder of the key can make them; one changed letter breaks them.",
                BASE64_URL_SAFE_NO_PAD
                    .decode(signature)
                    .map_or(0, |bytes| bytes.len())
            ),
        },
    ]
}

fn json(part: &str) -> String {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
    serde_json::from_slice(&bytes).map_or_else(
        |_| String::from_utf8_lossy(&bytes).into_owned(),
        |value| pretty(&value),
    )
}

/// JSON with line breaks, and no more of it than people read: each line of what is nested deep is
/// indented, so a hundred times as much could come of hostile JSON.
pub fn pretty(value: &Value) -> String {
    let mut text = Bounded(String::new());
    match write!(text, "{value:#}") {
        Ok(()) => text.0,
        Err(fmt::Error) => format!("{}…", text.0),
    }
}

/// Takes what comes until it is full.
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = LONGEST - self.0.len();
        self.0.push_str(resp::beginning(text, room));
        (text.len() <= room).then_some(()).ok_or(fmt::Error)
    }
}

/// The claims that are instants (RFC 7519, section 4.1), for people.
fn times(claims: &Value) -> String {
    let named = [("iat", "issued"), ("nbf", "not before"), ("exp", "ends")];
    let read = named.iter().filter_map(|(claim, word)| {
        let moment = clock::readable(claims.get(claim)?.as_i64()?)?;
        Some(format!("{word} {moment}"))
    });
    let times: Vec<String> = read.collect();
    let lead = "Signed, not sealed: anybody can read them";
    if times.is_empty() {
        format!("{lead}.")
    } else {
        format!("{lead}; {}.", times.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(claims: &str) -> String {
        let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        format!(
            "{}.{}.{}",
            encode(r#"{"alg":"EdDSA"}"#),
            encode(claims),
            encode("sig")
        )
    }

    #[test]
    fn a_token_is_read_without_a_key() {
        let token = token(r#"{"sub":"1","exp":60}"#);
        let pieces = pieces(&token);
        assert_eq!(
            pieces.iter().map(|p| p.name).collect::<Vec<_>>(),
            ["header", "claims", "signature"]
        );
        assert!(pieces[0].text.contains("EdDSA"));
        assert!(pieces[1].note.contains("ends 1970-01-01 00:01:00 UTC"));
        assert!(pieces[2].note.starts_with("3 bytes"));
        assert_eq!(expires_at_ms(&token), Some(60_000));
    }

    #[test]
    fn hostile_claims_are_cut() {
        let nested = |depth| {
            format!(
                "{}{}{}",
                "[".repeat(depth),
                "1,".repeat(4_000) + "1",
                "]".repeat(depth)
            )
        };
        let token = token(&format!(r#"{{"a":{}}}"#, nested(100)));
        let claims = &pieces(&token)[1].text;
        assert!(
            claims.ends_with('…') && claims.len() < LONGEST + 4,
            "{}",
            claims.len()
        );
        assert!(!pieces(&self::token(r#"{"a":1}"#))[1].text.contains('…'));
    }

    #[test]
    fn what_is_not_a_token_gives_nothing() {
        for text in [
            "",
            "a.b",
            "a.b.c",
            "a.b.c.d",
            "....",
            &token("[1]"),
            &token("no json"),
        ] {
            assert!(pieces(text).is_empty(), "{text}");
        }
        assert_eq!(expires_at_ms(&token(r#"{"exp":"soon"}"#)), None);
    }
}
