//! E13, E14 and E17: a true signature is not enough; the claims must be the
//! server's own, each of its type.

use serde_json::{Value, json};

use super::e_forgery::Forgery;
use crate::case::{Case, Level};
use crate::forge::Token;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::target::Target;

pub(super) const E13: Case = Case {
    id: "E13",
    level: Level::Must,
    claim: "A well-signed token is refused when its issuer is another one, missing, or no text.",
    source: "RFC 8725 §3.8; RFC 9068 §4",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[Seam::SigningKey],
    check: issuer_is_the_own_one,
};

pub(super) const E14: Case = Case {
    id: "E14",
    level: Level::Must,
    claim: "A well-signed token is refused when it is for another audience, for none, or its audience is no text.",
    source: "RFC 8725 §3.9; ASVS 9.2.3, 10.3.1",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[Seam::SigningKey],
    check: audience_is_the_own_one,
};

pub(super) const E17: Case = Case {
    id: "E17",
    level: Level::Must,
    claim: "A well-signed token is refused when its subject is nobody, missing or no text, or its roles are of a wrong type.",
    source: "RFC 8725 §3.8, §3.10; ASVS 10.3.3",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[Seam::SigningKey],
    check: subject_is_somebody,
};

fn issuer_is_the_own_one(target: &Target) -> Verdict {
    let forgery = Forgery::with_key(target)?;
    for token in forgery.signed_originals() {
        let own = own_text(token, "iss")?;
        let mut wrong = vec![None];
        wrong.extend(near(&own).into_iter().map(Some));
        wrong.extend(no_texts(&own).into_iter().map(Some));
        // No list of issuers is known to the standard (RFC 7519 §4.1.1).
        wrong.push(Some(json!([own, "https://evil.test"])));
        refuse_each(&forgery, token, "iss", wrong)?;
    }
    forgery.unharmed()
}

fn audience_is_the_own_one(target: &Target) -> Verdict {
    let forgery = Forgery::with_key(target)?;
    let mut list_is_taken = None;
    for token in forgery.signed_originals() {
        let Some(aud) = token.payload.get("aud") else {
            return Err(missing("aud"));
        };
        let own = match aud {
            Value::Array(list) => list.first().and_then(Value::as_str),
            other => other.as_str(),
        };
        let own = own.ok_or_else(|| missing("aud"))?.to_owned();
        let mut wrong = vec![None];
        wrong.extend(near(&own).into_iter().map(Some));
        wrong.extend([
            Some(json!([])),
            Some(json!([""])),
            Some(json!(["https://evil.test", "urn:elsewhere"])),
            Some(json!([[own]])),
            Some(json!([{ "aud": own }])),
            Some(json!([1, 2])),
            Some(json!({ own.clone(): own })),
            Some(json!({ "aud": own })),
            Some(json!(1)),
            Some(json!(true)),
            Some(json!(null)),
        ]);
        refuse_each(&forgery, token, "aud", wrong)?;
        // A list that holds the own one beside others is lawful (RFC 7519 §4.1.3);
        // a strict server refuses it all the same. Which it is, is told.
        if list_is_taken.is_none() {
            let list = json!([own, "https://also.test"]);
            let forged = forgery.claiming(token, &token.payload_with("aud", Some(list)));
            let exchange = target.me(&forgery.held.with_value(forged))?;
            list_is_taken = Some(target.visitor(&exchange).is_some());
        }
    }
    forgery.unharmed()?;
    let told = if list_is_taken == Some(true) {
        "a list that holds the own audience beside another is accepted"
    } else {
        "a list that holds the own audience beside another is refused"
    };
    Ok(Proof::HoldsAnd(told.into()))
}

