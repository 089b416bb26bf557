//! A10: another spelling of a path or a method is no way round the guard.

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::{Exchange, Request};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const A10: Case = Case {
    id: "A10",
    level: Level::Must,
    claim: "Other spellings of the path and other methods do not get round the login; TRACE echoes nothing.",
    source: "ASVS 4.1.4, 8.3.1, 13.4.4; WSTG-ATHN-04",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: one_spelling,
};

/// TRACE comes last: its answer is judged by itself.
const METHODS: [&str; 9] = [
    "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "DELETE", "PROPFIND", "FOO", "get",
];

fn one_spelling(target: &Target) -> Verdict {
    let held = target.login(&target.user)?.credential;
    target.control_before(&held, &target.user)?;
    let me = target.request(&target.routes.me);
    for path in spellings(&me.path) {
        let request = Request { path, ..me.clone() };
        closed(target, &target.send(&request)?)?;
    }
    for method in METHODS {
        let request = Request {
            method: method.into(),
            ..me.clone()
        };
        closed(target, &target.send(&request)?)?;
    }
    if let Some(route) = &target.routes.admin {
        let admin = target.request(route);
        // Somebody who is logged in, but is no admin: the same detours.
        let mut requests: Vec<Request> = spellings(&admin.path)
            .into_iter()
            .map(|path| Request {
                path,
                ..admin.clone()
            })
            .collect();
        requests.push(admin.clone());
        for method in METHODS {
            requests.push(Request {
                method: method.into(),
                ..admin.clone()
            });
        }
        for request in requests {
            closed(target, &target.send(&held.attach(request))?)?;
        }
    }
    trace(target, &held)?;
    target.control_after(&held, &target.user, "requests with other paths and methods")?;
    Ok(Proof::Holds)
}

/// Ways of writing a path that a router and a guard may read differently.
fn spellings(path: &str) -> Vec<String> {
    let (dir, last) = path.rsplit_once('/').unwrap_or(("", path));
    let mut bytes = last.bytes();
    let first = bytes.next().unwrap_or(b'x');
    let rest: String = bytes.map(char::from).collect();
    let encoded: String = last.bytes().map(|byte| format!("%{byte:02x}")).collect();
    vec![
        format!("{dir}//{last}"),
        format!("{path}/"),
        format!("{path}//"),
        format!("{dir}/%{first:02x}{rest}"),
        format!("{dir}/%25{first:02x}{rest}"),
        format!("{dir}/{encoded}"),
        format!("{dir}/./{last}"),
        format!("{dir}/%2e/{last}"),
        format!("{dir}/x/../{last}"),
        format!("{dir}/x/..;/{last}"),
        format!("{dir}/healthz/../{last}"),
        format!("{dir}/healthz/%2e%2e/{last}"),
        format!("{dir}/login/..%2f{last}"),
        format!("{dir}/{}", last.to_ascii_uppercase()),
        format!("{dir}/{}{rest}", char::from(first.to_ascii_uppercase())),
        format!("{path};x"),
        format!("{path};x=y/"),
        format!("{path}?"),
        format!("{path}?x=/healthz"),
        format!("{path}%20"),
        format!("{path}%00"),
        format!("{path}%2f"),
        format!("{path}%23"),
        format!("{path}.json"),
        format!("{path}/."),
        format!("{path}/x.css"),
        format!("{dir}\\{last}"),
    ]
}

/// Not opened: an error, or a redirect; an OPTIONS may say which methods there are.
fn closed(target: &Target, exchange: &Exchange) -> Result<(), Stop> {
    let status = exchange.response.status;
    let options = exchange.request.method == "OPTIONS" && exchange.response.is_success();
    let refused =
        exchange.response.is_client_error() || (300..400).contains(&status) || status == 501;
    let opened = target.visitor(exchange).is_some();
    if opened || !(refused || options) {
        let expected = "a request that finds the guard closed, however it is spelt";
        return Err(Stop::failed(expected, target.told(exchange), exchange));
    }
    if options
        && !exchange.response.body.is_empty()
        && exchange
            .response
            .json()
            .is_some_and(|body| body.get("user").is_some())
    {
        return Err(Stop::failed(
            "OPTIONS shows nothing of the resource",
            exchange.line(),
            exchange,
        ));
    }
    target.gives_nothing(exchange, "a request with another path or method")
}

fn trace(target: &Target, held: &Credential) -> Result<(), Stop> {
    let me = target.request(&target.routes.me);
    let request = held.attach(Request {
        method: "TRACE".into(),
        ..me
    });
    let exchange = target.send(&request)?;
    let echoed = exchange
        .response
        .body
        .windows(held.value.len())
        .any(|part| part == held.value);
    let refused = exchange.response.is_client_error() || exchange.response.status == 501;
    if refused && !echoed {
        return Ok(());
    }
    let expected = "TRACE is refused (405) and does not echo the credential";
    Err(Stop::failed(expected, exchange.line(), &exchange))
}
