//! Signed things: the sealed cookie and the tokens.

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::fault::Fault;
use crate::world::{Visitor, now};

const YEAR: i64 = 366 * 24 * 3600;

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A visitor as a cookie's value: readable, and signed.
pub(crate) fn seal(key: &[u8], visitor: &Visitor) -> String {
    let payload = encode(json!(visitor).to_string().as_bytes());
    let signature = encode(&mac(key, &format!("cookie.{payload}")));
    format!("{payload}.{signature}")
}

/// The visitor in a cookie's value.
pub(crate) fn unseal(key: &[u8], text: &str, fault: Option<Fault>) -> Option<Visitor> {
    let (payload, signature) = text.split_once('.')?;
    let signed = signature == encode(&mac(key, &format!("cookie.{payload}")));
    if !signed && fault != Some(Fault::EncodedButNotSigned) {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

/// What both tokens say.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) sub: String,
    pub(crate) family: String,
    pub(crate) jti: String,
    pub(crate) roles: Vec<String>,
    pub(crate) auth_time: i64,
    pub(crate) epoch: i64,
    pub(crate) exp: i64,
}

/// What a token is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Access,
    Refresh,
}

impl Purpose {
    fn typ(self) -> &'static str {
        match self {
            Self::Access => "at+jwt",
            Self::Refresh => "refresh+jwt",
        }
    }
}

pub(crate) fn issue(key: &[u8], purpose: Purpose, claims: &Claims) -> String {
    let header = encode(
        json!({"alg": "HS256", "typ": purpose.typ()})
            .to_string()
            .as_bytes(),
    );
    let payload = encode(json!(claims).to_string().as_bytes());
    let input = format!("{header}.{payload}");
    let signature = encode(&mac(key, &input));
    format!("{input}.{signature}")
}

/// What a token says, when it may be believed; else why not.
pub(crate) fn verify(
    key: &[u8],
    token: &str,
    purpose: Purpose,
    fault: Option<Fault>,
) -> Result<Claims, &'static str> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, payload, signature] = parts[..] else {
        return Err("InvalidToken");
    };
    let parsed: Value = decoded(header)?;
    let alg = parsed["alg"].as_str().unwrap_or_default();
    let none_in_disguise =
        fault == Some(Fault::NoneInMixedCase) && alg != "none" && alg.eq_ignore_ascii_case("none");
    if alg != "HS256" && !none_in_disguise && fault != Some(Fault::AlgIsNotLookedAt) {
        return Err("InvalidAlgorithm");
    }
    let swapped = match purpose {
        Purpose::Access => fault == Some(Fault::RefreshAsAccess),
        Purpose::Refresh => fault == Some(Fault::AccessAsRefresh),
    };
    if parsed["typ"] != purpose.typ() && !swapped {
        return Err("InvalidType");
    }
    let expected = mac(key, &format!("{header}.{payload}"));
    let signed = if fault == Some(Fault::LenientBase64) {
        let lenient = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
        GeneralPurpose::new(
            &URL_SAFE,
            lenient
                .with_encode_padding(false)
                .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone),
        )
        .decode(signature)
        .is_ok_and(|bytes| bytes == expected)
    } else {
        signature == encode(&expected)
    };
    if !signed && !none_in_disguise && fault != Some(Fault::DecodesWithoutVerifying) {
        return Err("InvalidSignature");
    }
    in_time(decoded(payload)?, fault)
}

fn in_time(mut claims: Value, fault: Option<Fault>) -> Result<Claims, &'static str> {
    if fault == Some(Fault::TakesExpAsText) {
        let text = claims["exp"]
            .as_str()
            .and_then(|text| text.parse::<i64>().ok());
        claims["exp"] = text.map_or(claims["exp"].clone(), Value::from);
    }
    if fault == Some(Fault::IgnoresExp) {
        claims["exp"] = (now() + 60).into();
    }
    let exp = claims["exp"].as_i64().ok_or("MissingExp")?;
    let dead = if fault == Some(Fault::AcceptsExpNow) {
        exp < now()
    } else {
        exp <= now()
    };
    if dead || exp > now() + 2 * YEAR {
        return Err("ExpiredSignature");
    }
    serde_json::from_value(claims).map_err(|_| "MissingClaim")
}

fn decoded(part: &str) -> Result<Value, &'static str> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| "Base64")?;
    serde_json::from_slice(&bytes).map_err(|_| "Json")
}

/// What a token claims, true or not.
pub(crate) fn claimed(token: &str) -> Option<Claims> {
    let payload = token.split('.').nth(1)?;
    serde_json::from_value(decoded(payload).ok()?).ok()
}
