//! A key pair of the attacker's own, and a certificate that he wrote himself.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::der::{self, bit_string, oid, sequence};
use super::encode;

/// Signs with ES256 whatever it is given.
pub(crate) struct OwnKey {
    pair: EcdsaKeyPair,
    for_certificates: EcdsaKeyPair,
}

impl OwnKey {
    /// A new one; `None` when the system has no random numbers.
    pub(crate) fn new() -> Option<Self> {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).ok()?;
        let read = |algorithm| EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref()).ok();
        Some(Self {
            pair: read(&ECDSA_P256_SHA256_FIXED_SIGNING)?,
            for_certificates: read(&ECDSA_P256_SHA256_ASN1_SIGNING)?,
        })
    }

    /// A token under this key.
    pub(crate) fn signed(&self, header: &str, payload: &str) -> String {
        let input = format!("{header}.{payload}");
        let signature = self.pair.sign(&SystemRandom::new(), input.as_bytes());
        let signature = signature.map(|signature| encode(signature.as_ref()));
        format!("{input}.{}", signature.unwrap_or_default())
    }

    /// The public half (RFC 7517), named `kid`.
    pub(crate) fn jwk(&self, kid: &str) -> Value {
        let point = self.pair.public_key().as_ref();
        let (x, y) = point[1..].split_at((point.len() - 1) / 2);
        json!({
            "kty": "EC",
            "crv": "P-256",
            "x": URL_SAFE_NO_PAD.encode(x),
            "y": URL_SAFE_NO_PAD.encode(y),
            "alg": "ES256",
            "use": "sig",
            "kid": kid,
        })
    }

    /// A self-signed certificate of it, as `x5c` has it (RFC 7515, section 4.1.6).
    pub(crate) fn certificate(&self) -> String {
        let public = sequence(&[
            sequence(&[oid(der::EC_PUBLIC_KEY), oid(der::P256)]),
            bit_string(self.pair.public_key().as_ref()),
        ]);
        let body = der::to_be_signed(&public);
        let signature = self.for_certificates.sign(&SystemRandom::new(), &body);
        let signature = signature.map(|signature| signature.as_ref().to_vec());
        STANDARD.encode(sequence(&[
            body,
            sequence(&[oid(der::ECDSA_WITH_SHA256)]),
            bit_string(&signature.unwrap_or_default()),
        ]))
    }
}
