//! The mechanism: everything is in one sealed cookie.
//!
//! Sealed means encrypted and authenticated in one step (AES-256-GCM, the
//! `private` jar of the `cookie` crate), with the cookie's name bound in, so
//! that a value sealed for another name is refused here. The expiry is inside
//! the seal: `Max-Age` only asks the browser to forget.

use actix_web::http::header::HeaderValue;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contract::{Problem, settings::MasterKey, wire::Timestamp};
use cookie::{Cookie, CookieJar, Key, SameSite, time};
use serde::{Deserialize, Serialize};

/// `__Host-`: browsers take it only with `Secure`, `Path=/` and no `Domain`, so
/// no sibling host can plant one (RFC 6265bis section 4.1.3.2).
pub const COOKIE: &str = "__Host-login";

/// Octets of name and value together that a browser has to take (RFC 6265bis section 5.6).
const LARGEST: usize = 4096;

/// Octets that the state of an anonymous visitor leaves free, so that it does
/// not stand in the way of logging in.
const ROOM_FOR_LOGIN: usize = 512;

/// What is inside the seal. Short names, because 4,096 octets are all there is.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Contents {
    /// Names this login in the list of revoked ones. All copies of its cookie share it.
    pub(crate) id: String,
    /// Goes up when the login changes in a way that older copies must not outlive.
    #[serde(rename = "v", default, skip_serializing_if = "is_zero")]
    pub(crate) version: u32,
    /// Who is logged in; nobody, for a visitor who only put something in.
    #[serde(rename = "l", skip_serializing_if = "Option::is_none")]
    pub(crate) login: Option<Login>,
    /// When the cookie stops working, in seconds since 1970.
    #[serde(rename = "x")]
    expires_at: i64,
    /// Whether the browser keeps it after it closes.
    #[serde(rename = "k")]
    pub(crate) kept: bool,
    /// What the visitor put in.
    #[serde(rename = "s")]
    pub(crate) state: serde_json::Map<String, serde_json::Value>,
}

/// The login inside the seal: a copy of the account as it was then.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Login {
    #[serde(rename = "u")]
    pub(crate) user: contract::wire::User,
    /// The account's epoch at that time; a newer one has ended this login.
    #[serde(rename = "e")]
    pub(crate) epoch: i64,
    #[serde(rename = "a")]
    authenticated_at: i64,
}

impl Login {
    pub(crate) fn new(user: contract::wire::User, epoch: i64) -> Self {
        Self {
            user,
            epoch,
            authenticated_at: Timestamp::now().unix(),
        }
    }

    pub(crate) fn authenticated_at(&self) -> Timestamp {
        Timestamp::from_unix(self.authenticated_at)
    }
}

impl Contents {
    pub(crate) fn new(expires_at: Timestamp) -> Self {
        Self {
            id: new_id(),
            version: 0,
            login: None,
            expires_at: expires_at.unix(),
            kept: false,
            state: serde_json::Map::new(),
        }
    }

    pub(crate) fn expires_at(&self) -> Timestamp {
        Timestamp::from_unix(self.expires_at)
    }