fn subject_is_somebody(target: &Target) -> Verdict {
    let forgery = Forgery::with_key(target)?;
    for token in forgery.signed_originals() {
        let is_access = token.payload_part == forgery.originals[0].payload_part;
        for (name, value) in subjects(target, token)? {
            if is_access {
                refuse_each(&forgery, token, name, vec![value])?;
                continue;
            }
            // A refresh token under a true signature for an account that is gone may
            // well end its family: each is of a login of its own.
            let spare = Forgery::on(target)?;
            if let Some(token) = spare.signed_originals().last() {
                refuse_each(&spare, token, name, vec![value])?;
            }
        }
        for name in ["roles", "role"] {
            let Some(own) = token.payload.get(name) else {
                continue;
            };
            let wrong = [
                json!({ "admin": true }),
                json!([["admin"]]),
                json!([{ "name": "admin" }]),
                json!([1]),
                json!(1),
                json!(true),
            ];
            let other = if own.is_array() {
                json!("admin")
            } else {
                json!(["admin"])
            };
            let wrong = wrong.into_iter().chain([other]).map(Some).collect();
            refuse_each(&forgery, token, name, wrong)?;
        }
    }
    forgery.unharmed()
}

/// The claim that names the account, with values that name nobody.
fn subjects(target: &Target, token: &Token) -> Result<Vec<(&'static str, Option<Value>)>, Stop> {
    // A few servers name the account in another claim only; then this is it.
    let name = ["sub", "user_id", "uid"]
        .into_iter()
        .find(|name| token.payload.contains_key(*name));
    let name = name.ok_or_else(|| missing("sub"))?;
    let own = &token.payload[name];
    let text = own.as_str().map_or_else(|| own.to_string(), str::to_owned);
    let mut wrong = vec![
        None,
        Some(json!("")),
        Some(json!(" ")),
        Some(json!(format!("{text}\u{0}"))),
        Some(json!(format!(" {text}"))),
        Some(json!(format!("{text} OR 1=1"))),
        Some(json!("../1")),
        Some(json!("9".repeat(400))),
        Some(json!([own])),
        Some(json!({ "id": own })),
        Some(json!(null)),
        Some(json!(true)),
    ];
    // Where nothing is looked up, an account that is none cannot be known.
    if !target.replays_by_design() {
        wrong.extend([Some(json!("999999999")), Some(json!("-1"))]);
    }
    // RFC 7519 §4.1.2: `sub` is a text; a number is another value of another type.
    if let (Some(text), "sub") = (own.as_str(), name) {
        wrong.extend(text.parse::<i64>().ok().map(|number| Some(json!(number))));
        wrong.extend([
            Some(json!(format!("+{text}"))),
            Some(json!(format!("0{text}"))),
        ]);
    }
    Ok(wrong.into_iter().map(|value| (name, value)).collect())
}

fn refuse_each(
    forgery: &Forgery<'_>,
    token: &Token,
    name: &str,
    values: Vec<Option<Value>>,
) -> Result<(), Stop> {
    for value in values {
        let what = match &value {
            Some(value) => {
                let text: String = value.to_string().chars().take(60).collect();
                format!("a well-signed token with {name} {text}")
            }
            None => format!("a well-signed token without {name}"),
        };
        let forged = forgery.claiming(token, &token.payload_with(name, value));
        forgery.refused(&forged, &what)?;
    }
    Ok(())
}

fn own_text(token: &Token, name: &str) -> Result<String, Stop> {
    let own = token.payload.get(name).and_then(Value::as_str);
    own.map(str::to_owned).ok_or_else(|| missing(name))
}

/// A token without the claim cannot be told from somebody else's under the same key.
fn missing(name: &str) -> Stop {
    Stop::failed_overall(format!("the target's own tokens say {name}"), "they do not")
}

/// Texts that a careless comparison takes for the right one.
fn near(own: &str) -> Vec<Value> {
    let mut texts = vec![
        String::new(),
        "https://evil.test".to_owned(),
        format!("{own}.evil.test"),
        format!("{own}/"),
        format!("https://evil.test/{own}"),
        format!("{own} "),
        format!(" {own}"),
        format!("{own}\u{0}"),
        own.to_uppercase(),
        own.chars().skip(1).collect(),
        own.chars()
            .take(own.chars().count().saturating_sub(1))
            .collect(),
    ];
    texts.retain(|text| text != own);
    texts.into_iter().map(Value::from).collect()
}

fn no_texts(own: &str) -> Vec<Value> {
    vec![
        json!([own]),
        json!([]),
        json!({ "iss": own }),
        json!(1),
        json!(0),
        json!(true),
        json!(null),
    ]
}
