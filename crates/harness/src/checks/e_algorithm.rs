//! E01 and E04: the key says which algorithm it is for, not the token.

use serde_json::{Value, json};

use super::e_forgery::Forgery;
use crate::case::{Case, Level};
use crate::forge::{Token, hmac_signed};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Verdict};
use crate::target::Target;

pub(super) const E01: Case = Case {
    id: "E01",
    level: Level::Must,
    claim: "A token that says it is not signed is refused, in every spelling of `none`.",
    source: "RFC 8725 §3.1–3.2; ASVS 9.1.2",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: none_is_no_algorithm,
};

pub(super) const E04: Case = Case {
    id: "E04",
    level: Level::Must,
    claim: "A token with another algorithm than the key's, or none named, is refused.",
    source: "RFC 8725 §3.1 (each key, exactly one algorithm)",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: a_key_has_one_algorithm,
};

const NONES: [&str; 11] = [
    "none",
    "None",
    "NONE",
    "nOnE",
    "NoNe",
    "noNE",
    "none ",
    " none",
    "none\u{0}",
    "n\u{f6}ne",
    "",
];

fn none_is_no_algorithm(target: &Target) -> Verdict {
    let forgery = Forgery::on(target)?;
    for token in &forgery.originals {
        let payloads = [
            token.payload_part.clone(),
            token.payload_with("roles", Some(json!(["admin", "user"]))),
            token.payload_with(
                "exp",
                Some((token.expires().unwrap_or_default() + 3600).into()),
            ),
        ];
        for none in NONES {
            let header = token.header_with("alg", Some(none.into()));
            for payload in &payloads {
                for forged in [
                    format!("{header}.{payload}."),
                    format!("{header}.{payload}"),
                    format!("{header}.{payload}.{}", token.signature),
                    format!("{header}.{payload}.AA"),
                ] {
                    forgery.refused(&forged, &format!("a token with alg {none:?}"))?;
                }
            }
        }
        for forged in bare(token) {
            forgery.refused(&forged, "a token with nothing in its header but alg none")?;
        }
    }
    forgery.unharmed()
}

/// The shortest such header, as tools write it.
fn bare(token: &Token) -> Vec<String> {
    let headers = [
        r#"{"alg":"none"}"#,
        r#"{"typ":"JWT","alg":"none"}"#,
        r#"{"alg":"none","alg":"HS256"}"#,
    ];
    let part = |header: &&str| {
        format!(
            "{}.{}.",
            crate::forge::encode(header.as_bytes()),
            token.payload_part
        )
    };
    headers.iter().map(part).collect()
}

fn a_key_has_one_algorithm(target: &Target) -> Verdict {
    let forgery = Forgery::on(target)?;
    let key = target.seams.signing_key.as_ref();
    let own = forgery.originals[0]
        .header
        .get("alg")
        .cloned()
        .unwrap_or_default();
    let own_name = own.as_str().unwrap_or_default();
    for token in &forgery.originals {
        for alg in other_algorithms(own_name) {
            let header = token.header_with("alg", alg.clone());
            let payload = &token.payload_part;
            let name = alg.map_or("no alg".into(), |alg| format!("alg {alg}"));
            for signature in ["", &token.signature, "AA"] {
                forgery.refused(
                    &format!("{header}.{payload}.{signature}"),
                    &format!("a token with {name}"),
                )?;
            }
            let Some(key) = key else { continue };
            // Signed well, with the right key: only the name is wrong.
            forgery.refused(
                &token.signed(key, &header, payload),
                &format!("a well-signed token with {name}"),
            )?;
            let Some(secret) = key.bytes() else { continue };
            for hash in ["HS256", "HS384", "HS512"] {
                if hash == own_name {
                    continue;
                }
                let forged = hmac_signed(hash, secret, &header, payload);
                forgery.refused(&forged, &format!("a token with {name}, signed by it"))?;
            }
        }
    }
    match (forgery.unharmed()?, key) {
        (proof, Some(_)) => Ok(proof),
        _ => Ok(Proof::HoldsAnd(
            "without the signing key no well-signed token was tried".into(),
        )),
    }
}

fn other_algorithms(own: &str) -> Vec<Option<Value>> {
    let names = [
        "HS256", "HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA", "HS1", "unknown", "",
    ];
    let mut others: Vec<Option<Value>> = names.map(|name| Some(name.into())).to_vec();
    others.push(Some(own.to_lowercase().into()));
    others.push(Some(format!("{own} ").into()));
    others.extend([
        Some(json!([own])),
        Some(json!({"alg": own})),
        Some(json!(256)),
        Some(json!(null)),
        None,
    ]);
    others.retain(|other| other.as_ref().and_then(Value::as_str) != Some(own));
    others
}
