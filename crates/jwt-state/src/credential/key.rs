//! Keys that check signatures, each bound to one algorithm.

mod making;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contract::body::Object;
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey, EncodingKey,
    crypto::{sign, verify},
};
use serde::Deserialize;

pub use making::NewKey;

/// A key that checks signatures made with one algorithm and no other (RFC 8725
/// section 3.1): what a token says of itself never chooses how it is checked.
#[derive(Clone)]
pub struct VerifyingKey {
    pub(super) algorithm: Algorithm,
    pub(super) kid: Option<String>,
    pub(super) key: DecodingKey,
}

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// Neither a JWK nor a PEM.
    #[error("this is no key that can be read: give one JWK (JSON) or one public key in PEM")]
    Unreadable,
    /// The key is for something else, or its algorithm is not one of ours.
    #[error(
        "this key is not for checking signatures with HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384 or EdDSA"
    )]
    Unsuited,
    /// It cannot sign.
    #[error(
        "this is no key that signs: give a private RSA, EC or Ed25519 key in PEM (PKCS#8) that fits --algorithm, or a secret as JWK"
    )]
    NotPrivate,
    /// There is no key at all.
    #[error("no key could be made: the cryptography of this system failed")]
    NotMade,
    /// Short keys can be guessed or computed (RFC 7518 sections 3.2 and 3.3).
    #[error("this key is too short: {0} needs {1} bits or more")]
    TooShort(&'static str, usize),
}

