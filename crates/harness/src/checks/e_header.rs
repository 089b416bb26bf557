//! E09, E10, E15 and E18: what the header says is understood, or the token is refused.

use serde_json::{Value, json};

use super::e_forgery::Forgery;
use crate::case::{Case, Level};
use crate::forge::{encode, part};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::target::Target;

pub(super) const E09: Case = Case {
    id: "E09",
    level: Level::Must,
    claim: "A well-signed token is refused when `crit` names what the server does not know, or is malformed.",
    source: "RFC 7515 §4.1.11",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[Seam::SigningKey],
    check: crit_is_heeded,
};

pub(super) const E10: Case = Case {
    id: "E10",
    level: Level::Must,
    claim: "A well-signed token with `b64: false` is refused, with and without `crit`.",
    source: "RFC 7797 §7 (JWTs MUST NOT)",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[Seam::SigningKey],
    check: payloads_are_encoded,
};

pub(super) const E15: Case = Case {
    id: "E15",
    level: Level::Must,
    claim: "A well-signed token is refused unless `typ` says what it is for; both spellings of an access token's are accepted.",
    source: "RFC 9068 §2.1, §4; RFC 8725 §3.11",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[Seam::SigningKey],
    check: typ_is_looked_at,
};

pub(super) const E18: Case = Case {
    id: "E18",
    level: Level::Must,
    claim: "A well-signed token that names a claim or a header member twice is refused, or read one way everywhere.",
    source: "RFC 7519 §4; RFC 7515 §4; ASVS 1.5.3",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[Seam::SigningKey],
    check: members_stand_once,
};

fn crit_is_heeded(target: &Target) -> Verdict {
    let forgery = Forgery::with_key(target)?;
    for token in forgery.signed_originals() {
        for crit in [
            json!(["http://example.test/unknown"]),
            json!(["x-unknown"]),
            json!(["exp"]),
            json!(["alg"]),
            json!(["typ", "x-unknown"]),
            json!([]),
            json!("x-unknown"),
            json!({ "x-unknown": true }),
            json!(1),
            json!(true),
            json!(null),
            json!([1]),
            json!([["x-unknown"]]),
        ] {
            // With the member that it names, and without.
            let mut header = token.header.clone();
            header.insert("crit".into(), crit.clone());
            let bare = part(&header);
            header.insert("x-unknown".into(), json!("must be understood"));
            let named = part(&header);
            for header in [bare, named] {
                let forged = forgery.headed(token, &header);
                forgery.refused(&forged, &format!("a well-signed token with crit {crit}"))?;
            }
        }
    }
    forgery.unharmed()
}

fn payloads_are_encoded(target: &Target) -> Verdict {
    let forgery = Forgery::with_key(target)?;
    for token in forgery.signed_originals() {
        let plain = Value::Object(token.payload.clone()).to_string();
        for crit in [None, Some(json!(["b64"]))] {
            for b64 in [json!(false), json!("false"), json!(null), json!(0)] {
                let mut header = token.header.clone();
                header.insert("b64".into(), b64.clone());
                if let Some(crit) = &crit {
                    header.insert("crit".into(), crit.clone());
                }
                let header = part(&header);
                let what = format!("a well-signed token with b64 {b64}");
                forgery.refused(&forgery.headed(token, &header), &what)?;
                // As RFC 7797 has it: what is signed, and sent, is the text itself.
                let unencoded = forgery.signed(token, &header, &plain);
                forgery.refused(&unencoded, &format!("{what} and a plain payload"))?;
                let Some((_, signature)) = unencoded.rsplit_once('.') else {
                    continue;
                };
                let encoded = format!("{header}.{}.{signature}", encode(plain.as_bytes()));
                forgery.refused(&encoded, &format!("{what}, signed over the plain payload"))?;
            }
        }
    }
    forgery.unharmed()
}

