//! The sealed cookie of the breakable server.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::fault::Fault;
use crate::keys::mac;
use crate::world::{Visitor, random_id};

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A value of the visitor's own, signed for the name that it is under.
pub(crate) fn sign_value(key: &[u8], name: &str, value: &str, fault: Option<Fault>) -> String {
    if fault == Some(Fault::SignedWithoutName) {
        return format!("{value}.{}", encode(&mac(key, &format!("cookie.{value}"))));
    }
    let payload = encode(value.as_bytes());
    let signature = encode(&mac(key, &format!("value {name}.{payload}")));
    format!("{payload}.{signature}")
}

/// A visitor as a cookie's value: readable, and signed.
pub(crate) fn seal(key: &[u8], visitor: &Visitor, fault: Option<Fault>) -> String {
    let nonce = match fault {
        Some(Fault::FixedNonce) => "n".repeat(32),
        _ => random_id(),
    };
    let visitor = Visitor {
        nonce,
        ..visitor.clone()
    };
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
