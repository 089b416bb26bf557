//! Cookies that Django's `set_signed_cookie` has set, and cookies that its `get_signed_cookie` reads.
//!
//! Of a Django since CVE-2026-6873: there the key depends on the length of the salt too.
//!
//! ```
//! use std::time::Duration;
//! use contract::wire::Timestamp;
//! use cookie_state::cookies::{Disbelief, django::Signer};
//!
//! let signer = Signer::new("test-secret-key", &[]);
//! let made = Timestamp::from_unix(1_700_000_000);
//! let signed = signer.sign("k", "v", "", made);
//! assert_eq!(signed, "v:1r31eq:PZVrXzChBBtvxjOjpOCaDdnRhfiljfpBFkOmT8VwhBY");
//!
//! let ten = Some(Duration::from_secs(10));
//! assert_eq!(signer.verify("k", &signed, "", ten, Timestamp::from_unix(1_700_000_010)), Ok("v".to_owned()));
//! let late = signer.verify("k", &signed, "", ten, Timestamp::from_unix(1_700_000_011));
//! assert_eq!(late, Err(Disbelief::TooOld));
//! ```

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contract::wire::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::Disbelief;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Signs and verifies with a `SECRET_KEY`.
///
/// The value stays readable. What Django escapes in the header (a space, a quote, a semicolon) is for
/// the caller: this is the text that `get_signed_cookie` sees.
#[derive(Clone)]
pub struct Signer {
    /// `SECRET_KEY`, then `SECRET_KEY_FALLBACKS`.
    keys: Vec<Zeroizing<String>>,
}

impl Signer {
    /// With `SECRET_KEY`, which signs, and `SECRET_KEY_FALLBACKS`, which only verify.
    pub fn new(secret_key: &str, fallbacks: &[&str]) -> Self {
        let keys = [secret_key].into_iter().chain(fallbacks.iter().copied());
        Self {
            keys: keys.map(|key| Zeroizing::new(key.to_owned())).collect(),
        }
    }

    /// What `set_signed_cookie(name, value, salt)` puts into the cookie.
    pub fn sign(&self, name: &str, value: &str, salt: &str, now: Timestamp) -> String {
        let dated = format!("{value}:{}", base62(now.unix()));
        let signature = mac(&self.keys[0], name, salt, &dated)
            .finalize()
            .into_bytes();
        format!("{dated}:{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    /// What `get_signed_cookie(name, salt, max_age)` reads from the cookie. The salt of older
    /// versions (`SIGNED_COOKIE_LEGACY_SALT_FALLBACK`) is not tried: it is name and salt joined, and
    /// a value can be moved to another cookie where these join to the same text (CVE-2026-6873).
    ///
    /// # Errors
    /// When the signature is not right, or older than `max_age`.
    pub fn verify(
        &self,
        name: &str,
        signed: &str,
        salt: &str,
        max_age: Option<Duration>,
        now: Timestamp,
    ) -> Result<String, Disbelief> {
        let (dated, signature) = signed.rsplit_once(':').ok_or(Disbelief::Changed)?;
        let signature = BASE64_URL_SAFE_NO_PAD
            .decode(signature)
            .map_err(|_| Disbelief::Changed)?;
        // `verify_slice` compares in constant time.
        let is_right = |key: &Zeroizing<String>| {
            let mac = mac(key, name, salt, dated);
            mac.verify_slice(&signature).is_ok()
        };
        if !self.keys.iter().any(is_right) {
            return Err(Disbelief::Changed);
        }
        let (value, made_at) = dated.rsplit_once(':').ok_or(Disbelief::Changed)?;
        let made_at = from_base62(made_at).ok_or(Disbelief::Changed)?;
        if max_age.is_some_and(|max_age| Timestamp::from_unix(made_at).plus(max_age) < now) {
            return Err(Disbelief::TooOld);
        }
        Ok(value.to_owned())
    }
}

/// The key depends on the cookie's name and the salt, so a value counts under one name only.
fn mac(secret_key: &str, name: &str, salt: &str, text: &str) -> Hmac<Sha256> {
    // Python counts characters, not bytes.
    let length = salt.chars().count();
    let key = Sha256::new()
        .chain_update(format!(
            "django.http.cookies.v2:{length}:{salt}{name}signer"
        ))
        .chain_update("django.http.cookies")
        .chain_update(secret_key)
        .finalize();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    mac
}

fn base62(number: i64) -> String {
    let mut rest = number.unsigned_abs();
    let mut digits = Vec::new();
    while rest > 0 || digits.is_empty() {
        digits.push(char::from(DIGITS[(rest % 62) as usize]));
        rest /= 62;
    }
    let sign = if number < 0 { "-" } else { "" };
    sign.chars().chain(digits.into_iter().rev()).collect()
}

fn from_base62(text: &str) -> Option<i64> {
    let (digits, sign) = match text.strip_prefix('-') {
        Some(digits) => (digits, -1),
        None => (text, 1),
    };
    let number = digits.bytes().try_fold(0_i64, |number, byte| {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        number
            .checked_mul(62)?
            .checked_add(i64::try_from(digit).ok()?)
    })?;
    (!digits.is_empty()).then_some(sign * number)
}
