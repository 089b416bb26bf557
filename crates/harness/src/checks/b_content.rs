//! B08: what is in a credential, for whoever finds it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::forge::Token;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::signing_key::SigningKey;
use crate::target::Target;

pub(super) const B08: Case = Case {
    id: "B08",
    level: Level::Must,
    claim: "Decoded from percent signs, base64 and hex, a credential shows no password, no hash of one and no key; a cookie no e-mail address and no user name either.",
    source: "ASVS 14.3.3, 14.1.1; 6265bis §8.3",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: it_tells_nothing,
};

/// A decoding of a decoding of a decoding is the last that is looked at.
const DEPTH: usize = 3;
/// How the hashes of passwords begin.
const HASHES: [&str; 7] = [
    "$argon2", "$2a$", "$2b$", "$2y$", "pbkdf2_", "$scrypt", "{SSHA}",
];

fn it_tells_nothing(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?;
    target.control_before(&held.credential, user)?;
    let later = target.act(&held.credential)?;
    let mut looked_at = 0;
    for credential in [&held.credential, &later] {
        for (value, what) in values(credential) {
            let layers = layers(&value);
            looked_at += layers.len();
            for layer in &layers {
                if let Some(found) = telling(target, layer) {
                    let expected = format!("nothing of that kind in {what}");
                    return Err(Stop::failed(expected, found, &held.exchange));
                }
            }
        }
    }
    target.control_after(&later, user, "a look at it")?;
    target.end(&later)?;
    let claims = Token::parse(&later.text()).map(|token| {
        let names: Vec<String> = token.payload.keys().cloned().collect();
        format!("; the claims are {}", names.join(", "))
    });
    let claims = claims.unwrap_or_default();
    Ok(Proof::HoldsAnd(format!(
        "{looked_at} layers looked at{claims}"
    )))
}

fn values(credential: &Credential) -> Vec<(Vec<u8>, &'static str)> {
    let mut values = vec![(credential.value.clone(), "the credential")];
    let refresh = credential.refresh.as_ref();
    values.extend(refresh.map(|token| (token.clone().into_bytes(), "the refresh token")));
    values
}

fn telling(target: &Target, layer: &[u8]) -> Option<String> {
    let user = &target.user;
    let text = String::from_utf8_lossy(layer).to_lowercase();
    let has = |word: &str| !word.is_empty() && text.contains(&word.to_lowercase());
    if has(&user.password) {
        return Some("the password stands in it".into());
    }
    if let Some(hash) = HASHES.into_iter().find(|start| has(start)) {
        return Some(format!("a hash of a password stands in it: {hash}…"));
    }
    let key = target
        .seams
        .signing_key
        .as_ref()
        .and_then(SigningKey::bytes);
    if key.is_some_and(|key| layer.windows(key.len()).any(|part| part == key)) {
        return Some("the signing key stands in it".into());
    }
    // A token says who it is about, to whoever reads it: that is what it is for.
    if target.mechanism == Mechanism::Jwt {
        return None;
    }
    if user.email.as_deref().is_some_and(has) {
        return Some("the e-mail address stands in it".into());
    }
    // Shorter names turn up by chance in what is random.
    (user.username.len() >= 5 && has(&user.username)).then(|| "the user name stands in it".into())
}

/// The value, and whatever its parts can be decoded to.
fn layers(value: &[u8]) -> Vec<Vec<u8>> {
    let mut layers = vec![value.to_vec()];
    let mut from = 0;
    for _ in 0..DEPTH {
        let until = layers.len();
        for at in from..until {
            let layer = layers[at].clone();
            layers.extend(decoded(&layer));
        }
        from = until;
    }
    layers
}

fn decoded(layer: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let between = |byte: &u8| !(byte.is_ascii_alphanumeric() || b"-_+/%".contains(byte));
    for part in layer.split(between).filter(|part| part.len() >= 4) {
        let hex: Option<Vec<u8>> = part
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect();
        all.extend(hex);
        for engine in [URL_SAFE_NO_PAD, STANDARD_NO_PAD] {
            // A part that something short was glued to is decoded from its start.
            let whole = &part[..part.len() - usize::from(part.len() % 4 == 1)];
            all.extend(engine.decode(whole).ok());
        }
    }
    if layer.contains(&b'%') {
        all.push(percent_decoded(layer));
    }
    all.retain(|bytes| bytes != layer && bytes.len() >= 4);
    all.dedup();
    all
}

fn percent_decoded(part: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = part;
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| byte == b'%');
        let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(code) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            out.push(code);
            rest = &after[2..];
        } else {
            out.push(byte);
            rest = after;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shows(value: &[u8], word: &str) -> bool {
        layers(value)
            .iter()
            .any(|layer| String::from_utf8_lossy(layer).contains(word))
    }

    #[test]
    fn what_is_only_encoded_is_seen() {
        let plain = r#"{"email":"alice@example.test"}"#;
        let once = URL_SAFE_NO_PAD.encode(plain);
        let twice = STANDARD_NO_PAD.encode(&once);
        let hex: String = plain.bytes().map(|byte| format!("{byte:02x}")).collect();
        for value in [
            once.clone(),
            format!("v1.{once}.c2lnbmF0dXJl"),
            twice,
            hex,
            "%61lice%40example.test".to_owned(),
        ] {
            assert!(shows(value.as_bytes(), "alice@example.test"), "{value}");
        }
        assert!(!shows(b"q8sF0v1mZ3n2", "alice"));
    }
}
