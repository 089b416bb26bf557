//! E12: clocks may differ by as much as the target's documentation says, and no more.

use serde_json::json;
use time::OffsetDateTime;

use super::e_forgery::Forgery;
use crate::case::{Case, Level};
use crate::forge::Token;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::target::Target;

pub(super) const E12: Case = Case {
    id: "E12",
    level: Level::Must,
    claim: "`exp`, `nbf` and `iat` are taken with the documented leeway, at most 60 s: refused outside it, accepted inside.",
    source: "RFC 7519 §4.1.4–4.1.6; ASVS 9.2.1",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[Seam::SigningKey],
    check: leeway_is_the_documented_one,
};

/// RFC 7519 says "no more than a few minutes"; machines with NTP need far less.
const LONGEST: u64 = 60;
/// Between our clock, the request and the target's clock.
const EDGE: i64 = 2;

fn leeway_is_the_documented_one(target: &Target) -> Verdict {
    let leeway = target.promises.leeway;
    if leeway > LONGEST {
        return Err(Stop::failed_overall(
            format!("a leeway of at most {LONGEST} s"),
            format!("the manifest promises {leeway} s"),
        ));
    }
    let leeway = i64::try_from(leeway).unwrap_or_default();
    let forgery = Forgery::with_key(target)?;
    for token in forgery.signed_originals() {
        outside(&forgery, token, leeway)?;
    }
    inside(&forgery, leeway)?;
    forgery.unharmed()?;
    Ok(Proof::HoldsAnd(format!("the leeway is {leeway} s")))
}

fn now() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

fn outside(forgery: &Forgery<'_>, token: &Token, leeway: i64) -> Result<(), Stop> {
    let ended = token
        .aged(120)
        .payload_with("exp", Some((now() - leeway - EDGE).into()));
    let what = "a token whose end is just outside the leeway";
    forgery.refused(&forgery.claiming(token, &ended), what)?;
    for (name, ahead) in [
        ("nbf", EDGE),
        ("nbf", 30),
        ("nbf", 3600),
        ("iat", EDGE),
        ("iat", 3600),
    ] {
        // Made anew for each: what is in the future now is not for long.
        let at = now() + leeway + ahead + 1;
        let early = forgery.claiming(token, &token.payload_with(name, Some(at.into())));
        forgery.refused(&early, &format!("a token with {name} in the future"))?;
    }
    for value in [
        json!((now() + 3600).to_string()),
        json!("soon"),
        json!([now()]),
        json!({ "at": 0 }),
        json!(true),
    ] {
        let forged = token.payload_with("nbf", Some(value.clone()));
        let what = format!("a token with nbf {value}");
        forgery.refused(&forgery.claiming(token, &forged), &what)?;
    }
    Ok(())
}

/// The controls: times that are fine are accepted, so that the refusals above
/// are about the time.
fn inside(forgery: &Forgery<'_>, leeway: i64) -> Result<(), Stop> {
    let access = &forgery.originals[0];
    let mut fine = vec![
        ("nbf", now() - 1, "nbf a second ago"),
        ("nbf", now() - 60, "nbf a minute ago"),
    ];
    if leeway > EDGE {
        fine.push(("exp", now() - leeway + EDGE, "exp just inside the leeway"));
        fine.push(("nbf", now() + leeway - EDGE, "nbf just inside the leeway"));
    }
    for (name, at, what) in fine {
        // A token that ends in the past began before that; one that only begins
        // otherwise must not get longer than the target makes them.
        let age = if name == "exp" { 120 } else { 0 };
        let payload = access.aged(age).payload_with(name, Some(at.into()));
        let held = forgery.held.with_value(forgery.claiming(access, &payload));
        let target = forgery.target;
        let exchange = target.me(&held)?;
        if target.visitor(&exchange).is_none() {
            let expected = format!("a well-signed token with {what} is accepted");
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
    }
    Ok(())
}
