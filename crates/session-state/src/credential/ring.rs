//! The keys of the cookie: one seals, and those from before still open. So a new key logs nobody
//! out: who comes with a cookie from before is given the same id under the new key.

use std::{iter, time::Duration};

use actix_web::{
    cookie::{Cookie, CookieJar, Key, SameSite, time},
    http::header::{self, HeaderMap, HeaderValue},
};
use contract::{Problem, settings::MasterKey};

use super::{COOKIE, Found, Sessions};

/// What the key for the cookie is derived for.
const PURPOSE: &str = "session-state: seal of the session cookie";

#[derive(Clone)]
pub(crate) struct Ring {
    /// It seals, and actix-session opens with it.
    pub(crate) current: Key,
    before: Vec<Key>,
}

impl Ring {
    pub(super) fn of(key: &MasterKey) -> Self {
        Self {
            current: derived(key),
            before: Vec::new(),
        }
    }

    pub(super) fn open_with(&mut self, before: &[MasterKey]) {
        self.before = before.iter().map(derived).collect();
    }

    /// The id in a cookie, whichever key has sealed it.
    pub(crate) fn open(&self, sent: &str) -> Option<String> {
        let mut keys = iter::once(&self.current).chain(&self.before);
        let id = keys.find_map(|key| open(key, sent))?;
        Some(id.value().to_owned())
    }

    /// The value of a cookie that was sealed under a key from before, sealed under the current
    /// one; `None` for every other.
    pub(crate) fn renewed(&self, sent: &str) -> Option<String> {
        let opened = |key: &Key| open(key, sent);
        if self.before.is_empty() || opened(&self.current).is_some() {
            return None;
        }
        let id = self.before.iter().find_map(opened)?;
        let mut jar = CookieJar::new();
        jar.private_mut(&self.current).add(id);
        let sealed = jar.get(COOKIE)?.encoded().to_string();
        sealed.split_once('=').map(|(_, value)| value.to_owned())
    }
}

fn derived(key: &MasterKey) -> Key {
    Key::from(&key.derive::<64>(PURPOSE))
}

fn open(key: &Key, sent: &str) -> Option<Cookie<'static>> {
    let cookie = Cookie::parse_encoded(format!("{COOKIE}={sent}")).ok()?;
    let mut jar = CookieJar::new();
    jar.add_original(cookie);
    jar.private(key).get(COOKIE)
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
        jar.private_mut(&ring.current)
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
        assert_eq!(open(&ring.current, &renewed).unwrap().value(), "s-some-id");
        assert_eq!(ring.renewed(&renewed), None, "it is under the new key");
        for sent in [&of_old, &renewed] {
            assert_eq!(ring.open(sent).as_deref(), Some("s-some-id"));
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
