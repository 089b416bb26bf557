//! The suite against a server that is not ours: a Django with sessions, `django/sessions.py`, which
//! asks for a token with every unsafe request.

use harness::{Case, Finding, Manifest, Outcome, Target, cases, run_one};

use super::django::Django;

const MANIFEST: &str = include_str!("sessions.toml");

/// What is asked: all of group F, and of the others what a flow with tokens could break.
pub(crate) const ASKED: &[&str] = &[
    "A02", "A03", "A05", "A06", "A08", "A10", "B01", "B02", "B05", "B06", "C09", "C10", "D01",
    "D02", "D03", "D04", "D05", "D07", "D09", "D18", "F01", "F02", "F03", "F04", "F05", "F06",
    "F07", "F08", "F09", "I01", "I02", "I03", "I04", "I05",
];

/// What Django does otherwise, and why.
pub(crate) const FAILS: [(&str, &str); 6] = [
    (
        "D03",
        "who logs in again under the same name keeps the session and its key; only another name, \
         or a login without one before, gets a new key",
    ),
    (
        "D07",
        "a password change that is under way while the visitor logs out puts the session back: it \
         gets a new key and is saved",
    ),
    ("I01", "of two session cookies the last counts"),
    ("I02", "the quotes around a cookie's value are taken off"),
    (
        "I04",
        "two `Cookie` lines reach it as one, joined with a comma (WSGI), and the session is not \
         found in that",
    ),
    ("I05", "the same"),
];

/// Exactly what is listed fails, and nothing is broken.
pub(crate) fn what_it_says_of_django() -> Result<(), String> {
    let asked = cases().iter().filter(|case| ASKED.contains(&case.id));
    let found = findings("Django", true, asked.collect())?;
    let mut wrong = Vec::new();
    for finding in &found {
        let id = finding.case.id;
        let listed = FAILS.iter().any(|(known, _)| *known == id);
        let is_as_listed = match &finding.outcome {
            Outcome::Broken(_) => false,
            Outcome::Fail(_) => listed,
            _ => !listed,
        };
        if !is_as_listed {
            wrong.push(format!("{id}: {}", said(&finding.outcome)));
        }
    }
    let passed = |finding: &&Finding| matches!(finding.outcome, Outcome::Pass(_));
    match (wrong.as_slice(), found.iter().filter(passed).count()) {
        ([], passed) if passed == ASKED.len() - FAILS.len() => Ok(()),
        ([], few) => Err(format!("only {few} of {} checks passed", ASKED.len())),
        _ => Err(wrong.join("\n")),
    }
}

/// What came of a check, in a line.
fn said(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Fail(failure) | Outcome::Broken(failure) => {
            format!("{}; instead {}", failure.expected, failure.actual)
        }
        other => other.name().to_owned(),
    }
}

/// Tokens that are only looked at where there is one, that count for everybody, or that only have
/// to be the same as a cookie.
pub(crate) fn weak_tokens_are_caught() -> Result<(), String> {
    let guards = [
        ("OnlyIfPresent", true),
        ("AnyToken", true),
        ("Django", false),
    ];
    for (guard, in_session) in guards {
        let asked = cases().iter().filter(|case| case.id == "F05").collect();
        let found = findings(guard, in_session, asked)?;
        let caught = |finding: &Finding| matches!(finding.outcome, Outcome::Fail(_));
        if found.len() != 1 || !found.iter().all(caught) {
            let outcome = found.first().map(|finding| said(&finding.outcome));
            return Err(format!("{guard}, {in_session}: {outcome:?}"));
        }
    }
    Ok(())
}

fn findings(
    guard: &str,
    in_session: bool,
    asked: Vec<&'static Case>,
) -> Result<Vec<Finding>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let django = Django::with_sessions(&folder.path().join("db.sqlite3"), guard, in_session)?;
    let manifest = MANIFEST.replace("{port}", &django.address.port().to_string());
    let target: Target = Manifest::parse(&manifest)?.into_target()?;
    Ok(asked
        .into_iter()
        .map(|case| run_one(&target, case))
        .collect())
}
