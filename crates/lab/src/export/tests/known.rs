//! What is known to be a credential, on texts made by hand.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

use super::super::{Export, Format, Secrets};
use super::exchange;
use crate::board::By;
use crate::column::Column;

const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.qL3xT9vB2nM5kR8wZ1cF4hJ7pD0sG6yU";

fn hidden(known: &[&str], text: &str) -> String {
    Secrets::knowing(known.iter().copied()).hide(text)
}

#[test]
fn a_cut_copy_is_masked_and_so_is_a_cut_signature() {
    let (_, signature) = TOKEN.rsplit_once('.').unwrap();
    for missing in 0..=8 {
        for whole in [TOKEN, signature] {
            let cut = &whole[..whole.len() - missing];
            let text = hidden(&[TOKEN], &format!("/p/{cut}?"));
            assert_eq!(text, format!("/p/[masked {}]?", cut.len()));
        }
    }
    // Half of a word is another word.
    assert_eq!(hidden(&["wonderland"], "wonder"), "wonder");
}

#[test]
fn a_part_of_it_is_masked_wherever_it_begins() {
    // As a cookie with the signs of the first alphabet of Base64.
    let signs = "Zx8+Qw3/Rt6yUi9oPa2sDf5gHj7kLz4xCv1bNm0QwErTyUiOpAsDfGhJkLzXcVbNm+/8aB";
    for known in [TOKEN, signs] {
        let (length, url) = (known.len(), known.replace('+', "-").replace('/', "_"));
        for begin in 1..=length - 24 {
            for part in [&known[begin..], &url[begin..], &known[begin..begin + 24]] {
                let text = hidden(&[known], &format!("/p?{part}!"));
                assert_eq!(text, format!("/p?[masked {}]!", part.len()), "{part}");
            }
        }
        let wrapped = format!("{} {}\r\n\t{}", &known[..30], &known[30..40], &known[40..]);
        let text = hidden(&[known], &format!("!{wrapped}!"));
        assert_eq!(
            text,
            format!("!{}!", format_args!("[masked {}]", wrapped.len()))
        );
        let inside = BASE64_STANDARD.encode(&known[1..]);
        let text = hidden(&[known], &inside);
        let (before, after) = text.split_once("[masked ").unwrap();
        assert!(before.len() + after.len() < 12, "{text}");
    }
    // Of two with one beginning, the rest of each is found.
    let (one, other) = (
        format!("{TOKEN}one-and-a-tail-of-it"),
        format!("{TOKEN}two-and-another-tail"),
    );
    for known in [&one, &other] {
        let text = hidden(&[&one, &other], &format!("!{}!", &known[30..]));
        assert_eq!(
            text,
            format!("!{}!", format_args!("[masked {}]", known.len() - 30))
        );
    }
    // A few signs of it are in other words too.
    assert_eq!(hidden(&[TOKEN], &TOKEN[30..42]), TOKEN[30..42]);
}

#[test]
fn a_decoded_cookie_is_masked() {
    let sent = "a%2Fb%2Bc%253Dd-e_f0123456789";
    for text in [
        "a/b+c%3Dd-e_f0123456789",
        "a/b c=d-e_f0123456789",
        "a%2Fb%2Bc%3Dd-e_f01234567",
        sent,
    ] {
        assert_eq!(hidden(&[sent], text), format!("[masked {}]", text.len()));
    }
}

#[test]
fn places_that_overlap_are_masked_as_one() {
    let known = ["path/eyJ", TOKEN, "sG6yU/after"];
    let text = hidden(&known, &format!("/path/{TOKEN}/after it"));
    let length = "path/".len() + TOKEN.len() + "/after".len();
    assert_eq!(text, format!("/[masked {length}] it"));
}

#[test]
fn an_encoded_copy_is_masked() {
    let hexadecimal =
        |text: &str| -> String { text.bytes().map(|byte| format!("{byte:02x}")).collect() };
    for whole in [
        TOKEN.to_owned(),
        format!("alice:{TOKEN}"),
        format!("{{\"k\":\"{TOKEN}\"}}"),
    ] {
        let copies = [
            BASE64_STANDARD.encode(&whole),
            BASE64_URL_SAFE_NO_PAD.encode(&whole),
            hexadecimal(&whole),
            hexadecimal(&whole).to_uppercase(),
        ];
        for copy in copies {
            let text = hidden(&[TOKEN], &format!("X-Basic: Basic {copy}."));
            let (before, after) = text.split_once("[masked ").unwrap();
            assert!(before.len() + after.len() < 60, "{text}");
        }
    }
    let reference: String = TOKEN.bytes().map(|byte| format!("&#{byte};")).collect();
    assert_eq!(
        hidden(&[TOKEN], &reference),
        format!("[masked {}]", reference.len())
    );
}

#[test]
fn a_thousand_of_each_column_cost_a_moment() {
    let tokens: Vec<String> = (0..3_000)
        .map(|at| format!("{}{at:05}", TOKEN.repeat(5)))
        .collect();
    let begun = Instant::now();
    let secrets = Secrets::knowing(tokens.iter().map(String::as_str));
    let export = Export {
        column: Column::Jwt,
        origin: "http://jwt.lab.localhost:8000".to_owned(),
        masked: Some(secrets),
    };
    let mut one = exchange(By::Browser);
    one.record.response_body = format!("[\"{}\"]", tokens[..4].join("\",\"")).into_bytes();
    let text = export.text(Format::Har, &[&one; 20]);
    println!("{:?}", begun.elapsed());
    assert!(!text.contains(&tokens[0]));
    // A fraction of a second; the machine may be busy.
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "{:?}",
        begun.elapsed()
    );
}

/// One export may cost a second: an archive has hundreds of texts, and a visitor writes them all.
#[test]
fn one_hostile_text_leaves_no_steps_for_the_others() {
    let run = "\\".repeat(250);
    let secrets = Secrets::knowing([run.as_str(), "wonderland"]);
    assert_eq!(secrets.hide("before wonderland"), "before [masked 10]");
    let hostile = run.repeat(40);
    assert_eq!(
        secrets.hide(&hostile),
        format!("[masked {}]", hostile.len())
    );
    assert_eq!(secrets.hide("after wonderland"), "[masked 16]");
    assert_eq!(secrets.hide("plain words"), "[masked 11]");
    // Too short for anything that is known.
    assert_eq!(secrets.hide("POST"), "POST");
}

#[test]
fn hostile_text_is_masked_as_a_whole() {
    let known: Vec<String> = (1..40).map(|at| "a%".repeat(at * 50)).collect();
    let text = hidden(
        &known.iter().map(String::as_str).collect::<Vec<_>>(),
        &"a%25".repeat(8_000),
    );
    assert_eq!(text, "[masked 32000]");
}