/// The members of a JWK (RFC 7517) that say how it is used. A private key may
/// be given as well; its private part is not looked at.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    alg: Option<String>,
    r#use: Option<String>,
    key_ops: Option<Vec<String>>,
    kid: Option<String>,
    crv: Option<String>,
    k: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl VerifyingKey {
    /// From a file: one JWK, or one public key in PEM. A JWK without `alg` is for
    /// HS256, RS256 or what its curve is for; so is a PEM.
    ///
    /// # Errors
    /// When it is no key, one for something else, or one that is too short.
    pub fn from_file(content: &[u8]) -> Result<Self, KeyFault> {
        // The backend must be there before the first signature is checked.
        super::install_backend();
        match content.trim_ascii_start().first() {
            Some(b'{') => Self::from_jwk(content),
            Some(b'-') => Self::from_pem(content),
            _ => Err(KeyFault::Unreadable),
        }
    }

    /// From a file that may as well hold a set of JWKs. Each must be one of use.
    pub(super) fn all_from_file(content: &[u8]) -> Result<Vec<Self>, KeyFault> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<serde_json::Value>,
        }
        let Ok(set) = serde_json::from_slice::<Object<Set>>(content) else {
            return Self::from_file(content).map(|key| vec![key]);
        };
        let keys = set.keys.iter();
        keys.map(|jwk| Self::from_file(jwk.to_string().as_bytes()))
            .collect()
    }

    /// A secret of ours, as long as it must be.
    pub(super) fn secret(algorithm: Algorithm, secret: &[u8]) -> Self {
        Self {
            algorithm,
            kid: None,
            key: DecodingKey::from_secret(secret),
        }
    }

    /// Whether it checks what this private key signs.
    pub(super) fn is_half_of(&self, private: &EncodingKey) -> bool {
        let signature = sign(b"a trial", private, self.algorithm);
        signature.is_ok_and(|signature| {
            verify(&signature, b"a trial", &self.key, self.algorithm).is_ok_and(|is_right| is_right)
        })
    }

    fn from_jwk(json: &[u8]) -> Result<Self, KeyFault> {
        let jwk = serde_json::from_slice::<Object<Jwk>>(json);
        let jwk = jwk.map_err(|_| KeyFault::Unreadable)?.into_inner();
        let is_for_it = jwk.r#use.as_deref().is_none_or(|purpose| purpose == "sig")
            && (jwk.key_ops.as_ref()).is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        if !is_for_it {
            return Err(KeyFault::Unsuited);
        }
        let default = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("oct", None) => "HS256",
            ("RSA", None) => "RS256",
            ("EC", Some("P-256")) => "ES256",
            ("EC", Some("P-384")) => "ES384",
            ("OKP", Some("Ed25519")) => "EdDSA",
            _ => return Err(KeyFault::Unsuited),
        };
        let algorithm = algorithm(jwk.alg.as_deref().unwrap_or(default))?;
        // RSA and oct have three each; a curve has the one that it is for.
        let fits = match jwk.kty.as_str() {
            "oct" => algorithm.family() == AlgorithmFamily::Hmac,
            "RSA" => algorithm.family() == AlgorithmFamily::Rsa,
            _ => jwk.alg.as_deref().is_none_or(|alg| alg == default),
        };
        if !fits {
            return Err(KeyFault::Unsuited);
        }
        let key = match jwk.kty.as_str() {
            "oct" => DecodingKey::from_secret(&bytes(jwk.k.as_deref())?),
            "RSA" => {
                let (n, e) = (bytes(jwk.n.as_deref())?, bytes(jwk.e.as_deref())?);
                DecodingKey::from_rsa_raw_components(&n, &e)
            }
            "EC" => {
                let (x, y) = (bytes(jwk.x.as_deref())?, bytes(jwk.y.as_deref())?);
                let length = if algorithm == Algorithm::ES256 {
                    32
                } else {
                    48
                };
                if x.len() != length || y.len() != length {
                    return Err(KeyFault::Unreadable);
                }
                DecodingKey::from_ec_der(&[&[4], &x[..], &y[..]].concat())
            }
            _ => DecodingKey::from_ed_der(&bytes(jwk.x.as_deref())?),
        };
        Self {
            algorithm,
            kid: jwk.kid,
            key,
        }
        .checked()
    }

    fn from_pem(pem: &[u8]) -> Result<Self, KeyFault> {
        let text = std::str::from_utf8(pem).map_err(|_| KeyFault::Unreadable)?;
        if text.matches("-----BEGIN ").count() != 1 || !text.contains("PUBLIC KEY-----") {
            return Err(KeyFault::Unreadable);
        }
        let found = [
            DecodingKey::from_rsa_pem(pem),
            DecodingKey::from_ec_pem(pem),
            DecodingKey::from_ed_pem(pem),
        ];
        let key = found.into_iter().flatten().next();
        let key = key.ok_or(KeyFault::Unsuited)?;
        let length = key.try_get_as_bytes().map_or(0, <[u8]>::len);
        let algorithm = match (key.family(), length) {
            (AlgorithmFamily::Rsa, _) => Algorithm::RS256,
            // A point, uncompressed.
            (AlgorithmFamily::Ec, 65) => Algorithm::ES256,
            (AlgorithmFamily::Ec, 97) => Algorithm::ES384,
            (AlgorithmFamily::Ed, _) => Algorithm::EdDSA,
            _ => return Err(KeyFault::Unsuited),
        };
        Self {
            algorithm,
            kid: None,
            key,
        }
        .checked()
    }

    /// Long enough, and in the shape that its algorithm needs. An RSA key in DER
    /// holds its modulus and a few bytes more.
    pub(super) fn checked(self) -> Result<Self, KeyFault> {
        use jsonwebtoken::DecodingKeyKind::{RsaModulusExponent, SecretOrDer};
        let length = match self.key.kind() {
            SecretOrDer(bytes) => bytes.len(),
            RsaModulusExponent { n, .. } => n.iter().skip_while(|byte| **byte == 0).count(),
        };
        let name = name(self.algorithm).ok_or(KeyFault::Unsuited)?;
        match self.algorithm {
            Algorithm::HS256 if length < 32 => Err(KeyFault::TooShort(name, 256)),
            Algorithm::HS384 if length < 48 => Err(KeyFault::TooShort(name, 384)),
            Algorithm::HS512 if length < 64 => Err(KeyFault::TooShort(name, 512)),
            Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512 if length < 256 => {
                Err(KeyFault::TooShort(name, 2048))
            }
            Algorithm::EdDSA if length != 32 => Err(KeyFault::Unreadable),
            _ => Ok(self),
        }
    }
}

const ALGORITHMS: [(Algorithm, &str); 9] = [
    (Algorithm::HS256, "HS256"),
    (Algorithm::HS384, "HS384"),
    (Algorithm::HS512, "HS512"),
    (Algorithm::RS256, "RS256"),
    (Algorithm::RS384, "RS384"),
    (Algorithm::RS512, "RS512"),
    (Algorithm::ES256, "ES256"),
    (Algorithm::ES384, "ES384"),
    (Algorithm::EdDSA, "EdDSA"),
];

/// By its name in a header: in one spelling, not `hs256`.
pub(crate) fn algorithm(name: &str) -> Result<Algorithm, KeyFault> {
    let found = ALGORITHMS.iter().find(|(_, known)| *known == name);
    found
        .map(|(algorithm, _)| *algorithm)
        .ok_or(KeyFault::Unsuited)
}

/// As it stands in a header: in one spelling, not `hs256` or `None`.
pub(super) fn name(algorithm: Algorithm) -> Option<&'static str> {
    let found = ALGORITHMS.iter().find(|(known, _)| *known == algorithm);
    found.map(|(_, name)| *name)
}

fn bytes(text: Option<&str>) -> Result<Vec<u8>, KeyFault> {
    let text = text.ok_or(KeyFault::Unreadable)?;
    BASE64_URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| KeyFault::Unreadable)
}
