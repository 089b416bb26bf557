//! The mechanism: everything is in one sealed cookie.
//!
//! Sealed means encrypted and authenticated in one step (AES-256-GCM, the
//! `private` jar of the `cookie` crate), with the cookie's name bound in, so
//! that a value sealed for another name is refused here. Both ends of the login
//! are inside the seal: `Max-Age` only asks the browser to forget.

mod remembered;

use std::time::Duration;

use actix_web::http::header::HeaderValue;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contract::{Problem, settings::MasterKey, wire::Timestamp};
use serde::{Deserialize, Serialize};

use remembered::Remembered;

use crate::cookies::{
    Attributes, Keys, LARGEST, Lifetime, NameKeys, Protection, SameSite, delete, set,
};

/// `__Host-`: browsers take it only with `Secure`, `Path=/` and no `Domain`, so
/// no sibling host can plant one (RFC 6265bis section 4.1.3.2).
pub const COOKIE: &str = "__Host-login";

/// Octets that the state of an anonymous visitor leaves free, so that it does
/// not stand in the way of logging in.
const ROOM_FOR_LOGIN: usize = 512;

/// What is inside the seal. Short names, because 4,096 octets are all there is.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Contents {
    /// Names this login in the list of revoked ones. All copies of its cookie share it.
    pub(crate) id: String,
    /// Goes up with every change that older copies must not outlive.
    #[serde(rename = "v", default, skip_serializing_if = "is_zero")]
    pub(crate) version: u32,
    /// Who is logged in; nobody, for a visitor who only put something in.
    #[serde(rename = "l", skip_serializing_if = "Option::is_none")]
    pub(crate) login: Option<Login>,
    /// When the cookie stops working, in seconds since 1970. Use moves it.
    #[serde(rename = "x")]
    expires_at: i64,
    /// Beyond this nothing moves it.
    #[serde(rename = "y")]
    last: i64,
    /// `PUT /expiry` has set the end: use does not move it.
    #[serde(rename = "f", default, skip_serializing_if = "is_false")]
    is_fixed: bool,
    /// Whether the browser keeps it after it closes.
    #[serde(rename = "k", default, skip_serializing_if = "is_false")]
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

/// How long cookies last.
#[derive(Clone, Copy)]
pub(crate) struct Lifetimes {
    /// Without use.
    pub(crate) idle: Duration,
    /// However much they are used.
    pub(crate) absolute: Duration,
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
    pub(crate) fn new(lifetimes: Lifetimes) -> Self {
        let now = Timestamp::now();
        Self {
            id: new_id(),
            version: 0,
            login: None,
            expires_at: now.plus(lifetimes.idle.min(lifetimes.absolute)).unix(),
            last: now.plus(lifetimes.absolute).unix(),
            is_fixed: false,
            kept: false,
            state: serde_json::Map::new(),
        }
    }

    pub(crate) fn expires_at(&self) -> Timestamp {
        Timestamp::from_unix(self.expires_at)
    }

    /// How long a copy of this cookie can live.
    pub(crate) fn longest_life(&self) -> Duration {
        let left = Timestamp::from_unix(self.last).remaining();
        left.max(Duration::from_secs(1))
    }

    /// A use: the idle end lies further on. Whether the browser should be told: a new cookie for
    /// each request would be 500 bytes for each answer, and could take the place of one that a
    /// request beside it has just written.
    pub(crate) fn use_now(&mut self, idle: Duration) -> bool {
        const STEP: Duration = Duration::from_secs(60);
        if self.is_fixed {
            return false;
        }
        let moved = Timestamp::now().plus(idle).unix().min(self.last);
        let further = moved - self.expires_at;
        self.expires_at = moved.max(self.expires_at);
        further > 0 && further.unsigned_abs() >= STEP.min(idle / 10).as_secs()
    }

    /// An end that use does not move, and the browser keeps the cookie until then; never beyond the
    /// last one.
    pub(crate) fn end_at(&mut self, instant: Timestamp) {
        self.expires_at = instant.unix().min(self.last);
        self.is_fixed = true;
        self.kept = true;
    }

    /// The browser forgets it when it closes; until then as by default.
    pub(crate) fn end_with_browser(&mut self, idle: Duration) {
        self.end_when_idle(idle);
        self.kept = false;
    }

