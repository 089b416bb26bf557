//! F04: what a form can send is not JSON.

use serde_json::{Value, json};

use super::f_victim::Victim;
use crate::case::{Case, Level};
use crate::http::Request;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const F04: Case = Case {
    id: "F04",
    level: Level::Must,
    claim: "A JSON body under a content type that a form or a script may send unasked is refused (415).",
    source: "ASVS 3.5.2; Fetch, CORS-safelisted request-header",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: only_json_is_json,
};

/// What needs no preflight, and what only looks like JSON.
const TYPES: [&str; 16] = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-8",
    "application/x-www-form-urlencoded; application/json",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=\"application/json\"",
    "text/plain",
    "text/plain; charset=utf-8",
    "text/plain; application/json",
    "text/plain;charset=application/json",
    "text/plain, application/json",
    "application/json, text/plain",
    "TEXT/PLAIN",
    "text/html",
    "application/jsonp",
    "application/octet-stream",
    "",
];

fn only_json_is_json(target: &Target) -> Verdict {
    let mut victim = Victim::of(target)?;
    for (route, body, what) in bodies(target, &victim)? {
        for content_type in TYPES {
            let attack = route.clone().body_of(content_type, body.to_string());
            let shown = format!("{what} as {content_type:?}");
            victim.unmoved(&attack, &shown)?;
        }
        victim.unmoved(
            &route.clone().bare_body(body.to_string()),
            &format!("{what} without a content type"),
        )?;
        // A form's field names can be made to look like JSON: `{"value": "x=` … `"}`.
        let form = body.to_string().replacen(':', "=", 1);
        let attack = route
            .clone()
            .body_of("application/x-www-form-urlencoded", form);
        victim.unmoved(&attack, &format!("{what} as a form"))?;
    }
    login_too(target)?;
    victim.acts_himself()?;
    with_a_charset(target, &victim)?;
    Ok(Proof::Holds)
}

/// The routes that take a body, with the victim's cookie, from the own origin:
/// here only the content type is wrong.
fn bodies(
    target: &Target,
    victim: &Victim<'_>,
) -> Result<Vec<(Request, Value, &'static str)>, Stop> {
    let mut bodies = Vec::new();
    let routes = &target.routes;
    if victim.has_state {
        bodies.push((
            victim.write()?,
            json!({"value": "by the attacker"}),
            "a write",
        ));
    }
    let by_cookie = victim.held.cookie_name().is_some();
    if let Some(route) = routes.expiry.as_ref().filter(|_| by_cookie) {
        let request = victim.sent(target.request(route));
        bodies.push((request, json!({"after": 1}), "a change of the lifetime"));
    }
    if routes.password.is_some() {
        for (request, what) in victim.unsafe_requests()? {
            if what == "a password change" {
                let body = request.body.as_deref().unwrap_or_default();
                let body = serde_json::from_slice(body).unwrap_or_default();
                bodies.push((request, body, "a password change"));
            }
        }
    }
    Ok(bodies)
}

fn login_too(target: &Target) -> Result<(), Stop> {
    let user = &target.user;
    let body = target
        .login_body(&user.username, &user.password)
        .to_string();
    target.keep_secret(user.password.as_bytes());
    let request = target.request(&target.routes.login);
    for content_type in TYPES {
        let exchange =
            target.send_patiently(&request.clone().body_of(content_type, body.clone()))?;
        target.rejected(&exchange, &format!("a login as {content_type:?}"))?;
    }
    let exchange = target.send_patiently(&request.bare_body(body))?;
    target.rejected(&exchange, "a login without a content type")
}

/// The control: JSON stays JSON when it says its charset, or shouts.
fn with_a_charset(target: &Target, victim: &Victim<'_>) -> Result<(), Stop> {
    if !victim.has_state {
        return Ok(());
    }
    for content_type in ["application/json; charset=utf-8", "Application/JSON"] {
        let body = json!({"value": "by the victim"}).to_string();
        let exchange = target.send_patiently(&victim.write()?.body_of(content_type, body))?;
        if !exchange.response.is_success() {
            return Err(Stop::failed(
                format!("{content_type} is JSON"),
                exchange.line(),
                &exchange,
            ));
        }
    }
    Ok(())
}
