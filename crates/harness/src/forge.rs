//! Takes a JSON Web Token apart and makes others of it.

mod der;
pub(crate) mod own;
pub(crate) mod public;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::signing_key::{SigningKey, mac};

/// A token in its parts. Header and payload are kept as text too, so that an
/// unchanged part is byte for byte the server's.
#[derive(Clone)]
pub(crate) struct Token {
    pub(crate) header: Map<String, Value>,
    pub(crate) payload: Map<String, Value>,
    pub(crate) header_part: String,
    pub(crate) payload_part: String,
    pub(crate) signature: String,
}

impl Token {
    /// `None`, when it is no JWT: an opaque refresh token, for instance.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (header_part, payload_part, signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let object = |part: &str| -> Option<Map<String, Value>> {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
        };
        Some(Self {
            header: object(header_part)?,
            payload: object(payload_part)?,
            header_part: header_part.into(),
            payload_part: payload_part.into(),
            signature: signature.into(),
        })
    }

    /// The header with one member set, or taken out.
    pub(crate) fn header_with(&self, name: &str, value: Option<Value>) -> String {
        part(&with(&self.header, name, value))
    }

    /// The payload with one claim set, or taken out.
    pub(crate) fn payload_with(&self, name: &str, value: Option<Value>) -> String {
        part(&with(&self.payload, name, value))
    }

    /// The payload with one claim written as this text, JSON or not.
    pub(crate) fn payload_with_text(&self, name: &str, text: &str) -> String {
        with_text(&self.payload, name, text)
    }

    /// The same token, made so many seconds earlier, that it may end in the past
    /// without ending before it began.
    pub(crate) fn aged(&self, seconds: i64) -> Self {
        let mut aged = self.clone();
        for name in ["iat", "nbf", "auth_time"] {
            if let Some(at) = aged.payload.get(name).and_then(Value::as_i64) {
                aged.payload.insert(name.into(), (at - seconds).into());
            }
        }
        aged.payload_part = part(&aged.payload);
        aged
    }

    /// `exp`, in seconds since 1970.
    pub(crate) fn expires(&self) -> Option<i64> {
        self.payload.get("exp")?.as_i64()
    }

    /// The algorithm that it names.
    pub(crate) fn alg(&self) -> &str {
        self.header.get("alg").and_then(Value::as_str).unwrap_or("")
    }

    /// Does this key sign this token?
    pub(crate) fn is_signed_by(&self, key: &SigningKey) -> bool {
        let input = format!("{}.{}", self.header_part, self.payload_part);
        let signature = URL_SAFE_NO_PAD.decode(&self.signature);
        signature.is_ok_and(|signature| key.signed(self.alg(), input.as_bytes(), &signature))
    }

    /// A whole token of these two segments, signed as this one is.
    pub(crate) fn signed(&self, key: &SigningKey, header: &str, payload: &str) -> String {
        let input = format!("{header}.{payload}");
        let signature = key.sign(self.alg(), input.as_bytes()).unwrap_or_default();
        format!("{input}.{}", encode(&signature))
    }
}

fn with_text(object: &Map<String, Value>, name: &str, text: &str) -> String {
    const MARK: &str = "\"@@\"";
    let json = Value::Object(with(object, name, Some("@@".into()))).to_string();
    encode(json.replacen(MARK, text, 1).as_bytes())
}

fn with(object: &Map<String, Value>, name: &str, value: Option<Value>) -> Map<String, Value> {
    let mut object = object.clone();
    match value {
        Some(value) => object.insert(name.into(), value),
        None => object.remove(name),
    };
    object
}

/// An ECDSA signature as X.509 writes it; JOSE does not (RFC 7518, section 3.4).
pub(crate) fn ecdsa_der(r: &[u8], s: &[u8]) -> Vec<u8> {
    der::sequence(&[der::integer(r), der::integer(s)])
}

/// The other signature that is right where this one is: of (r, s) also (r, n - s).
pub(crate) fn twin(alg: &str, signature: &[u8]) -> Option<Vec<u8>> {
    let order = order(alg)?;
    if signature.len() != 2 * order.len() {
        return None;
    }
    let (r, s) = signature.split_at(order.len());
    let mut other = order.clone();
    let mut borrow = 0_i16;
    for (at, byte) in other.iter_mut().enumerate().rev() {
        let left = i16::from(*byte) - i16::from(s[at]) - borrow;
        borrow = i16::from(left < 0);
        *byte = u8::try_from(left.rem_euclid(256)).unwrap_or_default();
    }
    Some([r, &other].concat())
}

/// The order of the group that an algorithm signs in (SEC 2: P-256, P-384).
pub(crate) fn order(alg: &str) -> Option<Vec<u8>> {
    let hex = match alg {
        "ES256" => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        "ES384" => {
            "ffffffffffffffffffffffffffffffffffffffffffffffff\
             c7634d81f4372ddf581a0db248b0a77aecec196accc52973"
        }
        _ => return None,
    };
    let byte = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    (0..hex.len()).step_by(2).map(byte).collect()
}

/// JSON as one segment of a token.
pub(crate) fn part(object: &Map<String, Value>) -> String {
    encode(Value::Object(object.clone()).to_string().as_bytes())
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A whole token under an HMAC of this name; empty signature where there is none.
pub(crate) fn hmac_signed(alg: &str, key: &[u8], header: &str, payload: &str) -> String {
    let input = format!("{header}.{payload}");
    let signature = mac(alg, key, input.as_bytes()).unwrap_or_default();
    format!("{input}.{}", encode(&signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7515, appendix A.1.
    const EXAMPLE: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const KEY: &str =
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";

    #[test]
    fn signs_the_example_of_the_standard() {
        let token = Token::parse(EXAMPLE).unwrap();
        let key = URL_SAFE_NO_PAD.decode(KEY).unwrap();
        assert!(token.is_signed_by(&SigningKey::secret(key)));
        assert!(!token.is_signed_by(&SigningKey::secret("secret")));
        assert_eq!(token.expires(), Some(1_300_819_380));
    }

    #[test]
    fn a_claim_can_be_written_as_any_text() {
        let token = Token::parse(EXAMPLE).unwrap();
        let payload = URL_SAFE_NO_PAD
            .decode(token.payload_with_text("exp", "NaN"))
            .unwrap();
        assert!(String::from_utf8(payload).unwrap().contains("\"exp\":NaN"));
    }
}
