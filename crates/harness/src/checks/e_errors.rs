//! E31: a refused token learns nothing about why.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use time::OffsetDateTime;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::forge::Token;
use crate::http::{Exchange, Response};
use crate::mechanism::{Mechanism, Profile};
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const E31: Case = Case {
    id: "E31",
    level: Level::Must,
    claim: "Each fault of a token gets the same 401 with `error=\"invalid_token\"`, and no word of a parser.",
    source: "RFC 6750 §3.1; ASVS 16.5.1",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: faults_look_alike,
};

/// What libraries say; none of it is for the client.
const PARSER_WORDS: [&str; 18] = [
    "invalidsignature",
    "expiredsignature",
    "signature",
    "base64",
    "padding",
    "serde",
    "at line",
    "column",
    "expected value",
    "utf-8",
    "utf8",
    "segment",
    "decod",
    "deserial",
    "missing field",
    "jsonwebtoken",
    "panicked",
    "algorithm",
];

/// Marks a forgery under the right key, which only differs in a claim.
const WELL_SIGNED: &str = ", well signed";

fn faults_look_alike(target: &Target) -> Verdict {
    let held = target.login(&target.user)?.credential;
    target.control_before(&held, &target.user)?;
    let mut first: Option<(String, Exchange)> = None;
    for (token, fault) in faults(target, &held)? {
        let exchange = target.me(&held.with_value(token))?;
        // Whether a claim is looked at is what other checks ask.
        if fault.ends_with(WELL_SIGNED) && exchange.response.is_success() {
            continue;
        }
        target.rejected(&exchange, &format!("a token with a fault ({fault})"))?;
        well_told(&exchange, &fault)?;
        let Some((other, model)) = &first else {
            first = Some((fault, exchange));
            continue;
        };
        if let Some(difference) = differs(&model.response, &exchange.response) {
            let expected = format!("the same answer for {other} and {fault}");
            return Err(Stop::failed(expected, difference, &exchange));
        }
    }
    target.control_after(&held, &target.user, "tokens with faults")?;
    refreshes_look_alike(target, &held)?;
    Ok(Proof::Holds)
}

/// The refresh end-point says as little: junk, a broken copy, the wrong token and
/// one that was used are refused in the same words.
fn refreshes_look_alike(target: &Target, held: &Credential) -> Result<(), Stop> {
    if held.refresh.is_none() || target.routes.refresh.is_none() {
        return Ok(());
    }
    let fresh = target.refreshed(held)?;
    target.let_grace_pass();
    let mut broken = target.refresh_of(&fresh)?.to_owned();
    broken.truncate(broken.len() - 2);
    let faults = [
        ("not-a-token".to_owned(), "no token"),
        (broken, "cut"),
        (held.text(), "an access token"),
        (target.refresh_of(held)?.to_owned(), "used before"),
        (target.refresh_of(&fresh)?.to_owned(), "of an ended family"),
    ];
    let mut first: Option<Exchange> = None;
    for (token, fault) in faults {
        let exchange = target.send_patiently(&target.refresh_request(&token)?)?;
        target.rejected(
            &exchange,
            &format!("a refresh token with a fault ({fault})"),
        )?;
        silent(&exchange)?;
        let Some(model) = &first else {
            first = Some(exchange);
            continue;
        };
        let other_status = model.response.status != exchange.response.status;
        if other_status || model.response.body != exchange.response.body {
            let expected = "the same refusal for each fault of a refresh token";
            let actual = format!("another one for a token that is {fault}");
            return Err(Stop::failed(expected, actual, &exchange));
        }
    }
    Ok(())
}

fn well_told(exchange: &Exchange, fault: &str) -> Result<(), Stop> {
    let challenge = exchange
        .response
        .first("www-authenticate")
        .unwrap_or_default();
    if exchange.response.status != 401 || !challenge.contains("error=\"invalid_token\"") {
        let expected =
            format!("401 with error=\"invalid_token\" for a token with a fault ({fault})");
        let actual = format!("{}, WWW-Authenticate: {challenge}", exchange.line());
        return Err(Stop::failed(expected, actual, exchange));
    }
    silent(exchange)
}

