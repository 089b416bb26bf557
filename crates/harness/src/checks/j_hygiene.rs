//! J09 and J10: what an error says, and what an answer does with a text of the client's.

use serde_json::Value;

use crate::case::{Case, Level};
use crate::http::{Exchange, Request};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const J09: Case = Case {
    id: "J09",
    level: Level::Must,
    claim: "An error names no stack, file, query, type or version, and repeats no credential; its body is of a stated type.",
    source: "ASVS 16.5.1, 13.4.6; RFC 9457",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: errors_tell_nothing,
};

pub(super) const J10: Case = Case {
    id: "J10",
    level: Level::Must,
    claim: "No text of the client's becomes a redirect to elsewhere, a header or a cookie of the answer.",
    source: "ASVS 3.7.2, 1.2.1; CWE-601, CWE-113",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: texts_stay_texts,
};

/// What stacks, queries and frameworks look like.
const TELLING: [&str; 26] = [
    "traceback (most recent",
    "stack backtrace",
    "panicked at",
    "thread '",
    "at java.",
    "at org.",
    "node_modules",
    "/usr/",
    "/opt/",
    "/var/",
    "/src/",
    ".rs:",
    ".py\"",
    ".js:",
    ".java:",
    ".php",
    "select ",
    "insert into",
    "sqlite",
    "syntax error",
    "redis",
    "errno",
    "exception",
    "serde",
    "unwrap",
    "undefined is not",
];
const MARK: &str = "mark-of-the-suite-7f3a";

fn errors_tell_nothing(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let mut seen = 0;
    for request in faulty(
        target,
        held.with_value(MARK)
            .attach(target.request(&target.routes.me)),
    )? {
        let Ok(exchange) = target.try_send(&request) else {
            continue;
        };
        if exchange.response.status < 400 {
            continue;
        }
        seen += 1;
        tells_nothing(&exchange)?;
    }
    if seen == 0 {
        return Err(Stop::broken("requests that are refused", "none was"));
    }
    target.control_after(&held, user, "requests that are refused")?;
    Ok(Proof::HoldsAnd(format!("{seen} refusals were read")))
}

/// Requests that each run into another refusal.
fn faulty(target: &Target, marked: Request) -> Result<Vec<Request>, Stop> {
    let routes = &target.routes;
    let login = || target.request(&routes.login);
    let mut requests = vec![
        marked,
        target.request(&routes.me),
        target.login_request(MARK, MARK),
        login().body_of("application/json", format!("{{\"{MARK}\":")),
        login().body_of(
            "application/json",
            format!("{{\"username\":{{\"{MARK}\":1}}}}"),
        ),
        login().body_of("application/json", "[]"),
        login().body_of("text/plain", MARK),
        login().bare_body(MARK),
        Request::new("GET", &format!("{}/{MARK}", target.base().prefix())),
        Request::new(
            "PATCH",
            &format!("{}{}", target.base().prefix(), routes.me.path),
        ),
        Request::new("GET", &format!("{}/%00%FF{MARK}", target.base().prefix())),
        Request::new(
            "GET",
            &format!(
                "{}{}?x=%'\"<{MARK}>",
                target.base().prefix(),
                routes.login.path
            ),
        ),
    ];
    for route in [
        &routes.admin,
        &routes.logins,
        &routes.password,
        &routes.refresh,
        &routes.expiry,
    ] {
        requests.extend(route.as_ref().map(|route| target.request(route)));
    }
    if routes.refresh.is_some() {
        requests.push(target.refresh_request(MARK)?);
    }
    Ok(requests)
}

