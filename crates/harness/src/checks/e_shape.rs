//! E19 and E20: a token has one shape and one spelling.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::json;

use super::e_forgery::Forgery;
use super::e_spelling::{odd_headers, respelt};
use crate::case::{Case, Level};
use crate::credential::Carrier;
use crate::forge::{Token, encode};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const E19: Case = Case {
    id: "E19",
    level: Level::Must,
    claim: "Only three segments after `Bearer` are a token: no JSON form, no encryption, no nesting, no white space or list; the scheme's case does not matter.",
    source: "RFC 7515 §5.2, §7.1; RFC 7519 §1; RFC 9110 §11.1",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: shape_is_compact,
};

pub(super) const E20: Case = Case {
    id: "E20",
    level: Level::Must,
    claim: "Segments are base64url without padding, spare bits or other signs, and the header is UTF-8 without a byte order mark.",
    source: "RFC 7515 §2; RFC 8725 §3.7",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: spelling_is_strict,
};

fn shape_is_compact(target: &Target) -> Verdict {
    let forgery = Forgery::on(target)?;
    for token in &forgery.originals {
        for (forged, what) in other_shapes(token) {
            forgery.refused(&forged, what)?;
        }
        if target.seams.signing_key.is_some() {
            let whole = format!(
                "{}.{}.{}",
                token.header_part, token.payload_part, token.signature
            );
            let outer = token.header_with("cty", Some(json!("JWT")));
            let nested = forgery.signed(token, &outer, &encode(whole.as_bytes()));
            forgery.refused(&nested, "a token inside a well-signed token")?;
        }
    }
    other_headers(&forgery)?;
    forgery.unharmed()
}

fn other_shapes(token: &Token) -> Vec<(String, &'static str)> {
    let (header, payload, signature) = (&token.header_part, &token.payload_part, &token.signature);
    let whole = format!("{header}.{payload}.{signature}");
    let flat = json!({ "protected": header, "payload": payload, "signature": signature });
    let signatures = json!([{ "protected": header, "signature": signature }]);
    let general = json!({ "payload": payload, "signatures": signatures });
    let encrypted = encode(br#"{"alg":"dir","enc":"A256GCM","typ":"at+jwt"}"#);
    let costly = encode(br#"{"alg":"RSA-OAEP","enc":"A128CBC-HS256","cty":"JWT"}"#);
    vec![
        (header.clone(), "a token of one segment"),
        (format!("{header}.{payload}"), "a token of two segments"),
        (format!("{whole}."), "a token with a dot after it"),
        (format!(".{whole}"), "a token with a dot before it"),
        (format!("{whole}.{signature}"), "a token of four segments"),
        (
            format!("{whole}.{payload}.{signature}"),
            "a token of five segments",
        ),
        (
            format!(".{payload}.{signature}"),
            "a token without a header",
        ),
        (
            format!("{header}..{signature}"),
            "a token without a payload",
        ),
        (
            format!("{header}.{payload}."),
            "a token without a signature",
        ),
        ("..".into(), "a token of nothing"),
        (flat.to_string(), "a token in the flattened JSON form"),
        (general.to_string(), "a token in the general JSON form"),
        (
            encode(flat.to_string().as_bytes()),
            "a token in an encoded JSON form",
        ),
        (
            format!("{encrypted}..{payload}.{payload}.{signature}"),
            "an encrypted token (dir)",
        ),
        (
            format!("{costly}.{signature}.{payload}.{payload}.{signature}"),
            "an encrypted token",
        ),
        (format!("{whole},{whole}"), "a list of two tokens"),
        (format!("{whole} {whole}"), "two tokens"),
        (format!("\"{whole}\""), "a token in quotes"),
        (
            format!("{header} . {payload} . {signature}"),
            "a token with spaces round its dots",
        ),
        (
            format!("{header}\t.{payload}.{signature}"),
            "a token with a tab in it",
        ),
        (whole.replace('.', "%2E"), "a token with encoded dots"),
        (format!("{whole};v=1"), "a token with a parameter"),
    ]
}

/// What else stands in the header field, round a token that is fine.
fn other_headers(forgery: &Forgery<'_>) -> Result<(), Stop> {
    let (target, held) = (forgery.target, &forgery.held);
    if held.carrier != Carrier::Bearer {
        return Ok(());
    }
    let token = held.text();
    let ask = |value: &str| {
        let request = target.request(&target.routes.me);
        target.send_patiently(&request.header("Authorization", value))
    };
    for value in [
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        token.clone(),
        format!("Basic {token}"),
        format!("Digest {token}"),
        format!("Bearer:{token}"),
        format!("Bearer={token}"),
        format!("Bearer{token}"),
        format!("XBearer {token}"),
        format!("Bearer Bearer {token}"),
        format!("Bearer token={token}"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Basic eDp5, Bearer {token}"),
    ] {
        let shown: String = value.chars().take(24).collect();
        target.rejected(&ask(&value)?, &format!("Authorization: {shown}…"))?;
    }
    for scheme in ["bearer", "BEARER", "bEARER"] {
        let exchange = ask(&format!("{scheme} {token}"))?;
        if target.visitor(&exchange).as_deref() != Some(&target.user.username) {
            let expected = format!("the scheme `{scheme}` is accepted: its case does not matter");
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
    }
    Ok(())
}

fn spelling_is_strict(target: &Target) -> Verdict {
    let forgery = Forgery::on(target)?;
    let key_is_known = target.seams.signing_key.is_some();
    for token in &forgery.originals {
        let parts = [&token.header_part, &token.payload_part, &token.signature];
        for (at, part) in parts.into_iter().enumerate() {
            for (spelt, what) in respelt(part) {
                let mut changed = parts.map(String::as_str);
                changed[at] = &spelt;
                let name = ["header", "payload", "signature"][at];
                let what = format!("a token whose {name} has {what}");
                // White space round a field's value is no part of it (RFC 9110 §5.5).
                if changed.join(".").trim() != changed.join(".") {
                    continue;
                }
                forgery.refused(&changed.join("."), &what)?;
                // Under a true signature over the odd spelling, only that is wrong.
                if key_is_known && at < 2 {
                    let forged = forgery.signed(token, changed[0], changed[1]);
                    forgery.refused(&forged, &format!("a well-signed one: {what}"))?;
                }
            }
        }
        if !key_is_known {
            continue;
        }
        for (bytes, what) in odd_headers(&token.header) {
            let forged = forgery.headed(token, &encode(&bytes));
            forgery.refused(&forged, &format!("a well-signed token whose header {what}"))?;
        }
        let standard = STANDARD_NO_PAD.encode("{\"typ\":\"\u{3fb}\u{3fe}>>>???\"}");
        forgery.refused(
            &forgery.headed(token, &standard),
            "a token in the other alphabet",
        )?;
    }
    forgery.unharmed()?;
    Ok(if key_is_known {
        Proof::Holds
    } else {
        Proof::HoldsAnd("without the signing key no well-signed token was tried".into())
    })
}
