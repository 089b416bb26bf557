//! How a credential is spelt in the cookie.

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
            let first = value.as_bytes()[0];
            let escaped = format!("%{first:02X}{}", &value[1..]);
            assert!(!is_only_spelling(&escaped), "{escaped}");
            for other in [value.replace("%2F", "/"), value.replace("%3D", "=")] {
                assert_eq!(is_only_spelling(&other), other == value, "{other}");
            }
            let lower = value.replace("%2F", "%2f").replace("%3D", "%3d");
            assert_eq!(is_only_spelling(&lower), lower == value, "{lower}");
        }
        for odd in ["%", "%2", "a%41", "\"abc\"", "a b", "a-b", "%2F%"] {
            assert!(!is_only_spelling(odd), "{odd}");
        }
    }
}