fn tells_nothing(exchange: &Exchange) -> Result<(), Stop> {
    let body = String::from_utf8_lossy(&exchange.response.body).to_lowercase();
    if let Some(word) = TELLING.iter().find(|word| body.contains(**word)) {
        let actual = format!("`{word}` in the answer");
        return Err(Stop::failed(
            "an error that tells nothing of the inside",
            actual,
            exchange,
        ));
    }
    let headers = exchange.response.headers.iter();
    let echoed = headers
        .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        .chain([body.clone()])
        .any(|text| text.contains(MARK));
    if echoed {
        return Err(Stop::failed(
            "an error that repeats nothing of the request",
            "it does",
            exchange,
        ));
    }
    if body.is_empty() {
        return Ok(());
    }
    let kind = exchange.response.first("content-type").unwrap_or_default();
    if kind.is_empty() {
        return Err(Stop::failed(
            "a Content-Type on each body",
            "none",
            exchange,
        ));
    }
    if kind.contains("json") {
        let read: Option<Value> = exchange.response.json();
        if !read.is_some_and(|body| body.is_object()) {
            return Err(Stop::failed(
                "an error in JSON is an object",
                "it is not",
                exchange,
            ));
        }
    }
    Ok(())
}

fn texts_stay_texts(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let elsewhere = [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test",
        "javascript:alert(1)",
    ];
    let split = "x%0d%0aSet-Cookie:%20planted=1%0d%0aX-Planted:%201";
    let mut requests = Vec::new();
    for route in [
        &target.routes.login,
        &target.routes.me,
        &target.routes.logout,
    ] {
        for name in ["next", "return_to", "redirect", "url", "continue"] {
            for place in elsewhere.iter().copied().chain([split]) {
                // Without a credential: an anonymous visitor is sent round most.
                let mut request = target.request(route);
                request.path = format!("{}?{name}={place}", request.path);
                requests.push(request);
            }
        }
    }
    let me = || held.attach(target.request(&target.routes.me));
    for name in [
        "X-Forwarded-Host",
        "X-Original-URL",
        "X-Rewrite-URL",
        "Forwarded",
        "X-Host",
    ] {
        requests.push(me().header(name, "evil.test"));
    }
    requests.push(me().header("Accept-Language", "x\u{d}y"));
    let named = format!("{}\r\nSet-Cookie: planted=1", user.username);
    requests.push(target.login_request(&named, "x"));
    requests.push(target.login_request("x\u{2028}\u{2029}\u{0}", "x"));
    for request in requests {
        let Ok(exchange) = target.try_send(&request) else {
            continue;
        };
        planted_nothing(&exchange)?;
    }
    other_host(target, &held)?;
    target.control_after(&held, user, "texts that would be more")?;
    Ok(Proof::Holds)
}

fn planted_nothing(exchange: &Exchange) -> Result<(), Stop> {
    let response = &exchange.response;
    let planted = response.headers.iter().find(|(name, value)| {
        let value = String::from_utf8_lossy(value).to_lowercase();
        let leads = ["location", "refresh", "content-location", "link"];
        name.eq_ignore_ascii_case("x-planted")
            || value.contains("planted=")
            || leads.contains(&name.to_lowercase().as_str())
                && (value.contains("evil.test") || value.starts_with("javascript"))
            || name.eq_ignore_ascii_case("set-cookie") && value.contains("evil.test")
    });
    match planted {
        None => Ok(()),
        Some((name, value)) => {
            let actual = format!("{name}: {}", String::from_utf8_lossy(value));
            Err(Stop::failed(
                "no header of the client's making",
                actual,
                exchange,
            ))
        }
    }
}

/// The same with another `Host`, which only a raw connection can send.
fn other_host(target: &Target, held: &crate::credential::Credential) -> Result<(), Stop> {
    for route in [&target.routes.login, &target.routes.me] {
        let request = held.attach(target.request(route));
        let bytes = request.to_kept_bytes("evil.test");
        let answers = target.raw_answers(&bytes, 1, std::time::Duration::from_secs(5))?;
        for answer in answers {
            let text = answer
                .headers
                .iter()
                .map(|(_, value)| String::from_utf8_lossy(value));
            if text.into_iter().any(|value| value.contains("evil.test")) {
                let expected = "no header of an answer is made of the Host that was sent";
                return Err(Stop::failed_overall(expected, "evil.test stands in one"));
            }
        }
    }
    Ok(())
}
