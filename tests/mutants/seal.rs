//! The sealed cookie of the breakable server.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::fault::Fault;
use crate::keys::mac;
use crate::world::Visitor;

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
