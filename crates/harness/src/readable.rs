//! What can be read in a credential without a key, and what a copy of it says otherwise.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::Value;

/// Of more than these, their number.
const NAMED: usize = 2;
/// Letters of a value that are told: it may be a secret of the visitor's.
const TOLD: usize = 40;

/// What the copy says that the true one does not, member by member. `None`: nothing can be read
/// in either, or the same.
pub(crate) fn difference(true_one: &[u8], copy: &[u8]) -> Option<String> {
    let (before, after) = (said(true_one)?, said(copy)?);
    let mut told = Vec::new();
    for (place, value) in &before {
        match after.get(place) {
            None => told.push(format!("{place} is gone")),
            Some(other) if other != value => {
                told.push(format!(
                    "{place} says {} instead of {}",
                    short(other),
                    short(value)
                ));
            }
            Some(_) => {}
        }
    }
    let new = after
        .iter()
        .filter(|(place, _)| !before.contains_key(*place));
    told.extend(new.map(|(place, value)| format!("{place} is new and says {}", short(value))));
    let more = told.len().saturating_sub(NAMED);
    told.truncate(NAMED);
    match (told.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(told.join(", ")),
        (false, _) => Some(format!("{}, and {more} more", told.join(", "))),
    }
}

/// Every member of the JSON in it, by its way there: `l.u.username`. A signature may stand before
/// or behind, divided off as frameworks do it: `.` in tokens, the padding of base64 in signed
/// cookies, `:` in Django's.
fn said(credential: &[u8]) -> Option<BTreeMap<String, Value>> {
    let text = std::str::from_utf8(credential).ok()?;
    let objects = text.split(['.', '=', ':']).filter_map(|piece| {
        let bytes = URL_SAFE_NO_PAD
            .decode(piece)
            .or_else(|_| STANDARD_NO_PAD.decode(piece));
        let read: Value = serde_json::from_slice(&bytes.ok()?).ok()?;
        read.is_object().then_some(read)
    });
    let mut members = BTreeMap::new();
    for object in objects {
        note(&mut members, "", object);
    }
    (!members.is_empty()).then_some(members)
}

fn note(members: &mut BTreeMap<String, Value>, place: &str, value: Value) {
    match value {
        Value::Object(inner) if !inner.is_empty() => {
            for (name, value) in inner {
                let place = match place {
                    "" => name,
                    around => format!("{around}.{name}"),
                };
                note(members, &place, value);
            }
        }
        other => drop(members.insert(place.to_owned(), other)),
    }
}

fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(TOLD) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(json: &str) -> String {
        URL_SAFE_NO_PAD.encode(json)
    }

    fn differs(true_one: &str, copy: &str) -> Option<String> {
        difference(true_one.as_bytes(), copy.as_bytes())
    }

    #[test]
    fn what_a_copy_says_otherwise_is_named_member_by_member() {
        let one = piece(r#"{"l":{"u":{"id":1,"roles":[]}},"x":5}"#);
        let other = piece(r#"{"l":{"u":{"id":3,"roles":[]}},"y":5}"#);
        assert_eq!(
            differs(&one, &other).unwrap(),
            "l.u.id says 3 instead of 1, x is gone, and 1 more"
        );
        let long = format!(
            r#"{{"x":5,"l":{{"u":{{"id":1,"roles":["{}"]}}}}}}"#,
            "ä".repeat(99)
        );
        let told = differs(&one, &piece(&long)).unwrap();
        assert!(told.starts_with("l.u.roles says [\"ä") && told.ends_with("… instead of []"));
    }

    #[test]
    fn a_signature_beside_it_is_no_hindrance() {
        let (one, other) = (piece(r#"{"sub":"1"}"#), piece(r#"{"sub":"3"}"#));
        let says = "sub says \"3\" instead of \"1\"";
        for (before, behind) in [
            ("", ""),
            ("c2ln+/8=", ""),
            ("", ":1vX:c2ln"),
            ("e30.", ".c2ln"),
        ] {
            let around = |piece| format!("{before}{piece}{behind}");
            assert_eq!(differs(&around(&one), &around(&other)).unwrap(), says);
        }
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        let one = piece(r#"{"sub":"1"}"#);
        for copy in [&one, &one[1..], "", "sealed", "W10"] {
            assert_eq!(differs(&one, copy), None, "{copy}");
        }
        assert_eq!(difference(&[0xFF], one.as_bytes()), None);
    }
}