    /// Back to an end that use moves.
    pub(crate) fn end_when_idle(&mut self, idle: Duration) {
        self.is_fixed = false;
        self.expires_at = Timestamp::now().plus(idle).unix().min(self.last);
    }

    fn has_ended(&self) -> bool {
        self.expires_at().has_come() || Timestamp::from_unix(self.last).has_come()
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(version: &u32) -> bool {
    *version == 0
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(what: &bool) -> bool {
    !what
}

/// 128 random bits. It is not a secret: it names, it does not open.
fn new_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random numbers");
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Seals and opens cookies.
#[derive(Clone)]
pub(crate) struct Seal {
    keys: NameKeys,
    protection: Protection,
    remembered: Remembered,
}

impl Seal {
    /// Seals with `key`; opens what those from before have sealed too.
    pub(crate) fn new(key: MasterKey, before: Vec<MasterKey>, protection: Protection) -> Self {
        Self {
            keys: Keys::new("cookie-state: seal of the login cookie", key, before).of(COOKIE),
            protection,
            remembered: Remembered::new(0),
        }
    }

    /// Remembers so many cookies that were opened.
    pub(crate) fn remembering(mut self, most: usize) -> Self {
        self.remembered = Remembered::new(most);
        self
    }

    /// The whole `Set-Cookie` line, or 413 where it would be more than a browser takes.
    pub(crate) fn set_cookie(&self, contents: &Contents) -> Result<HeaderValue, Problem> {
        let value = self.close(contents)?;
        let would_be = COOKIE.len() + value.len();
        let limit = if contents.login.is_some() {
            LARGEST
        } else {
            LARGEST - ROOM_FOR_LOGIN
        };
        if would_be > limit {
            return Err(Problem::StateTooLarge { would_be, limit });
        }
        let left = contents.expires_at().remaining().as_secs();
        let lifetime = match contents.kept {
            true => Lifetime::Seconds(left.cast_signed()),
            false => Lifetime::Browser,
        };
        header(&set(
            COOKIE,
            &value,
            &attributes(lifetime),
            Timestamp::now(),
        )?)
    }

    /// What is inside `value`, when this server sealed it under this name and its time has not come;
    /// and whether it was with a key from before.
    pub(crate) fn open(&self, value: &str) -> Option<(Contents, bool)> {
        let opened = self.remembered.find(value);
        let (contents, with_old_key) = opened.or_else(|| self.open_anew(value))?;
        (!contents.has_ended()).then_some((contents, with_old_key))
    }

    fn open_anew(&self, value: &str) -> Option<(Contents, bool)> {
        let (text, with_old_key) = self.keys.unlock(self.protection, value)?;
        let contents: Contents = match self.protection {
            Protection::Private => serde_json::from_str(&text).ok()?,
            Protection::Signed | Protection::Plain => {
                let json = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
                serde_json::from_slice(&json).ok()?
            }
        };
        // The other two are for lessons, and end in no tag.
        if self.protection == Protection::Private && !contents.has_ended() {
            self.remembered.learn(value, &contents, with_old_key);
        }
        Some((contents, with_old_key))
    }

    fn close(&self, contents: &Contents) -> Result<String, Problem> {
        let json = serde_json::to_string(contents).map_err(|_| Problem::Internal)?;
        let text = match self.protection {
            Protection::Private => json,
            // JSON is not made of cookie octets.
            Protection::Signed | Protection::Plain => BASE64_URL_SAFE_NO_PAD.encode(json),
        };
        Ok(self.keys.lock(self.protection, text))
    }
}

/// The `Set-Cookie` line that makes the browser forget: the same attributes,
/// because browsers match on them (RFC 6265bis section 5.7).
pub(crate) fn delete_cookie() -> Result<HeaderValue, Problem> {
    header(&delete(COOKIE, &attributes(Lifetime::Browser))?)
}

fn attributes(lifetime: Lifetime) -> Attributes {
    Attributes {
        lifetime,
        secure: true,
        http_only: true,
        same_site: Some(SameSite::Lax),
        ..Attributes::default()
    }
}

/// A line as the value of a header.
pub(crate) fn header(line: &str) -> Result<HeaderValue, Problem> {
    HeaderValue::from_str(line).map_err(|_| Problem::Internal)
}

#[cfg(test)]
mod tests;