    pub(crate) fn expire_at(&mut self, instant: Timestamp) {
        self.expires_at = instant.unix();
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(version: &u32) -> bool {
    *version == 0
}

/// 128 random bits. It is not a secret: it names, it does not open.
fn new_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Seals and opens cookies.
#[derive(Clone)]
pub(crate) struct Seal(Key);

impl Seal {
    pub(crate) fn new(key: &MasterKey) -> Self {
        Self(Key::from(
            &key.derive::<64>("cookie-state: seal of the login cookie"),
        ))
    }

    /// The whole `Set-Cookie` line, or 413 where it would be more than a browser takes.
    pub(crate) fn set_cookie(&self, contents: &Contents) -> Result<HeaderValue, Problem> {
        let json = serde_json::to_string(contents).map_err(|_| Problem::Internal)?;
        let mut cookie = with_attributes(Cookie::new(COOKIE, json));
        if contents.kept {
            let left = contents.expires_at().remaining().as_secs();
            cookie.set_max_age(time::Duration::seconds(
                i64::try_from(left).unwrap_or(i64::MAX),
            ));
        }
        let mut jar = CookieJar::new();
        jar.private_mut(&self.0).add(cookie);
        let sealed = jar.get(COOKIE).ok_or(Problem::Internal)?;
        let would_be = COOKIE.len() + sealed.value().len();
        let limit = if contents.login.is_some() {
            LARGEST
        } else {
            LARGEST - ROOM_FOR_LOGIN
        };
        if would_be > limit {
            return Err(Problem::StateTooLarge { would_be, limit });
        }
        line(sealed)
    }

    /// What is inside `value`, when this server sealed it under this name and its time has not come.
    pub(crate) fn open(&self, value: &str) -> Option<Contents> {
        let mut jar = CookieJar::new();
        jar.add_original(Cookie::new(COOKIE, value.to_owned()));
        let opened = jar.private(&self.0).get(COOKIE)?;
        let contents: Contents = serde_json::from_str(opened.value()).ok()?;
        (!contents.expires_at().has_come()).then_some(contents)
    }
}

/// The `Set-Cookie` line that makes the browser forget: the same attributes,
/// because browsers match on them (RFC 6265bis section 5.7).
pub(crate) fn delete_cookie() -> Result<HeaderValue, Problem> {
    let mut cookie = with_attributes(Cookie::new(COOKIE, ""));
    cookie.set_max_age(time::Duration::ZERO);
    cookie.set_expires(time::OffsetDateTime::UNIX_EPOCH);
    line(&cookie)
}

fn with_attributes(mut cookie: Cookie<'static>) -> Cookie<'static> {
    cookie.set_path("/");
    cookie.set_secure(true);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie
}

fn line(cookie: &Cookie<'_>) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(&cookie.to_string()).map_err(|_| Problem::Internal)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn sealed(seal: &Seal, contents: &Contents) -> String {
        let line = seal.set_cookie(contents).unwrap();
        let pair = line.to_str().unwrap().split(';').next().unwrap().to_owned();
        pair.strip_prefix("__Host-login=").unwrap().to_owned()
    }

    fn contents() -> Contents {
        Contents::new(Timestamp::now().plus(Duration::from_secs(60)))
    }

    #[test]
    fn what_is_sealed_opens_with_the_same_key_only() {
        let seal = Seal::new(&MasterKey::random());
        let value = sealed(&seal, &contents());
        assert!(seal.open(&value).is_some());
        assert!(Seal::new(&MasterKey::random()).open(&value).is_none());
    }

    #[test]
    fn the_same_contents_never_look_the_same() {
        let seal = Seal::new(&MasterKey::random());
        let contents = contents();
        assert_ne!(sealed(&seal, &contents), sealed(&seal, &contents));
    }

    #[test]
    fn no_other_spelling_opens() {
        let seal = Seal::new(&MasterKey::random());
        let value = sealed(&seal, &contents());
        for index in 0..value.len() {
            for replacement in ["A", "B", "-", "=", "%", ""] {
                let mut other = value.clone();
                other.replace_range(index..=index, replacement);
                assert!(
                    other == value || seal.open(&other).is_none(),
                    "{index} {replacement}"
                );
            }
        }
        let padded = [
            format!("{value}A"),
            format!("{value}="),
            value.repeat(2),
            value.replace('=', ""),
        ];
        for other in padded.iter().filter(|other| **other != value) {
            assert!(seal.open(other).is_none(), "{other}");
        }
    }

    #[test]
    fn the_time_inside_the_seal_counts() {
        let seal = Seal::new(&MasterKey::random());
        let value = sealed(&seal, &Contents::new(Timestamp::now()));
        assert!(seal.open(&value).is_none());
    }

    #[test]
    fn a_cookie_that_a_browser_would_drop_is_not_made() {
        let seal = Seal::new(&MasterKey::random());
        let mut contents = contents();
        contents
            .state
            .insert("long".to_owned(), "x".repeat(4096).into());
        assert!(matches!(
            seal.set_cookie(&contents),
            Err(Problem::StateTooLarge { .. })
        ));
    }
}
