//! Keys that are made here. Each is read like one from anywhere else before it is handed out.

use std::fmt;

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    error::Unspecified,
    rsa::{self, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair,
        EcdsaSigningAlgorithm, Ed25519KeyPair,
    },
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use jsonwebtoken::Algorithm;
use serde_json::json;
use zeroize::Zeroizing;

use super::{KeyFault, name};
use crate::credential::ring::{name_of_secret, signing_key};

/// A key that has just been made. It does not print itself.
///
/// ```
/// use jwt_state::{Algorithm, NewKey};
///
/// let key = NewKey::make(Algorithm::EdDSA).unwrap();
/// assert!(key.content().starts_with("-----BEGIN PRIVATE KEY-----"));
/// assert!(key.public().unwrap().contains(key.kid()));
/// ```
pub struct NewKey {
    content: Zeroizing<String>,
    kid: String,
    public: Option<String>,
}

impl NewKey {
    /// A key that signs with this algorithm: for HS256, HS384 and HS512 a secret as long as the
    /// hash (RFC 7518 section 3.2), for the RS ones RSA of 3,072 bits, which NIST SP 800-57 takes
    /// for good beyond 2030.
    ///
    /// # Errors
    /// For an algorithm that is not one of ours, and when the system has no random numbers.
    pub fn make(algorithm: Algorithm) -> Result<Self, KeyFault> {
        let made = match algorithm {
            Algorithm::HS256 => Ok(secret::<32>(algorithm)),
            Algorithm::HS384 => Ok(secret::<48>(algorithm)),
            Algorithm::HS512 => Ok(secret::<64>(algorithm)),
            Algorithm::RS256 | Algorithm::RS384 | Algorithm::RS512 => rsa(),
            Algorithm::ES256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::ES384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
            Algorithm::EdDSA => ed25519(),
            _ => return Err(KeyFault::Unsuited),
        };
        let content = made.map_err(|Unspecified| KeyFault::NotMade)?;
        super::super::install_backend();
        let (_, own) = signing_key(content.as_bytes(), Some(algorithm))?;
        let own = own.named()?;
        let public = own.public().map(|jwk| json!({ "keys": [jwk] }).to_string());
        let kid = own.kid.ok_or(KeyFault::Unreadable)?;
        Ok(Self {
            content,
            kid,
            public,
        })
    }

    /// What goes into the file for `--signing-key`: PEM (PKCS#8), or a secret as JWK. Whoever has
    /// it can be anybody.
    pub fn content(&self) -> &str {
        &self.content
    }

    /// The name of the key in tokens.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The half that only checks, as a set of JWKs; a secret has none.
    pub fn public(&self) -> Option<&str> {
        self.public.as_deref()
    }
}

impl fmt::Debug for NewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewKey({}, [redacted])", self.kid)
    }
}

/// A JWK that says its name: other libraries do not make it from the key.
fn secret<const N: usize>(algorithm: Algorithm) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; N]);
    getrandom::fill(&mut *bytes).expect("the system has random numbers");
    let k = Zeroizing::new(BASE64_URL_SAFE_NO_PAD.encode(*bytes));
    let (alg, kid) = (name(algorithm).unwrap_or_default(), name_of_secret(&*bytes));
    // Put together by hand: a `Value` would leave the secret in memory. None of the four has
    // anything to escape.
    Zeroizing::new(format!(
        "{{\"kty\":\"oct\",\"alg\":\"{alg}\",\"use\":\"sig\",\"kid\":\"{kid}\",\"k\":\"{}\"}}\n",
        *k
    ))
}

fn rsa() -> Result<Zeroizing<String>, Unspecified> {
    let pair = rsa::KeyPair::generate(KeySize::Rsa3072)?;
    let der: Pkcs8V1Der<'_> = pair.as_der()?;
    Ok(pem(der.as_ref()))
}

fn ecdsa(curve: &'static EcdsaSigningAlgorithm) -> Result<Zeroizing<String>, Unspecified> {
    let pair = EcdsaKeyPair::generate(curve)?;
    Ok(pem(pair.to_pkcs8v1()?.as_ref()))
}

fn ed25519() -> Result<Zeroizing<String>, Unspecified> {
    let pair = Ed25519KeyPair::generate()?;
    Ok(pem(pair.to_pkcs8v1()?.as_ref()))
}

/// RFC 7468 section 3: lines of 64 characters.
fn pem(der: &[u8]) -> Zeroizing<String> {
    let base64 = Zeroizing::new(BASE64_STANDARD.encode(der));
    // As long as it will be: a text that grows leaves copies behind.
    let mut text = Zeroizing::new(String::with_capacity(base64.len() * 2 + 64));
    text.push_str("-----BEGIN PRIVATE KEY-----\n");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, next) = rest.split_at(rest.len().min(64));
        text.push_str(line);
        text.push('\n');
        rest = next;
    }
    text.push_str("-----END PRIVATE KEY-----\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::key::VerifyingKey;

    #[test]
    fn what_is_made_is_accepted_with_its_algorithm_and_is_new_each_time() {
        use Algorithm::{ES256, ES384, EdDSA, HS256, HS384, HS512, RS256, RS384, RS512};
        for algorithm in [
            HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, EdDSA,
        ] {
            let key = NewKey::make(algorithm).unwrap();
            let (private, own) = signing_key(key.content().as_bytes(), Some(algorithm)).unwrap();
            assert_eq!(own.algorithm, algorithm);
            assert!(own.is_half_of(&private));
            let is_secret = key.content().starts_with('{');
            assert_eq!(key.public().is_none(), is_secret, "{algorithm:?}");
            let halves = key
                .public()
                .map(|set| VerifyingKey::all_from_file(set.as_bytes()));
            if let Some(halves) = halves {
                let [half] = &halves.unwrap()[..] else {
                    panic!("one key")
                };
                assert!(half.is_half_of(&private));
                assert_eq!(half.kid.as_deref(), Some(key.kid()));
                assert!(!key.public().unwrap().contains("\"d\""));
            }
            assert!(!format!("{key:?}").contains(key.content()));
            assert!(
                key.content()
                    .lines()
                    .all(|line| is_secret || line.len() <= 64)
            );
        }
        let [one, two] = [(); 2].map(|()| NewKey::make(EdDSA).unwrap());
        assert_ne!(one.content(), two.content());
    }
}
