//! E30 and E32: what the server publishes and issues.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::e_forgery::Forgery;
use crate::case::{Case, Level};
use crate::forge::Token;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::target::Target;

pub(super) const E30: Case = Case {
    id: "E30",
    level: Level::Must,
    claim: "The published keys are public ones, with their type and a time to cache them; 1,000 unknown `kid`s wear nobody down.",
    source: "RFC 7517 §4, §8.5.1, §9.3; ASVS 9.1.3",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: published_keys_are_public,
};

pub(super) const E32: Case = Case {
    id: "E32",
    level: Level::Must,
    claim: "An access token lasts 15 minutes at most, says iss, aud, sub, jti, iat and exp, and its `typ` is `at+jwt`.",
    source: "RFC 9068 §2.1–2.2; ASVS 9.2.1",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: issued_tokens_are_complete,
};

/// What only the owner of a key has (RFC 7518, section 6).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
const UNKNOWN: usize = 1000;
const CLIENTS: usize = 8;
/// Generous: without a fetch for each it takes a second or two.
const ENOUGH: Duration = Duration::from_secs(60);
const LONGEST_LIFE: i64 = 15 * 60;

fn published_keys_are_public(target: &Target) -> Verdict {
    let forgery = Forgery::on(target)?;
    let keys = published(target, forgery.originals[0].alg())?;
    for key in &keys {
        is_public(key)?;
    }
    let mut kids: Vec<&Value> = keys.iter().filter_map(|key| key.get("kid")).collect();
    kids.sort_by_key(ToString::to_string);
    if kids.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Stop::failed_overall(
            "each published key has a name of its own",
            "two share one",
        ));
    }
    let took = storm(&forgery)?;
    if took > ENOUGH {
        let expected = format!(
            "{UNKNOWN} tokens with unknown kids within {} s",
            ENOUGH.as_secs()
        );
        return Err(Stop::failed_overall(
            expected,
            format!("{} s", took.as_secs()),
        ));
    }
    forgery.unharmed()?;
    Ok(Proof::HoldsAnd(format!(
        "{} keys are published",
        keys.len()
    )))
}

fn published(target: &Target, alg: &str) -> Result<Vec<Map<String, Value>>, Stop> {
    let in_public = !alg.starts_with("HS");
    let Some(route) = &target.routes.jwks else {
        return if in_public {
            Err(Stop::Untestable(Seam::Route("jwks")))
        } else {
            Err(Stop::NotApplicable(
                "the target signs with a secret, and publishes no keys".into(),
            ))
        };
    };
    let exchange = target.send_patiently(&target.request(route))?;
    if exchange.response.status == 404 && !in_public {
        return Err(Stop::NotApplicable(
            "the target signs with a secret, and publishes no keys".into(),
        ));
    }
    let set = exchange
        .response
        .json()
        .filter(|_| exchange.response.is_success());
    let keys = set.and_then(|set| set.get("keys")?.as_array().cloned());
    let Some(keys) = keys else {
        return Err(Stop::failed("a set of keys", exchange.line(), &exchange));
    };
    let kind = exchange.response.first("content-type").unwrap_or_default();
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if !["application/jwk-set+json", "application/json"].contains(&kind.as_str()) {
        let expected = "Content-Type application/jwk-set+json, or application/json";
        return Err(Stop::failed(expected, format!("`{kind}`"), &exchange));
    }
    // Without one, each verifier asks as often as it likes.
    let caching = exchange.response.first("cache-control").unwrap_or_default();
    if !caching.contains("max-age") {
        let actual = format!("Cache-Control: {caching}");
        return Err(Stop::failed(
            "a Cache-Control with max-age",
            actual,
            &exchange,
        ));
    }
    let objects: Vec<_> = keys
        .iter()
        .filter_map(|key| key.as_object().cloned())
        .collect();
    if objects.len() != keys.len() || in_public && keys.is_empty() {
        return Err(Stop::failed("a set of keys", "no keys in it", &exchange));
    }
    Ok(objects)
}

