//! H04 to H06: what every answer tells a browser, and what it should not tell
//! anybody.

use crate::case::{Case, Level};
use crate::http::{Exchange, Request};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;
use crate::tour::Tour;

pub(super) const H04: Case = Case {
    id: "H04",
    level: Level::Observe,
    claim: "Does a logout tell the browser to clear what it kept? Where it does, in a spelling that browsers obey.",
    source: "ASVS 14.3.1; W3C Clear Site Data §3.1",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: told_to_clear,
};

pub(super) const H05: Case = Case {
    id: "H05",
    level: Level::Should,
    claim: "Every answer says what type it is and forbids guessing, framing, referring and embedding; over TLS also the way back to plain http.",
    source: "ASVS 3.2.1, 3.4.1, 3.4.4, 3.4.5, 3.4.6, 3.5.8, 4.1.1",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: browsers_are_told,
};

pub(super) const H06: Case = Case {
    id: "H06",
    level: Level::Should,
    claim: "No answer names a version, and nothing that belongs to its makers is open to everybody.",
    source: "ASVS 13.4.1, 13.4.2, 13.4.5, 13.4.6",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: nothing_is_given_away,
};

/// In quotes: without them a browser ignores the header.
const CLEARS: [&str; 7] = [
    "\"cache\"",
    "\"cookies\"",
    "\"storage\"",
    "\"executionContexts\"",
    "\"clientHints\"",
    "\"prefetchCache\"",
    "\"*\"",
];

fn told_to_clear(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let exchange = target.end(&held)?;
    let lines: Vec<String> = exchange.response.all("clear-site-data").collect();
    for directive in lines.iter().flat_map(|line| line.split(',')).map(str::trim) {
        if !CLEARS.contains(&directive) {
            let expected = format!("one of {}", CLEARS.join(", "));
            let actual = format!("Clear-Site-Data: {directive}");
            return Err(Stop::failed(expected, actual, &exchange));
        }
    }
    let fresh = target.login(user)?.credential;
    target.control_after(&fresh, user, "a logout")?;
    target.end(&fresh)?;
    Ok(Proof::HoldsAnd(match lines.first() {
        Some(line) => format!("it does: {line}"),
        None => "it does not".into(),
    }))
}

fn browsers_are_told(target: &Target) -> Verdict {
    let tour = Tour::of(target)?;
    for step in &tour.steps {
        if let Some(missing) = missing(target, &step.exchange) {
            let actual = format!("{}: {missing}", step.name);
            return Err(Stop::failed(H05.claim, actual, &step.exchange));
        }
    }
    Ok(Proof::HoldsAnd(format!("{} answers", tour.steps.len())))
}

fn missing(target: &Target, exchange: &Exchange) -> Option<String> {
    let response = &exchange.response;
    let header = |name: &str| {
        response
            .first(name)
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    if header("x-content-type-options") != "nosniff" {
        return Some("no X-Content-Type-Options: nosniff".into());
    }
    let kind = header("content-type");
    let typed = response.body.is_empty() || kind.contains('/');
    // JSON is UTF-8 by definition (RFC 8259 section 8.1); text is whatever is guessed.
    let says_charset = !kind.starts_with("text/") || kind.contains("charset=");
    if !typed || !says_charset {
        return Some(format!("Content-Type: {kind}, for a body"));
    }
    let framing = header("content-security-policy").contains("frame-ancestors")
        || !header("x-frame-options").is_empty();
    if !framing {
        return Some("neither frame-ancestors nor X-Frame-Options".into());
    }
    if header("referrer-policy").is_empty() {
        return Some("no Referrer-Policy".into());
    }
    let embedding = header("cross-origin-resource-policy");
    if !matches!(embedding.as_str(), "same-origin" | "same-site") {
        return Some("no Cross-Origin-Resource-Policy for the own site".into());
    }
    if target.base().scheme() == "https"
        && !header("strict-transport-security").contains("max-age=")
    {
        return Some("no Strict-Transport-Security".into());
    }
    None
}

/// What frameworks, build tools and editors leave open.
const OPEN: [&str; 22] = [
    "/.env",
    "/.git/HEAD",
    "/.git/config",
    "/.svn/entries",
    "/.DS_Store",
    "/actuator",
    "/actuator/env",
    "/debug",
    "/debug/pprof/",
    "/debug/vars",
    "/_debugbar",
    "/__debug__/",
    "/metrics",
    "/server-status",
    "/server-info",
    "/phpinfo.php",
    "/console",
    "/swagger-ui.html",
    "/graphiql",
    "/trace",
    "/config.json",
    "/backup.sql",
];

fn nothing_is_given_away(target: &Target) -> Verdict {
    let user = &target.user;
    // It changes the password and logs out everywhere.
    let tour = Tour::of(target)?;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    for path in OPEN {
        let request = Request::new("GET", &format!("{}{path}", target.base().prefix()));
        for request in [request.clone(), held.attach(request)] {
            let exchange = target.send(&request)?;
            if exchange.response.is_success() {
                let expected = format!("nothing at {path}");
                return Err(Stop::failed(expected, exchange.line(), &exchange));
            }
        }
    }
    for step in &tour.steps {
        let response = &step.exchange.response;
        for name in [
            "server",
            "x-powered-by",
            "via",
            "x-aspnet-version",
            "x-generator",
        ] {
            let value = response.first(name).unwrap_or_default();
            if value.bytes().any(|byte| byte.is_ascii_digit()) {
                let actual = format!("{}: {name}: {value}", step.name);
                return Err(Stop::failed(
                    "no version in any header",
                    actual,
                    &step.exchange,
                ));
            }
        }
    }
    target.control_after(&held, user, "a look round")?;
    target.end(&held)?;
    Ok(Proof::HoldsAnd(format!(
        "{} paths, {} answers",
        OPEN.len(),
        tour.steps.len()
    )))
}