fn typ_is_looked_at(target: &Target) -> Verdict {
    let forgery = Forgery::with_key(target)?;
    for token in forgery.signed_originals() {
        let own = token.header.get("typ").and_then(Value::as_str);
        let own = own.unwrap_or_default().to_owned();
        let wrong = vec![
            None,
            Some(json!("JWT")),
            Some(json!("jwt")),
            Some(json!("")),
            Some(json!("JOSE")),
            Some(json!("id+jwt")),
            Some(json!("dpop+jwt")),
            Some(json!("secevent+jwt")),
            Some(json!(format!("{own} "))),
            Some(json!(format!("x-{own}"))),
            Some(json!(format!("text/{own}"))),
            Some(json!([own])),
            Some(json!(1)),
            Some(json!(null)),
        ];
        for typ in wrong {
            let what = match &typ {
                Some(typ) => format!("a well-signed token with typ {typ}"),
                None => "a well-signed token without typ".to_owned(),
            };
            let forged = forgery.headed(token, &token.header_with("typ", typ));
            forgery.refused(&forged, &what)?;
        }
    }
    each_at_its_own_place(&forgery)?;
    let access = &forgery.originals[0];
    for typ in ["at+jwt", "application/at+jwt"] {
        let forged = forgery.headed(access, &access.header_with("typ", Some(typ.into())));
        let exchange = target.me(&forgery.held.with_value(forged))?;
        if target.visitor(&exchange).is_none() {
            let expected = format!("an access token with typ {typ} is accepted");
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
    }
    forgery.unharmed()
}

/// A token that calls itself the other one is not taken for what it was made for.
fn each_at_its_own_place(forgery: &Forgery<'_>) -> Result<(), Stop> {
    let target = forgery.target;
    let mut signed = forgery.signed_originals();
    let (Some(access), Some(refresh)) = (signed.next(), signed.next()) else {
        return Ok(());
    };
    let (at, rt) = (access.header.get("typ"), refresh.header.get("typ"));
    if at == rt {
        return Ok(());
    }
    let renamed = forgery.headed(access, &access.header_with("typ", rt.cloned()));
    let exchange = target.me(&forgery.held.with_value(renamed))?;
    target.rejected(&exchange, "an access token with the typ of a refresh token")?;
    let renamed = forgery.headed(refresh, &refresh.header_with("typ", at.cloned()));
    let exchange = target.send_patiently(&target.refresh_request(&renamed)?)?;
    target.rejected(&exchange, "a refresh token with the typ of an access token")
}

/// Of two members some parsers take the first, some the last. A server that takes
/// the last everywhere is lawful, so what counts is what an attacker gains: never
/// another subject, an unsigned token or a longer life than the last one says.
fn members_stand_once(target: &Target) -> Verdict {
    let forgery = Forgery::with_key(target)?;
    let mut accepted = Vec::new();
    for token in forgery.signed_originals() {
        let past = token.expires().unwrap_or_default() - 400 * 24 * 3600;
        // The second value is the faulty one: who takes the last must refuse.
        for (name, text) in [
            ("exp", past.to_string()),
            ("sub", "[\"999999999\"]".to_owned()),
            ("iss", "\"https://evil.test\"".to_owned()),
            ("aud", "\"https://evil.test\"".to_owned()),
        ] {
            let Some(own) = token.payload.get(name) else {
                continue;
            };
            let faulty_last = doubled(&token.payload, name, own, &text);
            let what = format!("a well-signed token with {name} twice, the last one wrong");
            forgery.refused(&forgery.claiming(token, &faulty_last), &what)?;
        }
        let alg = json!(token.alg());
        let none_last = doubled(&token.header, "alg", &alg, "\"none\"");
        forgery.refused(
            &forgery.headed(token, &none_last),
            "a well-signed token with alg twice, the last one none",
        )?;
        let none_first = doubled(&token.header, "alg", &json!("none"), &alg.to_string());
        forgery.refused(
            &format!("{none_first}.{}.", token.payload_part),
            "an unsigned token with alg twice, the first one none",
        )?;
    }
    let access = &forgery.originals[0];
    for (name, first) in [
        ("sub", "\"999999999\""),
        ("exp", "1"),
        ("iss", "\"https://evil.test\""),
    ] {
        let Some(own) = access.payload.get(name) else {
            continue;
        };
        let first: Value = serde_json::from_str(first).unwrap_or_default();
        let faulty_first = doubled(&access.payload, name, &first, &own.to_string());
        let forged = forgery.claiming(access, &faulty_first);
        let exchange = target.me(&forgery.held.with_value(forged))?;
        match target.visitor(&exchange) {
            None => target.rejected(&exchange, &format!("a token with {name} twice"))?,
            Some(_) => accepted.push(name),
        }
    }
    forgery.unharmed()?;
    if accepted.is_empty() {
        return Ok(Proof::Holds);
    }
    let named = accepted.join(", ");
    Ok(Proof::HoldsAnd(format!(
        "the last one counts, for: {named}"
    )))
}

/// The object with this member twice: first so, then so.
fn doubled(
    object: &serde_json::Map<String, Value>,
    name: &str,
    first: &Value,
    second: &str,
) -> String {
    let mut rest = object.clone();
    rest.remove(name);
    let rest = Value::Object(rest).to_string();
    let comma = if rest.len() > 2 { "," } else { "" };
    let inner = &rest[1..rest.len() - 1];
    let name = Value::from(name);
    encode(format!("{{{name}:{first},{inner}{comma}{name}:{second}}}").as_bytes())
}
