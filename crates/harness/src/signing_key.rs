//! The key that signs the target's tokens, where its operator lends it: then the
//! suite can make tokens that differ from true ones in one claim only.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaKeyPair, UnparsedPublicKey,
    VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Sha256, Sha384, Sha512};

/// A secret, or a private key.
#[derive(Clone)]
pub struct SigningKey(Kind);

#[derive(Clone)]
enum Kind {
    Secret(Vec<u8>),
    P256(Arc<EcdsaKeyPair>),
    P384(Arc<EcdsaKeyPair>),
    Ed25519(Arc<Ed25519KeyPair>),
    Rsa(Arc<RsaKeyPair>),
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey([masked])")
    }
}

impl SigningKey {
    /// A secret that signs with HS256, HS384 or HS512.
    #[must_use]
    pub fn secret(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Kind::Secret(bytes.into()))
    }

    /// A secret in base64, or a private key in PEM (PKCS#8).
    ///
    /// # Errors
    /// A sentence for the user.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.contains("-----BEGIN") {
            return Self::private(text);
        }
        // Either alphabet, with or without padding: keys are kept in both.
        let text = text.trim().trim_end_matches('=');
        let decoded = URL_SAFE_NO_PAD
            .decode(text)
            .or_else(|_| STANDARD_NO_PAD.decode(text));
        let no_key = |_| "`signing_key` is neither base64 (print it with `base64 -w0 FILE`) nor a private key in PEM";
        Ok(Self::secret(decoded.map_err(no_key)?))
    }

    fn private(pem: &str) -> Result<Self, String> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes())
            .map_err(|error| format!("`signing_key` is no private key in PEM (PKCS#8): {error}"))?;
        let der = der.secret_pkcs8_der();
        let ec = |algorithm| EcdsaKeyPair::from_pkcs8(algorithm, der).map(Arc::new);
        let kind = ec(&signature::ECDSA_P256_SHA256_FIXED_SIGNING)
            .map(Kind::P256)
            .or_else(|_| ec(&signature::ECDSA_P384_SHA384_FIXED_SIGNING).map(Kind::P384))
            .or_else(|_| Ed25519KeyPair::from_pkcs8(der).map(|pair| Kind::Ed25519(pair.into())))
            .or_else(|_| RsaKeyPair::from_pkcs8(der).map(|pair| Kind::Rsa(pair.into())));
        kind.map(Self).map_err(|_| {
            "`signing_key` is a key of a kind that is not known here: P-256, P-384, Ed25519 or RSA"
                .into()
        })
    }

    /// The bytes of a secret.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Kind::Secret(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The signature by this algorithm; `None` when the key is not for it.
    pub(crate) fn sign(&self, alg: &str, input: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match (&self.0, alg) {
            (Kind::Secret(key), _) => mac(alg, key, input),
            (Kind::P256(pair), "ES256") | (Kind::P384(pair), "ES384") => {
                Some(pair.sign(&random, input).ok()?.as_ref().to_vec())
            }
            (Kind::Ed25519(pair), "EdDSA") => Some(pair.sign(input).as_ref().to_vec()),
            (Kind::Rsa(pair), _) => {
                let padding: &dyn signature::RsaEncoding = match alg {
                    "RS256" => &signature::RSA_PKCS1_SHA256,
                    "RS384" => &signature::RSA_PKCS1_SHA384,
                    "RS512" => &signature::RSA_PKCS1_SHA512,
                    _ => return None,
                };
                let mut signed = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, input, &mut signed).ok()?;
                Some(signed)
            }
            _ => None,
        }
    }

    /// Did this key sign that?
    pub(crate) fn signed(&self, alg: &str, input: &[u8], signed: &[u8]) -> bool {
        let by = |algorithm: &'static dyn VerificationAlgorithm, public: &[u8]| {
            let key = UnparsedPublicKey::new(algorithm, public);
            key.verify(input, signed).is_ok()
        };
        match (&self.0, alg) {
            (Kind::Secret(key), _) => mac(alg, key, input).is_some_and(|mac| mac == signed),
            (Kind::P256(pair), "ES256") => by(
                &signature::ECDSA_P256_SHA256_FIXED,
                pair.public_key().as_ref(),
            ),
            (Kind::P384(pair), "ES384") => by(
                &signature::ECDSA_P384_SHA384_FIXED,
                pair.public_key().as_ref(),
            ),
            (Kind::Ed25519(pair), "EdDSA") => by(&signature::ED25519, pair.public_key().as_ref()),
            (Kind::Rsa(pair), _) => {
                let algorithm = match alg {
                    "RS256" => &signature::RSA_PKCS1_2048_8192_SHA256,
                    "RS384" => &signature::RSA_PKCS1_2048_8192_SHA384,
                    "RS512" => &signature::RSA_PKCS1_2048_8192_SHA512,
                    _ => return false,
                };
                by(algorithm, pair.public_key().as_ref())
            }
            _ => false,
        }
    }
}

/// HMAC by its JOSE name.
pub(crate) fn mac(alg: &str, key: &[u8], input: &[u8]) -> Option<Vec<u8>> {
    macro_rules! mac {
        ($hash:ty) => {{
            let mut mac =
                Hmac::<$hash>::new_from_slice(key).expect("HMAC takes a key of any length");
            mac.update(input);
            Some(mac.finalize().into_bytes().to_vec())
        }};
    }
    match alg {
        "HS256" => mac!(Sha256),
        "HS384" => mac!(Sha384),
        "HS512" => mac!(Sha512),
        _ => None,
    }
}
