//! The keys of the cookie: one seals, and those from before still open. So a new key logs nobody
//! out: who comes with a cookie from before is given the same id under the new key.

use std::{iter, sync::Arc, time::Duration};

use actix_web::{
    cookie::{Cookie, CookieJar, Key, SameSite, time},
    http::header::{self, HeaderMap, HeaderValue},
};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use contract::{Problem, settings::MasterKey};

use super::{COOKIE, Found, Sessions};
use crate::visitor::unescaped;

/// What the key for the cookie is derived for.
const PURPOSE: &str = "session-state: seal of the session cookie";

#[derive(Clone)]
pub(crate) struct Ring {
    /// It seals, and actix-session opens with it.
    current: SealKey,
    before: Vec<SealKey>,
}

#[derive(Clone)]
struct SealKey {
    key: Key,
    /// Its part for opening, set up once. A jar sets it up for each cookie.
    opening: Arc<LessSafeKey>,
}

/// A cookie that one of the keys has sealed.
pub(crate) struct Opened {
    pub(crate) id: String,
    /// By a key from before: it is to be sealed anew.
    pub(crate) is_from_before: bool,
}

impl Ring {
    pub(super) fn of(key: &MasterKey) -> Self {
        Self {
            current: SealKey::of(key),
            before: Vec::new(),
        }
    }

    pub(super) fn open_with(&mut self, before: &[MasterKey]) {
        self.before = before.iter().map(SealKey::of).collect();
    }

    /// The key that seals.
    pub(crate) fn current(&self) -> Key {
        self.current.key.clone()
    }

    /// The id in a cookie, whichever key has sealed it.
    pub(crate) fn open(&self, sent: &str) -> Option<Opened> {
        let mut keys = iter::once(&self.current).chain(&self.before).enumerate();
        keys.find_map(|(age, key)| {
            Some(Opened {
                id: key.open(sent)?,
                is_from_before: age > 0,
            })
        })
    }

    /// The value of a cookie that was sealed under a key from before, sealed under the current
    /// one; `None` for every other.
    pub(crate) fn renewed(&self, sent: &str) -> Option<String> {
        if self.before.is_empty() {
            return None;
        }
        let opened = self.open(sent).filter(|opened| opened.is_from_before)?;
        let mut jar = CookieJar::new();
        jar.private_mut(&self.current.key)
            .add(Cookie::new(COOKIE, opened.id));
        let sealed = jar.get(COOKIE)?.encoded().to_string();
        sealed.split_once('=').map(|(_, value)| value.to_owned())
    }
}

impl SealKey {
    fn of(key: &MasterKey) -> Self {
        let key = Key::from(&key.derive::<64>(PURPOSE));
        let opening = UnboundKey::new(&AES_256_GCM, key.encryption());
        let opening = opening.expect("a jar seals with 256 bits");
        Self {
            opening: Arc::new(LessSafeKey::new(opening)),
            key,
        }
    }

    /// What a private jar has sealed: nonce, text and tag, with the cookie's name bound to them.
    ///
    /// Each request does this. To open it through a jar, as actix-session does, takes 10,000
    /// instructions; this takes a quarter of them.
    fn open(&self, sent: &str) -> Option<String> {
        let mut bytes = unescaped(sent)?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let name = Aad::from(COOKIE.as_bytes());
        let text = self.opening.open_in_place(nonce, name, sealed).ok()?;
        std::str::from_utf8(text).ok().map(str::to_owned)
    }
}

impl Sessions {
    /// Gives the browser its id in the new spelling, unless it was just given another one or none.
    pub(crate) fn give_anew(&self, value: &str, found: &Found, headers: &mut HeaderMap) {
        let kept = found.record.kept;
        let lasts = kept.then(|| self.expires_at(&found.record).remaining());
        if let Some(line) = line(value, lasts)
            && !headers.contains_key(header::SET_COOKIE)
        {
            headers.insert(header::SET_COOKIE, line);
        }
    }
}

/// With what actix-session would say.
fn line(value: &str, kept: Option<Duration>) -> Option<HeaderValue> {
    let cookie = Cookie::build(COOKIE, "")
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax);
    let cookie = match kept.map(time::Duration::try_from) {
        Some(span) => cookie.max_age(span.ok()?),
        None => cookie,
    };
    // The value is escaped already; the rest of the line has nothing to escape.
    let line = cookie.finish().to_string();
    let line = line.replacen('=', &format!("={value}"), 1);
    HeaderValue::try_from(line).ok()
}

/// The `Set-Cookie` line that makes the browser forget: the same attributes,
/// because browsers match on them (RFC 6265bis section 5.7).
pub(crate) fn delete_cookie() -> Result<HeaderValue, Problem> {
    let mut cookie = Cookie::new(COOKIE, "");
    cookie.set_path("/");
    cookie.set_secure(true);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_max_age(time::Duration::ZERO);
    cookie.set_expires(time::OffsetDateTime::UNIX_EPOCH);
    HeaderValue::from_str(&cookie.to_string()).map_err(|_| Problem::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(ring: &Ring, id: &str) -> String {
        let mut jar = CookieJar::new();
        jar.private_mut(&ring.current.key)
            .add(Cookie::new(COOKIE, id.to_owned()));
        let sent = jar.get(COOKIE).unwrap().encoded().to_string();
        sent.split_once('=').unwrap().1.to_owned()
    }

    #[test]
    fn a_cookie_from_before_is_sealed_anew_and_no_other() {
        let (old, new) = (MasterKey::random(), MasterKey::random());
        let of_old = sealed(&Ring::of(&old), "s-some-id");
        let mut ring = Ring::of(&new);
        assert_eq!(ring.renewed(&of_old), None, "nobody knows the key");
        ring.open_with(&[MasterKey::random(), old]);
        let renewed = ring.renewed(&of_old).unwrap();
        assert_eq!(ring.current.open(&renewed).unwrap(), "s-some-id");
        assert_eq!(ring.renewed(&renewed), None, "it is under the new key");
        for (sent, is_from_before) in [(&of_old, true), (&renewed, false)] {
            let opened = ring.open(sent).unwrap();
            assert_eq!(opened.id, "s-some-id");
            assert_eq!(opened.is_from_before, is_from_before);
        }
        assert_eq!(
            ring.renewed(&sealed(&Ring::of(&MasterKey::random()), "s")),
            None
        );
        assert_eq!(ring.renewed("invented"), None);
    }

    #[test]
    fn the_line_says_what_the_first_one_said() {
        let shown = |kept| line("a%2Fb", kept).unwrap().to_str().unwrap().to_owned();
        let attributes = "HttpOnly; SameSite=Lax; Secure; Path=/";
        assert_eq!(shown(None), format!("{COOKIE}=a%2Fb; {attributes}"));
        let kept = format!("{COOKIE}=a%2Fb; {attributes}; Max-Age=60");
        assert_eq!(shown(Some(Duration::from_secs(60))), kept);
    }
}
