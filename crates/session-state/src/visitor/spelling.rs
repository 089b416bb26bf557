//! How a credential is spelt in the cookie.

use base64::{Engine, prelude::BASE64_STANDARD};

/// actix-session decodes `%41` to `A`. A credential has one spelling here, the one that was sent
/// out: base64, with `/` and `=` escaped and nothing else.
pub(crate) fn is_only_spelling(value: &str) -> bool {
    let mut pieces = value.split('%');
    let is_plain = |piece: &str| {
        piece
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'+')
    };
    pieces.next().is_some_and(is_plain)
        && pieces.all(|piece| {
            let rest = piece.strip_prefix("2F").or(piece.strip_prefix("3D"));
            rest.is_some_and(is_plain)
        })
}

/// The bytes behind a credential in that spelling.
pub(crate) fn unescaped(value: &str) -> Option<Vec<u8>> {
    // The decoder takes these two, and refuses everything else that has no place here.
    if value.contains(['/', '=']) {
        return None;
    }
    let mut text = String::with_capacity(value.len());
    let mut pieces = value.split('%');
    text.push_str(pieces.next()?);
    for piece in pieces {
        let (escaped, rest) = piece.split_at_checked(2)?;
        text.push(match escaped {
            "2F" => '/',
            "3D" => '=',
            _ => return None,
        });
        text.push_str(rest);
    }
    BASE64_STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use actix_web::cookie::{Cookie, CookieJar, Key};

    use super::*;
    use crate::COOKIE;

    #[test]
    fn a_credential_has_one_spelling() {
        let key = Key::generate();
        for _ in 0..100 {
            let mut jar = CookieJar::new();
            jar.private_mut(&key).add(Cookie::new(COOKIE, "id"));
            let sent = jar
                .get(COOKIE)
                .expect("it was put in")
                .encoded()
                .to_string();
            let (_, value) = sent.split_once('=').expect("a cookie has a value");
            assert!(is_only_spelling(value), "{value}");
            let plain = value.replace("%2F", "/").replace("%3D", "=");
            let bytes = BASE64_STANDARD.decode(plain).ok();
            assert_eq!(unescaped(value), bytes, "{value}");
            let first = value.as_bytes()[0];
            let escaped = format!("%{first:02X}{}", &value[1..]);
            assert!(!is_only_spelling(&escaped), "{escaped}");
            assert_eq!(unescaped(&escaped), None, "{escaped}");
            let lower = value.replace("%2F", "%2f").replace("%3D", "%3d");
            let bare = [value.replace("%2F", "/"), value.replace("%3D", "=")];
            for other in bare.into_iter().chain([lower]) {
                assert_eq!(is_only_spelling(&other), other == value, "{other}");
                assert_eq!(unescaped(&other).is_some(), other == value, "{other}");
            }
        }
        for odd in [
            "%",
            "%2",
            "a%41",
            "\"abc\"",
            "a b",
            "a-b",
            "%2F%",
            "YQ%3D%3D\n",
            "YQ",
        ] {
            assert!(odd == "YQ" || !is_only_spelling(odd), "{odd}");
            assert_eq!(unescaped(odd), None, "{odd}");
        }
    }
}
