//! D18: what is not a login does not become one.

use serde_json::{Value, json};

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::{Exchange, Request};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const D18: Case = Case {
    id: "D18",
    level: Level::Must,
    claim: "Nothing short of a login counts as one: no wrong password, no anonymous state whatever it is named, no password change that failed.",
    source: "ASVS 2.3.1; WSTG-SESS-08",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: no_puzzle,
};

/// What servers keep beside a visitor's own state, where both share a map.
const NAMES: [&str; 18] = [
    "user",
    "user_id",
    "userid",
    "username",
    "uid",
    "id",
    "account",
    "login",
    "logged_in",
    "authenticated",
    "identity",
    "actix_identity.user_id",
    "_auth_user_id",
    "role",
    "roles",
    "is_admin",
    "sub",
    "passport",
];

fn no_puzzle(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    wrong_logins(target, None)?;
    let mut tried = 0;
    let stateful = target.mechanism != Mechanism::Jwt && target.routes.write_state.is_some();
    if stateful {
        tried += puzzle(target, &held)?;
    }
    failed_change(target, &held)?;
    for (request, what) in for_logins_only(target) {
        let exchange = target.send_patiently(&request)?;
        if exchange.response.status != 501 {
            target.rejected(&exchange, what)?;
        }
    }
    target.control_after(&held, user, "what others tried without a login")?;
    target.end(&held)?;
    Ok(Proof::HoldsAnd(format!("{tried} names of state tried")))
}

/// A visitor without a login fills his state with what a login may be made of.
fn puzzle(target: &Target, held: &Credential) -> Result<usize, Stop> {
    let user = &target.user;
    let me = target.me(held)?;
    let known = me.response.json().unwrap_or(Value::Null);
    let id = known.pointer("/user/id").cloned().unwrap_or(json!(1));
    let mut values = vec![id.clone(), json!(user.username), json!(true)];
    values.push(json!({"id": id, "username": user.username, "roles": ["admin"]}));
    let mut visitor: Option<Credential> = None;
    for name in NAMES {
        for value in &values {
            let exchange = target.write_state(visitor.as_ref(), name, value)?;
            if let Some(given) = given_like(target, held, &exchange)? {
                visitor = Some(given);
            }
            let Some(visitor) = &visitor else {
                continue;
            };
            still_nobody(
                target,
                visitor,
                "an anonymous visitor with state of such names",
            )?;
        }
    }
    if let Some(visitor) = &visitor {
        wrong_logins(target, Some(visitor))?;
    }
    Ok(NAMES.len())
}

fn given_like(
    target: &Target,
    held: &Credential,
    exchange: &Exchange,
) -> Result<Option<Credential>, Stop> {
    let given = target.credential_in(exchange)?;
    Ok(given.filter(|given| given.cookie_name() == held.cookie_name()))
}

fn still_nobody(target: &Target, visitor: &Credential, what: &str) -> Result<(), Stop> {
    target.rejected(&target.me(visitor)?, what)?;
    for route in [&target.routes.admin, &target.routes.logins]
        .into_iter()
        .flatten()
    {
        let exchange = target.send_patiently(&visitor.attach(target.request(route)))?;
        if exchange.response.status != 501 {
            target.rejected(&exchange, what)?;
        }
    }
    Ok(())
}

/// A login that fails, with an anonymous visitor's credential or with none.
fn wrong_logins(target: &Target, visitor: Option<&Credential>) -> Result<(), Stop> {
    let user = &target.user;
    for (name, password) in [
        (user.username.as_str(), "not-the-password"),
        ("nobody-of-this-name", "not-the-password"),
    ] {
        let request = target.login_request(name, password);
        let request = visitor.map_or(request.clone(), |visitor| visitor.attach(request));
        let exchange = target.send_patiently(&request)?;
        target.rejected(&exchange, "a login with a wrong password")?;
        if let Some(visitor) = visitor {
            still_nobody(
                target,
                visitor,
                "an anonymous visitor after a wrong password",
            )?;
        }
    }
    Ok(())
}

/// A change that names another account and fails makes nobody that account.
fn failed_change(target: &Target, held: &Credential) -> Result<(), Stop> {
    if target.routes.password.is_none() {
        return Ok(());
    }
    let wrong = target.password_request("not-the-password", "another-password")?;
    target.rejected(
        &target.send_patiently(&wrong)?,
        "a password change without a login",
    )?;
    let exchange = target.send_patiently(&held.attach(wrong))?;
    target.rejected(&exchange, "a password change with a wrong password")?;
    target.control_after(held, &target.user, "a password change that failed")
}

fn for_logins_only(target: &Target) -> Vec<(Request, &'static str)> {
    let routes = &target.routes;
    let mut requests = Vec::new();
    if let Some(route) = &routes.logout_everywhere {
        requests.push((
            target.request(route),
            "logging out everywhere without a login",
        ));
    }
    if let Some(route) = &routes.expiry {
        let request = target.request(route).json(&json!({"after": 600}));
        requests.push((request, "another lifetime without a login"));
    }
    if let Some(route) = &routes.logins {
        requests.push((target.request(route), "the list of logins without a login"));
    }
    requests
}
