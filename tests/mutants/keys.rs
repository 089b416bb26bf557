//! The keys of the breakable server, and where a broken one finds others.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::fault::Fault;

/// The name of the key that signs.
pub(crate) const KID: &str = "the-only-key";
/// What stands before an uncompressed point of P-256 in its SubjectPublicKeyInfo.
const INFO: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
    0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// A secret for cookies and tokens; or, for the tokens, a private key.
pub(crate) struct Keys {
    pub(crate) secret: Vec<u8>,
    private: Option<(EcdsaKeyPair, String)>,
}

impl Keys {
    pub(crate) fn secret(fault: Option<Fault>) -> Self {
        let secret = match fault {
            Some(Fault::WeakSecret) => &b"secret"[..],
            Some(Fault::ShortSecret) => b"thirty-one bytes: one too few..",
            _ => b"the breakable server's key: 32 bytes and more",
        };
        Self {
            secret: secret.to_vec(),
            private: None,
        }
    }

    /// The key after that, and that of another environment.
    pub(crate) fn next() -> Self {
        Self {
            secret: b"the key that comes next: it too has 32 bytes and more".to_vec(),
            private: None,
        }
    }

    pub(crate) fn private() -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).expect("a new key");
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref()).expect("that key");
        let body = STANDARD.encode(pkcs8.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
        Self {
            private: Some((pair, pem)),
            ..Self::secret(None)
        }
    }

    pub(crate) fn pem(&self) -> Option<&str> {
        self.private.as_ref().map(|(_, pem)| pem.as_str())
    }

    pub(crate) fn alg(&self) -> &'static str {
        if self.private.is_some() {
            "ES256"
        } else {
            "HS256"
        }
    }

    pub(crate) fn sign(&self, input: &str) -> Vec<u8> {
        match &self.private {
            None => mac(&self.secret, input),
            Some((pair, _)) => {
                let signature = pair.sign(&SystemRandom::new(), input.as_bytes());
                signature.expect("P-256 signs anything").as_ref().to_vec()
            }
        }
    }

    /// Did this server sign that?
    pub(crate) fn signed(&self, input: &str, signature: &[u8]) -> bool {
        match &self.private {
            None => mac(&self.secret, input) == signature,
            Some((pair, _)) => verified(pair.public_key().as_ref(), input, signature),
        }
    }

    /// The public key as a file would have it.
    pub(crate) fn public_pem(&self) -> Option<String> {
        let (pair, _) = self.private.as_ref()?;
        let body = STANDARD.encode([&INFO, pair.public_key().as_ref()].concat());
        let (one, two) = body.split_at(64);
        Some(format!(
            "-----BEGIN PUBLIC KEY-----\n{one}\n{two}\n-----END PUBLIC KEY-----\n"
        ))
    }

    /// The set of keys that it publishes.
    pub(crate) fn published(&self, fault: Option<Fault>) -> Value {
        if fault == Some(Fault::PublishesItsSecret) {
            let secret = URL_SAFE_NO_PAD.encode(&self.secret);
            return json!({ "keys": [{ "kty": "oct", "k": secret, "kid": KID }] });
        }
        let Some((pair, _)) = &self.private else {
            return json!({ "keys": [] });
        };
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        json!({ "keys": [
            { "kty": "EC", "crv": "P-256", "x": x, "y": y, "alg": "ES256", "use": "sig", "kid": KID },
        ] })
    }
}

pub(crate) fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn verified(point: &[u8], input: &str, signature: &[u8]) -> bool {
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(input.as_bytes(), signature).is_ok()
}

/// Is that right by a key of the token's own?
pub(crate) fn signed_by_own_key(header: &Value, input: &str, signature: &[u8]) -> bool {
    let member = |name: &str| {
        let text = header["jwk"][name].as_str()?;
        URL_SAFE_NO_PAD.decode(text).ok()
    };
    let point = member("x").zip(member("y"));
    point.is_some_and(|(x, y)| verified(&[&[4][..], &x, &y].concat(), input, signature))
}

/// Asks whoever the token names, and does nothing with the answer.
pub(crate) fn fetch(url: &str) -> Option<()> {
    let rest = url.strip_prefix("http://")?;
    let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(place).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(1))).ok()?;
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {place}\r\n\r\n").ok()?;
    let _ = stream.read(&mut [0; 256]);
    Some(())
}