fn silent(exchange: &Exchange) -> Result<(), Stop> {
    let challenge = exchange
        .response
        .first("www-authenticate")
        .unwrap_or_default();
    let body = String::from_utf8_lossy(&exchange.response.body);
    let told = format!("{challenge}{body}").to_ascii_lowercase();
    match PARSER_WORDS.iter().find(|word| told.contains(**word)) {
        None => Ok(()),
        Some(word) => {
            let actual = format!("`{word}` in the answer");
            Err(Stop::failed("no word of a parser", actual, exchange))
        }
    }
}

fn differs(one: &Response, other: &Response) -> Option<String> {
    let challenge = |response: &Response| response.first("www-authenticate").unwrap_or_default();
    if challenge(one) != challenge(other) {
        return Some(format!(
            "{:?} here, {:?} there",
            challenge(other),
            challenge(one)
        ));
    }
    if one.body != other.body {
        let text = |response: &Response| String::from_utf8_lossy(&response.body).into_owned();
        return Some(format!("another body: {} and {}", text(other), text(one)));
    }
    let names = |response: &Response| {
        let mut names: Vec<String> = response
            .headers
            .iter()
            .map(|(name, _)| name.to_lowercase())
            .collect();
        // Some servers shuffle them in every answer.
        names.sort();
        names
    };
    let (one, other) = (names(one), names(other));
    (one != other).then(|| format!("other headers: {other:?} and {one:?}"))
}

fn faults(target: &Target, held: &Credential) -> Result<Vec<(String, String)>, Stop> {
    let text = held.text();
    let flip = |at: usize| {
        let mut bytes = held.value.clone();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let mut faults = vec![
        ("x".to_owned(), "one letter"),
        ("not.a.token".to_owned(), "three words"),
        ("a.b".to_owned(), "two parts"),
        (format!("{text}.x"), "four parts"),
        ("..".to_owned(), "empty parts"),
        (flip(2), "the header changed"),
        (flip(text.len() / 2), "the payload changed"),
        (flip(text.len() - 4), "the signature changed"),
        (text[..text.len() - 1].to_owned(), "cut"),
        (
            format!("{}.{}.", part("{\"alg\":\"none\"}"), part("{}")),
            "alg none",
        ),
        (format!("{}.{}.AA", part("[]"), part("[]")), "arrays"),
        (format!("{}.{}.AA", part("{"), part("{")), "broken JSON"),
        ("\u{2713}.\u{2713}.\u{2713}".to_owned(), "not ASCII"),
    ];
    let mut well_signed = Vec::new();
    if let Some(token) = Token::parse(&text) {
        for (name, value) in [
            ("alg", json!("RS256")),
            ("alg", json!(1)),
            ("kid", json!("../../dev/null")),
        ] {
            let header = token.header_with(name, Some(value));
            let forged = format!("{header}.{}.{}", token.payload_part, token.signature);
            faults.push((forged, "another header"));
        }
        if let Some(key) = &target.seams.signing_key {
            let now = OffsetDateTime::now_utc().unix_timestamp();
            for (name, value, fault) in [
                ("exp", Some(json!(now - 100)), "expired"),
                ("exp", None, "without exp"),
                ("exp", Some(json!("soon")), "exp as text"),
                ("iss", Some(json!("somebody")), "another issuer"),
                ("aud", Some(json!("somewhere")), "another audience"),
                ("nbf", Some(json!(now + 5000)), "not valid yet"),
                ("sub", Some(json!("999999")), "of nobody"),
            ] {
                let forged =
                    token.signed(key, &token.header_part, &token.payload_with(name, value));
                well_signed.push((forged, format!("{fault}{WELL_SIGNED}")));
            }
        }
    }
    if let Some(refresh) = &held.refresh {
        faults.push((refresh.clone(), "a refresh token"));
    }
    if target.profile == Profile::Hardened {
        let ended = target.login(&target.user)?.credential;
        target.end(&ended)?;
        faults.push((ended.text(), "of an ended login"));
    }
    let faults = faults
        .into_iter()
        .map(|(token, fault)| (token, fault.to_owned()));
    Ok(faults.chain(well_signed).collect())
}
