//! E06 to E08: the token does not say which key checks it.

use std::thread::sleep;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::e_forgery::Forgery;
use crate::case::{Case, Level};
use crate::forge::own::OwnKey;
use crate::forge::{Token, hmac_signed, part};
use crate::listener::Listener;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const E06: Case = Case {
    id: "E06",
    level: Level::Must,
    claim: "`kid` is a name and nothing else: no path, query or command in it finds a key, and an unknown one is refused.",
    source: "RFC 8725 §3.10; ASVS 9.1.3",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: kid_is_a_name,
};

pub(super) const E07: Case = Case {
    id: "E07",
    level: Level::Must,
    claim: "A token that brings its own key in `jwk` is refused.",
    source: "RFC 7515 §4.1.3; ASVS 9.1.3; CVE-2018-0114",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: keys_do_not_come_along,
};

pub(super) const E08: Case = Case {
    id: "E08",
    level: Level::Must,
    claim: "A token that says by `jku`, `x5u` or `x5c` where its key is gets refused, and nothing is fetched.",
    source: "ASVS 9.1.3, 1.3.6; RFC 8725 §3.10",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: nothing_is_fetched,
};

/// Longer than any look-up of a key, shorter than the sleep in the names below.
const PROMPT: Duration = Duration::from_secs(4);
/// So long a fetch may lag behind the answer that it was made for.
const LATE: Duration = Duration::from_millis(300);

/// What a server that uses the name as a path, a query or a command falls for,
/// with the secret that it would then use.
const NAMES: [(&str, &str); 16] = [
    ("/dev/null", ""),
    ("../../../../../../../../dev/null", ""),
    ("....//....//....//....//....//dev/null", ""),
    ("..%2f..%2f..%2f..%2f..%2f..%2fdev%2fnull", ""),
    ("file:///dev/null", ""),
    ("/proc/sys/kernel/randomize_va_space", "2\n"),
    (
        "../../../../../../../proc/sys/kernel/randomize_va_space",
        "2\n",
    ),
    ("/proc/sys/kernel/ostype", "Linux\n"),
    ("", ""),
    ("x' UNION SELECT 'attacker'-- ", "attacker"),
    ("x\" UNION SELECT \"attacker\"-- ", "attacker"),
    ("' OR '1'='1", ""),
    ("x'; SELECT pg_sleep(8)-- ", ""),
    ("| sleep 8", ""),
    ("$(sleep 8)", ""),
    ("x\u{0}.pem", ""),
];

fn kid_is_a_name(target: &Target) -> Verdict {
    let forgery = Forgery::on(target)?;
    for token in &forgery.originals {
        for (name, secret) in NAMES {
            let header = token.header.clone();
            let header = with_all(header, &[("alg", json!("HS256")), ("kid", json!(name))]);
            let forged = hmac_signed("HS256", secret.as_bytes(), &header, &token.payload_part);
            prompt_refusal(&forgery, &forged, &format!("a token with kid {name:?}"))?;
        }
        let long = "k".repeat(3000);
        for kid in [
            json!(long),
            json!(1),
            json!(0),
            json!(-1),
            json!(1e30),
            json!(null),
            json!(true),
            json!(["a"]),
            json!({ "$ne": null }),
            json!([]),
            json!("\u{202e}\u{feff}"),
        ] {
            let header = token.header_with("kid", Some(kid.clone()));
            let kept = format!("{header}.{}.{}", token.payload_part, token.signature);
            let text: String = kid.to_string().chars().take(40).collect();
            prompt_refusal(&forgery, &kept, &format!("a token with kid {text}"))?;
        }
    }
    well_signed_but_misnamed(&forgery)?;
    let huge = &forgery.originals[0];
    let header = huge.header_with("kid", Some("k".repeat(64 * 1024).into()));
    let forged = format!("{header}.{}.{}", huge.payload_part, huge.signature);
    let request = forgery
        .held
        .with_value(forged)
        .attach(target.request(&target.routes.me));
    // A server may close the door on a head that it will not read.
    if let Ok(exchange) = target.try_send(&request) {
        target.rejected(&exchange, "a token with a kid of 64 KiB")?;
    }
    forgery.unharmed()
}

/// The right key under a name that is none of the server's. Where its own tokens
/// name no key, there is nothing to compare with.
fn well_signed_but_misnamed(forgery: &Forgery<'_>) -> Result<(), Stop> {
    for token in forgery.signed_originals() {
        let Some(own) = token.header.get("kid").and_then(Value::as_str) else {
            continue;
        };
        for kid in [
            json!("unknown"),
            json!(""),
            json!(format!("{own} ")),
            json!(format!("{own}\u{0}")),
            json!(format!("../{own}")),
            json!(format!("./{own}")),
            json!(format!("{own}' OR '1'='1")),
            json!([own]),
            json!(1),
        ] {
            let forged = forgery.headed(token, &token.header_with("kid", Some(kid.clone())));
            forgery.refused(&forged, &format!("a well-signed token with kid {kid}"))?;
        }
    }
    Ok(())
}

