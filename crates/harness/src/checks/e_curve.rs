//! E03 and E22: a public key opens nothing, and a signature is a point of the curve.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::e_forgery::Forgery;
use crate::case::{Case, Level};
use crate::forge::public::renderings;
use crate::forge::{Token, ecdsa_der, encode, hmac_signed, order};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::target::Target;

pub(super) const E03: Case = Case {
    id: "E03",
    level: Level::Must,
    claim: "A token signed by HMAC with the published key as its secret is refused, however that key is written down.",
    source: "RFC 8725 §3.1; CVE-2015-9235, CVE-2016-5431",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[Seam::Asymmetric],
    check: public_keys_are_no_secrets,
};

pub(super) const E22: Case = Case {
    id: "E22",
    level: Level::Must,
    claim: "A signature with r or s of 0, 1, n−1 or n, of another length, or in DER is refused.",
    source: "CVE-2022-21449; RFC 7518 §3.4",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[Seam::Asymmetric],
    check: signatures_are_points,
};

/// The target itself where its tokens are signed with a private key, else the
/// instance that does so.
fn signing_in_public(target: &Target) -> Result<Option<Target>, Stop> {
    let forgery = Forgery::on(target)?;
    if !forgery.originals[0].alg().starts_with("HS") {
        return Ok(None);
    }
    let seam = target.seams.asymmetric.as_ref();
    let seam = seam.ok_or(Stop::Untestable(Seam::Asymmetric))?;
    target.elsewhere(&seam.url).map(Some)
}

fn public_keys_are_no_secrets(target: &Target) -> Verdict {
    let elsewhere = signing_in_public(target)?;
    let target = elsewhere.as_ref().unwrap_or(target);
    let forgery = Forgery::on(target)?;
    if forgery.originals[0].alg().starts_with("HS") {
        return Err(Stop::broken(
            "an instance that signs with a private key",
            "it signs with HMAC",
        ));
    }
    let keys = published(target)?;
    let mut tried = 0;
    for (form, secret) in keys.iter().flat_map(renderings) {
        let with_line_end = [secret.as_slice(), b"\n"].concat();
        for secret in [secret, with_line_end] {
            for hash in ["HS256", "HS384", "HS512"] {
                for token in &forgery.originals {
                    let header = token.header_with("alg", Some(json!(hash)));
                    let forged = hmac_signed(hash, &secret, &header, &token.payload_part);
                    let what = format!("a token under {hash} with the public key ({form})");
                    forgery.refused(&forged, &what)?;
                }
                tried += 1;
            }
        }
    }
    forgery.unharmed()?;
    Ok(Proof::HoldsAnd(format!(
        "{tried} secrets made of {} published keys",
        keys.len()
    )))
}

fn published(target: &Target) -> Result<Vec<Map<String, Value>>, Stop> {
    let route = target.route(&target.routes.jwks, "jwks")?;
    let exchange = target.send_patiently(&target.request(route))?;
    let set = exchange
        .response
        .json()
        .filter(|_| exchange.response.is_success());
    let keys = set
        .and_then(|set| set.get("keys")?.as_array().cloned())
        .unwrap_or_default();
    let keys: Vec<_> = keys
        .iter()
        .filter_map(|key| key.as_object().cloned())
        .collect();
    if keys.is_empty() {
        return Err(Stop::Untestable(Seam::Route("jwks")));
    }
    Ok(keys)
}

fn signatures_are_points(target: &Target) -> Verdict {
    let elsewhere = signing_in_public(target)?;
    let target = elsewhere.as_ref().unwrap_or(target);
    let forgery = Forgery::on(target)?;
    let alg = forgery.originals[0].alg();
    let order = order(alg);
    let order = order.ok_or_else(|| Stop::NotApplicable(format!("the target signs with {alg}")))?;
    for token in &forgery.originals {
        let Ok(signature) = URL_SAFE_NO_PAD.decode(&token.signature) else {
            continue;
        };
        if signature.len() != 2 * order.len() {
            continue;
        }
        // A faulty verifier takes the edges for a signature of anything.
        let other = token.payload_with("roles", Some(json!(["admin", "user"])));
        for payload in [&token.payload_part, &other] {
            for (edge, what) in edges(&order, &signature) {
                let forged = format!("{}.{payload}.{}", token.header_part, encode(&edge));
                forgery.refused(&forged, &format!("a signature with {what}"))?;
            }
        }
        in_other_forms(&forgery, token, &signature)?;
    }
    forgery.unharmed()
}

/// r and s at the edges of what they may be; each pair but the last ones is
/// outside, or right for no message.
fn edges(order: &[u8], signature: &[u8]) -> Vec<(Vec<u8>, String)> {
    let (r, s) = signature.split_at(order.len());
    let number = |last: u8| {
        let mut number = vec![0; order.len()];
        number[order.len() - 1] = last;
        number
    };
    let mut below = order.to_vec();
    let mut above = order.to_vec();
    // Both orders end in an odd digit below 0xFF: no carry.
    below[order.len() - 1] -= 1;
    above[order.len() - 1] += 1;
    let special = [
        (number(0), "0"),
        (number(1), "1"),
        (below, "n-1"),
        (order.to_vec(), "n"),
        (above, "n+1"),
        (vec![0xFF; order.len()], "all ones"),
    ];
    let mut pairs = Vec::new();
    for (one, name) in &special {
        for (two, other) in &special {
            pairs.push((
                [one.as_slice(), two].concat(),
                format!("r = {name}, s = {other}"),
            ));
        }
        pairs.push(([one.as_slice(), s].concat(), format!("r = {name}")));
        pairs.push(([r, one.as_slice()].concat(), format!("s = {name}")));
    }
    pairs.push(([s, r].concat(), "r and s swapped".into()));
    pairs.push(([r, r].concat(), "s = r".into()));
    pairs
}

fn in_other_forms(forgery: &Forgery<'_>, token: &Token, signature: &[u8]) -> Result<(), Stop> {
    let half = signature.len() / 2;
    let (r, s) = signature.split_at(half);
    let zero: &[u8] = &[0];
    for (form, what) in [
        (ecdsa_der(r, s), "DER"),
        ([zero, r, zero, s].concat(), "a zero before r and s"),
        ([r, s, zero].concat(), "a byte more"),
        ([zero, r, s].concat(), "a byte before"),
        ([r, s, r, s].concat(), "all of it twice"),
        ([r, &s[..half - 1]].concat(), "a byte less"),
        (r.to_vec(), "r only"),
        (
            signature.iter().rev().copied().collect(),
            "its bytes turned round",
        ),
    ] {
        let forged = format!(
            "{}.{}.{}",
            token.header_part,
            token.payload_part,
            encode(&form)
        );
        forgery.refused(&forged, &format!("a signature in another form: {what}"))?;
    }
    Ok(())
}
