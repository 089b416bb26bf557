//! Two lists of answers, member by member.

use std::collections::BTreeMap;

use serde_json::Value;

use super::differences::{PARTS, WHOLES};
use super::side::Side;
use crate::interop::http::Answer;
use crate::interop::server::Parts;

/// What of an answer is compared, by its name.
type Members = BTreeMap<String, String>;

/// What differs and is not listed, and what is listed and does not differ.
pub(super) fn compare(set_up: &str, theirs: &Side<'_>, ours: &Side<'_>) -> Vec<String> {
    let steps = |side: &Side<'_>| {
        side.answers
            .iter()
            .map(|(step, _)| *step)
            .collect::<Vec<_>>()
    };
    if steps(theirs) != steps(ours) {
        return vec!["the two were not asked the same".to_owned()];
    }
    let mut faults = Vec::new();
    let mut seen = [false; PARTS.len()];
    for ((step, theirs), (_, ours)) in theirs.answers.iter().zip(&ours.answers) {
        let listed = WHOLES
            .iter()
            .find(|listed| listed.steps.contains(step) && listed.set_ups.contains(&set_up));
        if let Some(listed) = listed {
            let (theirs, ours) = (whole(theirs), whole(ours));
            let as_listed = is(listed.theirs, &theirs) && is(listed.ours, &ours);
            if !as_listed || theirs == ours {
                faults.push(format!(
                    "{step}: not as listed\n  there {theirs}\n  here  {ours}"
                ));
            }
            continue;
        }
        for (what, theirs, ours) in differing(&members(theirs), &members(ours)) {
            let listed = PARTS.iter().position(|part| {
                what.ends_with(part.what) && is(part.theirs, &theirs) && is(part.ours, &ours)
            });
            match listed {
                Some(index) => seen[index] = true,
                None => faults.push(format!("{step}: {what} is there {theirs}, here {ours}")),
            }
        }
    }
    let names = steps(theirs);
    for name in WHOLES.iter().flat_map(|listed| listed.steps) {
        if !names.contains(name) {
            faults.push(format!("listed, but there is no such step: {name}"));
        }
    }
    let unseen = PARTS.iter().zip(seen).filter(|(_, seen)| !seen);
    faults.extend(unseen.map(|(part, _)| format!("listed, but the same: {}", part.what)));
    faults
}

/// Whether a text is what the list says.
fn is(listed: &str, said: &str) -> bool {
    match listed.strip_suffix('…') {
        Some(start) => said.starts_with(start) && !said.is_empty(),
        None => listed == said,
    }
}

fn differing(theirs: &Members, ours: &Members) -> Vec<(String, String, String)> {
    let only_ours = ours.keys().filter(|what| !theirs.contains_key(*what));
    let both = theirs.keys().chain(only_ours);
    let said = |side: &Members, what| side.get(what).cloned().unwrap_or_default();
    both.map(|what| (what.clone(), said(theirs, what), said(ours, what)))
        .filter(|(_, theirs, ours)| theirs != ours)
        .collect()
}

/// Status, challenge and body, as one text.
fn whole(answer: &Answer) -> String {
    let challenge = answer
        .header("WWW-Authenticate")
        .map(|text| format!("{text} "));
    let body = String::from_utf8_lossy(&answer.body);
    // Members in the order of their names, in which neither side sends them.
    let body =
        serde_json::from_str(&body).map_or(body.into_owned(), |body: Value| body.to_string());
    format!("{} {}{body}", answer.status, challenge.unwrap_or_default())
}

fn members(answer: &Answer) -> Members {
    let mut members = Members::new();
    members.insert("status".to_owned(), answer.status.to_string());
    let mut header = |name: &str| {
        if let Some(value) = answer.header(name) {
            members.insert(format!("header {name}"), value.to_owned());
        }
    };
    header("Content-Type");
    header("WWW-Authenticate");
    // Django REST framework sends it with everything; it means something here (RFC 9110, 15.5.6).
    if answer.status == 405 {
        header("Allow");
    }
    match serde_json::from_slice(&answer.body) {
        Ok(body) => spread("body", &body, &mut members),
        Err(_) => {
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            members.insert("body".to_owned(), format!("no JSON: {text}"));
        }
    }
    members
}

fn spread(name: &str, value: &Value, members: &mut Members) {
    match value {
        Value::Object(object) if !object.is_empty() => {
            for (key, value) in object {
                spread(&format!("{name}.{key}"), value, members);
            }
        }
        Value::Array(array) if !array.is_empty() => {
            for (index, value) in array.iter().enumerate() {
                spread(&format!("{name}[{index}]"), value, members);
            }
        }
        Value::String(text) => match Parts::of(text) {
            Ok(token) => of_token(name, token, members),
            Err(_) => {
                members.insert(name.to_owned(), value.to_string());
            }
        },
        other => {
            members.insert(name.to_owned(), other.to_string());
        }
    }
}

/// A token is what it says; its times count from when it was made, and an id is any.
fn of_token(name: &str, token: Parts, members: &mut Members) {
    let Parts { header, mut claims } = token;
    let made_at = claims["iat"].as_i64();
    for time in ["exp", "auth_time"] {
        if let (Some(at), Some(made_at)) = (claims[time].as_i64(), made_at) {
            // A second may pass between the two.
            let lasts = (at - made_at + 5) / 10 * 10;
            claims[time] = Value::String(format!("iat + {lasts}"));
        }
    }
    if made_at.is_some() {
        claims["iat"] = Value::String("a time".to_owned());
    }
    for id in ["jti", "sid"] {
        if claims[id].as_str().is_some_and(|text| text.len() >= 20) {
            claims[id] = Value::String("an id".to_owned());
        }
    }
    spread(&format!("{name}.header"), &header, members);
    spread(&format!("{name}.claims"), &claims, members);
}