fn is_public(key: &Map<String, Value>) -> Result<(), Stop> {
    if let Some(name) = PRIVATE.iter().find(|name| key.contains_key(**name)) {
        let actual = format!("`{name}` is published");
        return Err(Stop::failed_overall("public keys only", actual));
    }
    let kind = key.get("kty").and_then(Value::as_str).unwrap_or_default();
    if !["RSA", "EC", "OKP", "AKP"].contains(&kind) {
        return Err(Stop::failed_overall(
            "keys of a public kind",
            format!("kty is `{kind}`"),
        ));
    }
    if key.get("use").is_some_and(|purpose| purpose != "sig") {
        return Err(Stop::failed_overall(
            "keys for signatures",
            "`use` says otherwise",
        ));
    }
    Ok(())
}

/// A server that fetches keys for each name that it does not know falls over here.
fn storm(forgery: &Forgery<'_>) -> Result<Duration, Stop> {
    let (target, token) = (forgery.target, &forgery.originals[0]);
    let started = Instant::now();
    let next = AtomicUsize::new(0);
    let ask = || -> Result<(), Stop> {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= UNKNOWN || started.elapsed() > ENOUGH {
                return Ok(());
            }
            let header = token.header_with("kid", Some(json!(format!("unknown-{at}"))));
            let forged = format!("{header}.{}.{}", token.payload_part, token.signature);
            let exchange = target.me(&forgery.held.with_value(forged))?;
            target.rejected(&exchange, "a token with an unknown kid")?;
        }
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(ask)).collect();
        clients.into_iter().try_for_each(|client| {
            client
                .join()
                .unwrap_or_else(|_| Err(Stop::broken("eight clients", "one of them panicked")))
        })
    })?;
    Ok(started.elapsed())
}

fn issued_tokens_are_complete(target: &Target) -> Verdict {
    let login = target.login(&target.user)?;
    target.control_before(&login.credential, &target.user)?;
    let fail = |expected: &str, actual: String| Stop::failed(expected, actual, &login.exchange);
    let Some(token) = Token::parse(&login.credential.text()) else {
        return Err(Stop::NotApplicable("the access token is no JWT".into()));
    };
    let typ = token
        .header
        .get("typ")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if !["at+jwt", "application/at+jwt"].contains(&typ.to_ascii_lowercase().as_str()) {
        return Err(fail(
            "`typ` of an access token is at+jwt",
            format!("it is `{typ}`"),
        ));
    }
    for name in ["iss", "sub", "jti"] {
        let text = token
            .payload
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default();
        if text.is_empty() {
            return Err(fail(
                "the claims iss, sub and jti, as text",
                format!("no `{name}`"),
            ));
        }
    }
    let aud = token.payload.get("aud");
    let is_named = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    let list = |value: &Value| {
        value
            .as_array()
            .is_some_and(|list| !list.is_empty() && list.iter().all(is_named))
    };
    if !aud.is_some_and(|aud| is_named(aud) || list(aud)) {
        return Err(fail(
            "the claim aud, as text or a list of texts",
            "it is not".into(),
        ));
    }
    let time = |name: &str| token.payload.get(name).and_then(Value::as_i64);
    let (Some(issued), Some(ends)) = (time("iat"), time("exp")) else {
        return Err(fail(
            "the claims iat and exp, as whole seconds",
            "they are not".into(),
        ));
    };
    let lasts = ends - issued;
    if !(1..=LONGEST_LIFE).contains(&lasts) {
        return Err(fail(
            "an access token of at most 15 minutes",
            format!("it lasts {lasts} s"),
        ));
    }
    let next = target.login(&target.user)?.credential;
    let other = Token::parse(&next.text());
    if other.is_some_and(|other| other.payload.get("jti") == token.payload.get("jti")) {
        return Err(fail(
            "a jti for each token",
            "two logins got the same".into(),
        ));
    }
    target.control_after(&next, &target.user, "a second login")?;
    Ok(Proof::HoldsAnd(format!("an access token lasts {lasts} s")))
}
