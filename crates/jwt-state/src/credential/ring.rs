//! The keys of the server: one signs, several check.

use std::{fs, path::Path};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contract::{StartError, settings::MasterKey};
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, EncodingKey,
    jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash},
};
use sha2::{Digest, Sha256};

use super::{
    install_backend,
    key::{KeyFault, VerifyingKey},
    remembered::Remembered,
    strict::{Jws, OurHeader},
};
use crate::Settings;

/// Which key checks a token is said by its `kid`, and each of ours has one
/// algorithm. So a key can be replaced without a logout: the new one signs, the
/// old one goes on checking until its last token has expired.
pub(super) struct KeyRing {
    pub(super) signing: EncodingKey,
    pub(super) algorithm: Algorithm,
    pub(super) kid: String,
    /// The first one is the public half of `signing`, or the same secret.
    pub(super) verifying: Vec<VerifyingKey>,
    pub(super) remembered: Remembered,
}

impl KeyRing {
    pub(super) fn open(master: &MasterKey, settings: &Settings) -> Result<Self, StartError> {
        install_backend();
        let (signing, own) = match &settings.signing_key {
            Some(file) => read(file, "--signing-key", |content| {
                signing_key(content, settings.algorithm)
            })?,
            None => derived(master, settings.algorithm.unwrap_or(Algorithm::HS256))?,
        };
        let mut verifying = vec![own.named().map_err(|fault| setting(&fault))?];
        // Secrets that were derived from the server's own key of before.
        for key in settings.common.keys_from_before()? {
            let (_, before) = derived(&key, of_secrets(settings))?;
            let before = before.named().map_err(|fault| setting(&fault))?;
            if verifying.iter().all(|known| known.kid != before.kid) {
                verifying.push(before);
            }
        }
        for file in &settings.verifying_keys {
            let keys = read(file, "--verifying-key", VerifyingKey::all_from_file)?;
            for key in keys {
                let key = key.named().map_err(|fault| setting(&fault))?;
                match verifying.iter().find(|known| known.kid == key.kid) {
                    None => verifying.push(key),
                    // The list may well hold the key that signs, too.
                    Some(known) if known.is(&key) => {}
                    Some(_) => {
                        return Err(StartError::Setting(format!(
                            "--verifying-key {}: another key has the same kid; give each its own",
                            file.display()
                        )));
                    }
                }
            }
        }
        Ok(Self {
            signing,
            algorithm: verifying[0].algorithm,
            kid: verifying[0].kid.clone().unwrap_or_default(),
            verifying,
            remembered: Remembered::new(settings.remembered_tokens),
        })
    }

    pub(super) fn knows(&self, kid: &str) -> bool {
        let named = |key: &VerifyingKey| key.kid.as_deref() == Some(kid);
        self.verifying.iter().any(named)
    }

    /// What one of our keys has signed; the token says which.
    pub(super) fn signed(&self, token: &str) -> Option<(OurHeader, Vec<u8>)> {
        let jws = Jws::read(token)?;
        let kid = jws.header.kid.as_ref()?;
        let key = self
            .verifying
            .iter()
            .find(|key| key.kid.as_ref() == Some(kid))?;
        jws.is_signed_by(key).then(|| jws.into_parts())
    }

    /// The public keys (RFC 7517): nothing of a secret, and no private part.
    pub(super) fn published(&self) -> JwkSet {
        let public = self.verifying.iter().filter_map(VerifyingKey::public);
        JwkSet {
            keys: public.collect(),
        }
    }
}

impl VerifyingKey {
    /// With its `kid`, or one that is made from the key itself (RFC 7638).
    pub(super) fn named(mut self) -> Result<Self, KeyFault> {
        if self.kid.is_none() {
            let made = match self.public() {
                Some(jwk) => jwk.thumbprint(ThumbprintHash::SHA256).ok(),
                None => self.key.try_get_as_bytes().ok().map(name_of_secret),
            };
            self.kid = Some(made.ok_or(KeyFault::Unreadable)?);
        }
        Ok(self)
    }

    fn is(&self, other: &Self) -> bool {
        let same = match (self.public(), other.public()) {
            (Some(own), Some(others)) => own == others,
            (None, None) => self.key.try_get_as_bytes().ok() == other.key.try_get_as_bytes().ok(),
            _ => false,
        };
        same && self.algorithm == other.algorithm
    }

    pub(super) fn public(&self) -> Option<Jwk> {
        if self.key.family() == AlgorithmFamily::Hmac {
            return None;
        }
        let mut jwk = Jwk::from_decoding_key(&self.key, Some(self.algorithm)).ok()?;
        jwk.common.key_id = self.kid.clone();
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        Some(jwk)
    }
}

pub(super) fn name_of_secret(secret: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(secret)[..9])
}

fn setting(fault: &KeyFault) -> StartError {
    StartError::Setting(fault.to_string())
}

