//! A published key in every form in which somebody may have it in a file: a server
//! that takes the algorithm from the token uses such a file as an HMAC secret.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use super::der::{self, bit_string, integer, null, oid, sequence};

/// What stands for this key (RFC 7517) on disk: PEM, DER, JWK; each with a name.
pub(crate) fn renderings(jwk: &Map<String, Value>) -> Vec<(String, Vec<u8>)> {
    let mut forms: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, bytes: Vec<u8>| forms.push((name.to_owned(), bytes));
    if let Some(info) = public_key_info(jwk) {
        add_pem(&mut add, "PUBLIC KEY", &info);
        add("SubjectPublicKeyInfo, DER", info);
    }
    if let Some(key) = rsa_public_key(jwk) {
        add_pem(&mut add, "RSA PUBLIC KEY", &key);
        add("RSAPublicKey, DER", key);
    }
    for name in ["x", "n"] {
        if let Some(bytes) = member(jwk, name) {
            add(&format!("the bytes of `{name}`"), bytes);
            let text = jwk[name].as_str().unwrap_or_default();
            add(&format!("the text of `{name}`"), text.into());
        }
    }
    if let Some(point) = point(jwk) {
        add("the point", point);
    }
    let whole = Value::Object(jwk.clone());
    add("JWK", whole.to_string().into_bytes());
    if let Ok(pretty) = serde_json::to_vec_pretty(&whole) {
        add("JWK, in lines", pretty);
    }
    let needed: Map<String, Value> = jwk
        .iter()
        .filter(|(name, _)| ["crv", "e", "kty", "n", "x", "y"].contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    // RFC 7638: these members, in this order, without white space.
    add(
        "JWK, as its thumbprint is made",
        Value::Object(needed).to_string().into_bytes(),
    );
    let set = serde_json::json!({ "keys": [whole] });
    add("JWK set", set.to_string().into_bytes());
    forms
}

/// With a line end, without, with that of Windows, and the text between the lines.
fn add_pem(add: &mut impl FnMut(&str, Vec<u8>), label: &str, der: &[u8]) {
    let body = STANDARD.encode(der);
    let mut lines = vec![format!("-----BEGIN {label}-----")];
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        lines.push(line.to_owned());
        rest = after;
    }
    lines.push(format!("-----END {label}-----"));
    let text = lines.join("\n");
    add(
        &format!("{label}, PEM with a line end"),
        format!("{text}\n").into_bytes(),
    );
    add(
        &format!("{label}, PEM with CRLF"),
        (lines.join("\r\n") + "\r\n").into_bytes(),
    );
    add(&format!("{label}, PEM"), text.into_bytes());
    add(&format!("{label}, base64"), body.into_bytes());
}

fn member(jwk: &Map<String, Value>, name: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(jwk.get(name)?.as_str()?).ok()
}

/// An elliptic-curve point, uncompressed (SEC 1).
fn point(jwk: &Map<String, Value>) -> Option<Vec<u8>> {
    Some([&[4][..], &member(jwk, "x")?, &member(jwk, "y")?].concat())
}

fn rsa_public_key(jwk: &Map<String, Value>) -> Option<Vec<u8>> {
    let (modulus, exponent) = (member(jwk, "n")?, member(jwk, "e")?);
    Some(sequence(&[integer(&modulus), integer(&exponent)]))
}

fn public_key_info(jwk: &Map<String, Value>) -> Option<Vec<u8>> {
    let curve = jwk.get("crv").and_then(Value::as_str).unwrap_or_default();
    let (algorithm, key) = match (jwk.get("kty")?.as_str()?, curve) {
        ("EC", "P-256") => (vec![oid(der::EC_PUBLIC_KEY), oid(der::P256)], point(jwk)?),
        ("EC", "P-384") => (vec![oid(der::EC_PUBLIC_KEY), oid(der::P384)], point(jwk)?),
        ("OKP", "Ed25519") => (vec![oid(der::ED25519)], member(jwk, "x")?),
        ("RSA", _) => (vec![oid(der::RSA), null()], rsa_public_key(jwk)?),
        _ => return None,
    };
    Some(sequence(&[sequence(&algorithm), bit_string(&key)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 8410, section 10.1, which has its own JWK in RFC 8037.
    #[test]
    fn a_key_is_written_as_openssl_writes_it() {
        let jwk = serde_json::json!({
            "kty": "OKP", "crv": "Ed25519", "x": "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE",
        });
        let forms = renderings(jwk.as_object().unwrap());
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        assert!(forms.iter().any(|(_, bytes)| bytes == pem.as_bytes()));
    }
}
