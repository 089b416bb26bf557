//! E11: the end of a token is taken literally.

use std::thread::sleep;
use std::time::Duration;

use serde_json::json;
use time::OffsetDateTime;

use super::e_forgery::Forgery;
use crate::case::{Case, Level};
use crate::forge::Token;
use crate::mechanism::Mechanism;
use crate::outcome::{Stop, Verdict};
use crate::seams::Seam;
use crate::target::Target;

pub(super) const E11: Case = Case {
    id: "E11",
    level: Level::Must,
    claim: "A well-signed token is refused on and after `exp`, without `exp`, and with one that is no sensible time.",
    source: "RFC 7519 §4.1.4; ASVS 9.2.1",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[Seam::SigningKey],
    check: exp_is_taken_literally,
};

fn exp_is_taken_literally(target: &Target) -> Verdict {
    let forgery = Forgery::with_key(target)?;
    // What is over within the documented leeway is not over: E12 asks about that.
    let leeway = i64::try_from(target.promises.leeway).unwrap_or_default();
    for token in forgery.signed_originals() {
        // A longer life is no fault of the token: only ends that are none.
        for (text, what) in ends(leeway) {
            let forged = forgery.claiming(
                token,
                &token.aged(70 + leeway).payload_with_text("exp", &text),
            );
            forgery.refused(&forged, &format!("a token with exp {what}"))?;
        }
        let without = forgery.claiming(token, &token.payload_with("exp", None));
        forgery.refused(&without, "a token without exp")?;
        at_the_end(&forgery, token, leeway)?;
    }
    forgery.unharmed()
}

fn now() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

fn ends(leeway: i64) -> Vec<(String, &'static str)> {
    let later = now() + 600;
    [
        (json!(now() - leeway - 1), "a second ago"),
        (json!(now() - leeway - 30), "half a minute ago"),
        (json!(now() - leeway - 59), "just under a minute ago"),
        (json!(now() - leeway - 3600), "an hour ago"),
        (json!(0), "0"),
        (json!(-1), "-1"),
        (json!(-later), "negative"),
        (json!(later.to_string()), "a string"),
        (json!("2099-01-01T00:00:00Z"), "a date as text"),
        (json!("NaN"), "the text NaN"),
        (json!(null), "null"),
        (json!(true), "true"),
        (json!([later]), "an array"),
        (json!({ "exp": later }), "an object"),
        (json!(1_000_000_000_000_000_000_i64), "10^18"),
        (json!(9_223_372_036_854_775_808_u64), "2^63"),
    ]
    .into_iter()
    .map(|(value, what)| (value.to_string(), what))
    .chain([
        (format!("{later}.5"), "a fraction"),
        ("1e18".to_owned(), "1e18"),
        ("1e400".to_owned(), "1e400"),
        ("18446744073709551616".to_owned(), "2^64"),
        ("NaN".to_owned(), "NaN"),
        ("Infinity".to_owned(), "Infinity"),
    ])
    .collect()
}

/// "On or after": a token is dead in the second that it names. It is sent right
/// after that second began, for in the next one it would be in the past anyway.
fn at_the_end(forgery: &Forgery<'_>, token: &Token, leeway: i64) -> Result<(), Stop> {
    let into = u64::from(OffsetDateTime::now_utc().millisecond());
    sleep(Duration::from_millis(1000 - into + 20));
    let forged = forgery.claiming(
        token,
        &token
            .aged(70 + leeway)
            .payload_with("exp", Some((now() - leeway).into())),
    );
    forgery.refused(&forged, "a token with exp now")
}
