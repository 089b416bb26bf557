//! E21: no token costs the server more than a refusal.

use std::time::{Duration, Instant};

use serde_json::json;

use super::e_forgery::Forgery;
use crate::case::{Case, Level};
use crate::forge::encode;
use crate::mechanism::Mechanism;
use crate::outcome::{Stop, Verdict};
use crate::target::Target;

pub(super) const E21: Case = Case {
    id: "E21",
    level: Level::Must,
    claim: "Tokens made to be costly are refused at once: large, deep, compressed, or with a key to be stretched two thousand million times.",
    source: "ASVS 4.2.5, 15.2.2; RFC 8725 §3.10; CVE-2023-51774 (p2c)",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: costly_tokens_are_refused,
};

/// Generous: a busy machine is no fault, minutes of work are.
const AT_ONCE: Duration = Duration::from_secs(3);

fn costly_tokens_are_refused(target: &Target) -> Verdict {
    let forgery = Forgery::on(target)?;
    let token = &forgery.originals[0];
    let (payload, signature) = (&token.payload_part, &token.signature);
    let jwe = |header: serde_json::Value, text: &str| {
        let header = encode(header.to_string().as_bytes());
        format!("{header}.{signature}.AAAAAAAAAAAAAAAA.{text}.AAAAAAAAAAAAAAAAAAAAAA")
    };
    let pbes2 = json!({
        "alg": "PBES2-HS512+A256KW", "enc": "A256GCM",
        "p2c": 2_147_483_647, "p2s": "c2FsdA", "zip": "DEF",
    });
    let zipped = json!({ "alg": "dir", "enc": "A256GCM", "zip": "DEF" });
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    let members: String = (0..400).map(|at| format!("\"m{at}\":{at},")).collect();
    let alg = token.alg();
    let small = [
        (
            token.header_with("x", Some("x".repeat(5000).into())),
            "a header of 5 KB",
        ),
        (
            encode(format!("{{\"alg\":\"{alg}\",\"x\":{}}}", deep(1500)).as_bytes()),
            "a deep header",
        ),
        (
            encode(format!("{{{members}\"alg\":\"{alg}\"}}").as_bytes()),
            "a header of 400 members",
        ),
        (
            encode(format!("{{\"alg\":\"{alg}\",\"x\":{}}}", "9".repeat(4000)).as_bytes()),
            "a number of 4,000 digits",
        ),
    ];
    for (header, what) in small {
        let forged = format!("{header}.{payload}.{signature}");
        at_once(&forgery, &forged, &format!("a token with {what}"))?;
    }
    at_once(
        &forgery,
        &jwe(pbes2, payload),
        "a token whose key is to be stretched",
    )?;
    at_once(
        &forgery,
        &jwe(zipped, &encode(&empty_blocks(3000))),
        "a token that is compressed",
    )?;
    let dots = ".".repeat(6000);
    at_once(&forgery, &dots, "a token of 6,000 dots")?;
    at_once(&forgery, &"a.".repeat(3000), "a token of 3,000 segments")?;
    large_refreshes(&forgery, &deep(10_000))?;
    forgery.unharmed()
}

/// Stored blocks of nothing, and no last one (RFC 1951): what is unpacked of it has no end.
fn empty_blocks(count: usize) -> Vec<u8> {
    [0, 0, 0, 0xFF, 0xFF].repeat(count / 5)
}

fn at_once(forgery: &Forgery<'_>, forged: &str, what: &str) -> Result<(), Stop> {
    let started = Instant::now();
    forgery.refused(forged, what)?;
    in_time(started, what)
}

fn in_time(started: Instant, what: &str) -> Result<(), Stop> {
    let took = started.elapsed();
    if took <= AT_ONCE {
        return Ok(());
    }
    let expected = format!("{what} is refused within {} s", AT_ONCE.as_secs());
    Err(Stop::failed_overall(
        expected,
        format!("{} ms", took.as_millis()),
    ))
}

/// What does not fit into a header fits into a body.
fn large_refreshes(forgery: &Forgery<'_>, deep: &str) -> Result<(), Stop> {
    let target = forgery.target;
    if target.routes.refresh.is_none() || forgery.held.refresh.is_none() {
        return Ok(());
    }
    let (header, signature) = (
        &forgery.originals[0].header_part,
        &forgery.originals[0].signature,
    );
    let deep = encode(format!("{{\"sub\":{deep}}}").as_bytes());
    let large = "A".repeat(1 << 20);
    for (forged, what) in [
        (
            format!("{header}.{deep}.{signature}"),
            "a refresh token 10,000 levels deep",
        ),
        (
            format!("{deep}.{deep}.{signature}"),
            "a refresh token with a deep header",
        ),
        (
            format!("{header}.{large}.{signature}"),
            "a refresh token of 1 MiB",
        ),
        (".".repeat(1 << 20), "a refresh token of a million dots"),
    ] {
        let started = Instant::now();
        // A server may close the door on a body that it will not read.
        if let Ok(exchange) = target.try_send(&target.refresh_request(&forged)?) {
            target.rejected(&exchange, what)?;
        }
        in_time(started, what)?;
    }
    Ok(())
}