fn read<T>(
    file: &Path,
    flag: &str,
    parse: impl FnOnce(&[u8]) -> Result<T, KeyFault>,
) -> Result<T, StartError> {
    let said = |why: String| StartError::Setting(format!("{flag} {}: {why}", file.display()));
    let content = fs::read(file).map_err(|error| said(error.to_string()))?;
    parse(&content).map_err(|fault| said(fault.to_string()))
}

/// The algorithm of secrets that are derived, now or before there was a key of another kind.
fn of_secrets(settings: &Settings) -> Algorithm {
    let is_for_secrets = |algorithm: &Algorithm| algorithm.family() == AlgorithmFamily::Hmac;
    let chosen = settings.algorithm.filter(is_for_secrets);
    chosen.unwrap_or(Algorithm::HS256)
}

/// A secret as long as the hash (RFC 7518 section 3.2), good for nothing else.
fn derived(
    master: &MasterKey,
    algorithm: Algorithm,
) -> Result<(EncodingKey, VerifyingKey), StartError> {
    let secret = match algorithm {
        Algorithm::HS256 => master
            .derive::<32>("jwt-state: HS256 signature of tokens")
            .to_vec(),
        Algorithm::HS384 => master
            .derive::<48>("jwt-state: HS384 signature of tokens")
            .to_vec(),
        Algorithm::HS512 => master
            .derive::<64>("jwt-state: HS512 signature of tokens")
            .to_vec(),
        other => {
            return Err(StartError::Setting(format!(
                "--algorithm {other:?} needs a private key: give one with --signing-key"
            )));
        }
    };
    Ok((
        EncodingKey::from_secret(&secret),
        VerifyingKey::secret(algorithm, &secret),
    ))
}

/// A private key in PEM (PKCS#8), or a secret as JWK.
pub(super) fn signing_key(
    content: &[u8],
    algorithm: Option<Algorithm>,
) -> Result<(EncodingKey, VerifyingKey), KeyFault> {
    if content.trim_ascii_start().starts_with(b"{") {
        let mut key = VerifyingKey::from_file(content)?;
        if key.key.family() != AlgorithmFamily::Hmac {
            return Err(KeyFault::NotPrivate);
        }
        key.algorithm = algorithm.unwrap_or(key.algorithm);
        let secret = key
            .key
            .try_get_as_bytes()
            .map_err(|_| KeyFault::Unreadable)?;
        return Ok((EncodingKey::from_secret(secret), key.checked()?));
    }
    let found = [
        (EncodingKey::from_rsa_pem(content), &[Algorithm::RS256][..]),
        (
            EncodingKey::from_ec_pem(content),
            &[Algorithm::ES256, Algorithm::ES384],
        ),
        (EncodingKey::from_ed_pem(content), &[Algorithm::EdDSA]),
    ];
    for (key, by_default) in found {
        let Ok(key) = key else { continue };
        // A curve is for one algorithm; which one is seen when it signs.
        let candidates = algorithm.as_ref().map_or(by_default, std::slice::from_ref);
        for algorithm in candidates {
            let jwk = Jwk::from_encoding_key(&key, *algorithm).ok();
            let jwk = jwk.and_then(|jwk| serde_json::to_vec(&jwk).ok());
            let public = jwk.and_then(|jwk| VerifyingKey::from_file(&jwk).ok());
            if let Some(public) = public.filter(|public| public.is_half_of(&key)) {
                return Ok((key, public));
            }
        }
    }
    Err(KeyFault::NotPrivate)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[test]
    fn a_server_key_of_before_still_checks_and_signs_nothing() {
        let [old, new] = [(); 2].map(|()| MasterKey::random());
        let alone = Settings::parse_from(["jwt-state"]);
        let mut both = alone.clone();
        both.common.previous_keys = vec![old.clone()];
        let before = KeyRing::open(&old, &alone).unwrap();
        let after = KeyRing::open(&new, &both).unwrap();
        let kids = |ring: &KeyRing| -> Vec<_> {
            ring.verifying.iter().map(|key| key.kid.clone()).collect()
        };
        assert_ne!(after.kid, before.kid);
        assert_eq!(kids(&after), [Some(after.kid.clone()), Some(before.kid)]);
        assert!(after.verifying[1].is_half_of(&before.signing));
        assert!(!after.verifying[1].is_half_of(&after.signing));

        // The same key once more is the same key.
        both.common.previous_keys.push(new.clone());
        assert_eq!(KeyRing::open(&new, &both).unwrap().verifying.len(), 2);
        // With keys of another kind it is the secret that was derived by default.
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/ed25519.pem");
        both.signing_key = Some(folder.into());
        both.common.previous_keys = vec![old];
        let mixed = KeyRing::open(&new, &both).unwrap();
        assert!(mixed.verifying[1].is_half_of(&before.signing));
    }
}