fn prompt_refusal(forgery: &Forgery<'_>, forged: &str, what: &str) -> Result<(), Stop> {
    let started = std::time::Instant::now();
    forgery.refused(forged, what)?;
    let took = started.elapsed();
    if took < PROMPT {
        return Ok(());
    }
    let expected = format!("{what} is refused at once");
    Err(Stop::failed_overall(
        expected,
        format!("after {} ms", took.as_millis()),
    ))
}

fn keys_do_not_come_along(target: &Target) -> Verdict {
    let forgery = Forgery::on(target)?;
    let own = own_key()?;
    for token in &forgery.originals {
        for payload in [token.payload_part.clone(), richer(token)] {
            for kid in names(token) {
                let jwk = own.jwk(&kid);
                let set = json!({ "keys": [jwk] });
                for (name, value) in [("jwk", &jwk), ("jwks", &set), ("jwk", &set), ("key", &jwk)] {
                    for named in [true, false] {
                        let mut members = vec![("alg", json!("ES256")), (name, value.clone())];
                        if named {
                            members.push(("kid", json!(kid)));
                        }
                        let header = with_all(token.header.clone(), &members);
                        let forged = own.signed(&header, &payload);
                        forgery.refused(&forged, &format!("a token with its own key in {name}"))?;
                    }
                }
            }
            // A secret that comes along.
            let secret = json!({ "kty": "oct", "k": "YXR0YWNrZXI", "alg": "HS256" });
            let members = [("alg", json!("HS256")), ("jwk", secret)];
            let header = with_all(token.header.clone(), &members);
            let forged = hmac_signed("HS256", b"attacker", &header, &payload);
            forgery.refused(&forged, "a token with its own secret in jwk")?;
        }
    }
    forgery.unharmed()
}

fn nothing_is_fetched(target: &Target) -> Verdict {
    let forgery = Forgery::on(target)?;
    let own = own_key()?;
    let kid = names(&forgery.originals[0]).remove(0);
    let set = json!({ "keys": [own.jwk(&kid)] }).to_string();
    let listener =
        Listener::answering(&set).map_err(|why| Stop::broken("a listener on loopback", why))?;
    let certificate = own.certificate();
    let refer = |name: &'static str| (name, json!(listener.url(&format!("/{name}.json"))));
    let own_set = target.routes.jwks.as_ref().map(|route| {
        let (origin, path) = (target.base().origin(), &route.path);
        json!(format!(
            "{origin}{}{path}?url={}",
            target.base().prefix(),
            listener.url("/open")
        ))
    });
    let mut places: Vec<Vec<(&str, Value)>> = vec![
        vec![refer("jku")],
        vec![refer("x5u")],
        vec![("x5c", json!([certificate]))],
        vec![("x5c", json!([certificate])), refer("jku")],
        vec![("x5c", json!([certificate])), refer("x5u")],
        vec![("iss", json!(listener.url("")))],
    ];
    places.extend(own_set.map(|url| vec![("jku", url)]));
    for token in &forgery.originals {
        let issued = token.payload_with("iss", Some(json!(listener.url(""))));
        for payload in [token.payload_part.clone(), richer(token), issued] {
            for place in &places {
                for kid in names(token) {
                    let mut members = place.clone();
                    members.extend([("alg", json!("ES256")), ("kid", json!(kid))]);
                    let header = with_all(token.header.clone(), &members);
                    let forged = own.signed(&header, &payload);
                    let what = format!("a token with {}", place[0].0);
                    forgery.refused(&forged, &what)?;
                }
            }
        }
        // Under the true signature such a member may be ignored, not followed.
        if target.seams.signing_key.is_some() {
            for place in &places {
                let forged = forgery.headed(token, &with_all(token.header.clone(), place));
                target.me(&forgery.held.with_value(forged))?;
            }
        }
    }
    sleep(LATE);
    if let Some(line) = listener.first() {
        let actual = format!("the target asked for it: {line}");
        return Err(Stop::failed_overall(
            "nothing is fetched for a token",
            actual,
        ));
    }
    forgery.unharmed()?;
    Ok(Proof::HoldsAnd(
        "the listener stood on this machine's loopback address".into(),
    ))
}

fn own_key() -> Result<OwnKey, Stop> {
    OwnKey::new().ok_or_else(|| Stop::broken("a key of the suite's own", "none could be made"))
}

/// The name that the token's key has, and one that it has not.
fn names(token: &Token) -> Vec<String> {
    let own = token.header.get("kid").and_then(Value::as_str);
    own.into_iter()
        .chain(["attacker"])
        .map(str::to_owned)
        .collect()
}

/// What an attacker would rather have in it.
fn richer(token: &Token) -> String {
    token.payload_with("roles", Some(json!(["admin", "user"])))
}

fn with_all(mut header: Map<String, Value>, members: &[(&str, Value)]) -> String {
    for (name, value) in members {
        header.insert((*name).to_owned(), value.clone());
    }
    part(&header)
}
