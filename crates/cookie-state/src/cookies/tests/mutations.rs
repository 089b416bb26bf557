//! What can be done to a value by somebody who has no key.

/// A change, for the report, and what came of it. None is the value itself.
pub(crate) type Mutation = (String, String);

/// Flip, cut, extend, double, encode again, another alphabet: at every byte where there is a place
/// for it.
pub(crate) fn of(value: &str) -> Vec<Mutation> {
    let mut all = Vec::new();
    let mut add = |how: String, changed: String| {
        if changed != value {
            all.push((how, changed));
        }
    };
    for at in 0..value.len() {
        // Every other byte is ASCII too: a header holds nothing else of ours.
        for mask in [1, 2, 4, 8, 16, 32, 64] {
            let mut bytes = value.as_bytes().to_vec();
            bytes[at] ^= mask;
            let flipped = String::from_utf8(bytes).unwrap();
            add(format!("byte {at} flipped by {mask}"), flipped);
        }
        add(format!("cut at {at}"), value[..at].to_owned());
        add(format!("begun at {at}"), value[at..].to_owned());
        for put in ["A", "=", "%", "-", ".", "0"] {
            let (before, after) = value.split_at(at);
            add(
                format!("{put} put in at {at}"),
                format!("{before}{put}{after}"),
            );
            add(
                format!("byte {at} made {put}"),
                format!("{before}{put}{}", &after[1..]),
            );
        }
        let (before, after) = value.split_at(at);
        let byte = value.as_bytes()[at];
        add(
            format!("byte {at} encoded"),
            format!("{before}%{byte:02X}{}", &after[1..]),
        );
        add(
            format!("byte {at} twice"),
            format!("{before}{}{after}", &after[..1]),
        );
    }
    for end in ["A", "=", "==", "%3D", ".", " ", "\t"] {
        add(format!("{end:?} at the end"), format!("{value}{end}"));
        add(format!("{end:?} at the start"), format!("{end}{value}"));
    }
    add("doubled".to_owned(), value.repeat(2));
    add("quoted".to_owned(), format!("\"{value}\""));
    let respellings: [(&str, &str); 5] =
        [("+", "-"), ("/", "_"), ("-", "+"), ("_", "/"), ("=", "")];
    for (from, to) in respellings {
        add(format!("{from} spelt {to}"), value.replace(from, to));
    }
    let other_alphabet = value.replace('+', "-").replace('/', "_").replace('=', "");
    add("in the other alphabet".to_owned(), other_alphabet);
    add("encoded again".to_owned(), {
        use base64::{Engine, prelude::BASE64_STANDARD};
        BASE64_STANDARD.encode(value)
    });
    add("in small letters".to_owned(), value.to_ascii_lowercase());
    all
}
