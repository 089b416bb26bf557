//! How a value is protected from who holds it.

use std::{borrow::Cow, str::FromStr, sync::Arc, time::Duration};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::{Engine, prelude::BASE64_STANDARD};
use clap::ValueEnum;
use contract::{settings::MasterKey, wire::Timestamp};
use cookie::{Cookie, CookieJar, Key};
use serde::{Deserialize, Serialize};

use super::{Disbelief, Refusal};

/// Octets that the shortest protected value has: an empty one, sealed (nonce, time, tag) in base64.
pub const SHORTEST_PROTECTED: usize = 52;

/// What the holder of a cookie can do with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protection {
    /// Sealed: the holder can neither read it nor change it
    Private,
    /// Signed: the holder can read it and not change it
    Signed,
    /// Nothing: the holder can write whatever he likes
    Plain,
}

impl FromStr for Protection {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        match text {
            "private" => Ok(Self::Private),
            "signed" => Ok(Self::Signed),
            "plain" => Ok(Self::Plain),
            _ => Err(Refusal::Protection),
        }
    }
}

/// The keys for one purpose, from which each cookie's own key is derived.
#[derive(Clone)]
pub struct Keys {
    purpose: &'static str,
    /// The current one, then those from before.
    keys: Vec<MasterKey>,
}

impl Keys {
    /// `current` makes cookies. What those from before have made is still read, and nothing new is
    /// made with them. What was made for one purpose is worth nothing for another.
    pub fn new(purpose: &'static str, current: MasterKey, before: Vec<MasterKey>) -> Self {
        let mut keys = vec![current];
        keys.extend(before);
        Self { purpose, keys }
    }

    /// The keys of the cookie with this name.
    pub fn of(&self, name: impl Into<Cow<'static, str>>) -> NameKeys {
        let name = name.into();
        let label = format!("{}: {name}", self.purpose);
        let derive = |key: &MasterKey| NameKey::new(Key::from(&key.derive::<64>(&label)));
        NameKeys {
            keys: self.keys.iter().map(derive).collect(),
            name,
        }
    }
}

/// The keys of one cookie.
///
/// The jars of the `cookie` crate do the work. Its private jar (AES-256-GCM) binds the name, its
/// signed jar (HMAC-SHA-256) does not: there a value could be moved to another cookie that is signed
/// with the same key ("splicing", RFC 6265bis section 8.4). So each name has keys of its own.
#[derive(Clone)]
pub struct NameKeys {
    name: Cow<'static, str>,
    keys: Vec<NameKey>,
}

#[derive(Clone)]
struct NameKey {
    key: Key,
    /// Its part for sealing, set up once. The jar sets it up for each cookie.
    unsealing: Arc<LessSafeKey>,
}

impl NameKey {
    fn new(key: Key) -> Self {
        let bytes = &key.encryption()[..AES_256_GCM.key_len()];
        let unsealing = UnboundKey::new(&AES_256_GCM, bytes).expect("it is as long as it must be");
        Self {
            unsealing: Arc::new(LessSafeKey::new(unsealing)),
            key,
        }
    }

    /// What the private jar of the `cookie` crate has sealed: nonce, text and tag in base64.
    ///
    /// It is opened here and not by the jar: every request does it, and the jar takes 6,500
    /// instructions of the 48,000 that a request cost, this less than half of them.
    fn unseal(&self, name: &str, sent: &str) -> Option<String> {
        let mut bytes = BASE64_STANDARD.decode(sent).ok()?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let opened = self
            .unsealing
            .open_in_place(nonce, Aad::from(name.as_bytes()), sealed);
        let length = opened.ok()?.len();
        bytes.drain(..NONCE_LEN);
        bytes.truncate(length);
        String::from_utf8(bytes).ok()
    }
}

/// A cookie whose protection held.
#[derive(Clone, PartialEq, Eq)]
pub struct Believed {
    /// The value as it was protected.
    pub value: String,
    /// When that was; a plain value does not say.
    pub made_at: Option<Timestamp>,
    /// Made with a key from before: set it again, and it outlives that key.
    pub with_old_key: bool,
}

impl Believed {
    /// Whether it was made at most `max_age` ago.
    ///
    /// # Errors
    /// When it is older, or does not say.
    pub fn is_younger_than(&self, max_age: Duration, now: Timestamp) -> Result<(), Disbelief> {
        let made_at = self.made_at.ok_or(Disbelief::Undated)?;
        if made_at.plus(max_age) < now {
            return Err(Disbelief::TooOld);
        }
        Ok(())
    }
}

impl NameKeys {
    /// The value as it goes into the cookie, with the time inside the protection.
    pub fn protect(&self, protection: Protection, value: &str, now: Timestamp) -> String {
        match protection {
            Protection::Plain => value.to_owned(),
            dated => self.lock(dated, format!("{}.{value}", now.unix())),
        }
    }

    /// The value behind what was sent. The reader says how it was protected; if the cookie could say
    /// so, everybody could make a plain one where a signed one is expected.
    ///
    /// # Errors
    /// When the protection does not hold.
    pub fn believe(&self, protection: Protection, sent: &str) -> Result<Believed, Disbelief> {
        let (text, with_old_key) = self.unlock(protection, sent).ok_or(Disbelief::Changed)?;
        if protection == Protection::Plain {
            return Ok(Believed {
                value: text,
                made_at: None,
                with_old_key,
            });
        }
        let (made_at, value) = text.split_once('.').ok_or(Disbelief::Changed)?;
        let made_at = made_at.parse().map_err(|_| Disbelief::Changed)?;
        Ok(Believed {
            value: value.to_owned(),
            made_at: Some(Timestamp::from_unix(made_at)),
            with_old_key,
        })
    }

    /// A text as it goes into the cookie, without a time. A plain or signed one is readable, so it
    /// has to be made of cookie octets already.
    pub(crate) fn lock(&self, protection: Protection, text: String) -> String {
        let mut jar = CookieJar::new();
        let cookie = Cookie::new(self.name.clone(), text);
        let key = &self.keys[0].key;
        match protection {
            Protection::Private => jar.private_mut(key).add(cookie),
            Protection::Signed => jar.signed_mut(key).add(cookie),
            Protection::Plain => jar.add(cookie),
        }
        let locked = jar.get(&self.name).map(Cookie::value);
        locked.expect("it was put in just now").to_owned()
    }

    /// The text behind what was sent, and whether a key from before has made it.
    pub(crate) fn unlock(&self, protection: Protection, sent: &str) -> Option<(String, bool)> {
        if protection == Protection::Plain {
            return Some((sent.to_owned(), false));
        }
        let jar = CookieJar::new();
        let cookie = || Cookie::new(self.name.clone(), sent.to_owned());
        self.keys.iter().enumerate().find_map(|(age, keys)| {
            let opened = match protection {
                Protection::Private => keys.unseal(&self.name, sent),
                _ => {
                    let verified = jar.signed(&keys.key).verify(cookie());
                    verified.map(|cookie| cookie.value().to_owned())
                }
            };
            Some((opened?, age > 0))
        })
    }
}
