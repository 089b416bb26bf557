//! A09 and A11: what the client says of itself beyond its credential.

use serde_json::{Value, json};

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::Request;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const A09: Case = Case {
    id: "A09",
    level: Level::Must,
    claim: "Members that nobody asked for (a role, an id, an end, a session) have no effect, at login and wherever else JSON is taken.",
    source: "ASVS 15.3.3",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: nothing_is_assigned,
};

pub(super) const A11: Case = Case {
    id: "A11",
    level: Level::Must,
    claim: "Headers by which proxies speak of users, paths and methods are not believed from a client.",
    source: "ASVS 4.1.3, 15.3.4",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: headers_are_not_believed,
};

fn extras(target: &Target) -> Vec<(&'static str, Value)> {
    let admin = target
        .admin
        .as_ref()
        .map_or("root", |admin| &admin.username);
    vec![
        ("role", json!("admin")),
        ("roles", json!(["admin"])),
        ("is_admin", json!(true)),
        ("admin", json!(true)),
        ("is_staff", json!(true)),
        ("is_superuser", json!(true)),
        ("scope", json!("admin")),
        ("id", json!(3)),
        ("user_id", json!(3)),
        ("sub", json!("3")),
        (
            "user",
            json!({"id": 3, "username": admin, "roles": ["admin"]}),
        ),
        ("exp", json!(4_000_000_000_u64)),
        ("expires_at", json!("2096-10-02T07:06:40Z")),
        ("epoch", json!(0)),
        ("sid", json!("chosen-by-the-client-chosen-by-the-client")),
        (
            "session_id",
            json!("chosen-by-the-client-chosen-by-the-client"),
        ),
        ("jti", json!("chosen-by-the-client")),
        ("authenticated", json!(true)),
        ("__proto__", json!({"roles": ["admin"]})),
    ]
}

fn nothing_is_assigned(target: &Target) -> Verdict {
    let user = &target.user;
    let plain = target.login(user)?.credential;
    target.control_before(&plain, user)?;
    let known = profile(target, &plain)?;
    let mut tried = 0;
    let extras = extras(target);
    let all: Vec<&(&str, Value)> = extras.iter().collect();
    // All together too: a server that knows one of them may need another beside it.
    let singly = extras.iter().map(|extra| vec![extra]);
    for extra in singly.chain([all]) {
        let mut body = target.login_body(&user.username, &user.password);
        for (name, value) in extra.iter().copied() {
            if body.get(name).is_none() {
                body[*name] = value.clone();
            }
        }
        let request = target.request(&target.routes.login).json(&body);
        let exchange = target.send_patiently(&request)?;
        tried += 1;
        if !target.routes.login.succeeded(exchange.response.status) {
            target.rejected(&exchange, "a login with members that nobody asked for")?;
            continue;
        }
        let given = target.credential_in(&exchange)?.ok_or_else(|| {
            Stop::failed("a credential in the answer", exchange.line(), &exchange)
        })?;
        if given.text().contains("chosen-by-the-client") {
            let expected = "the server chooses the credential";
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
        unchanged(target, &given, &known)?;
        target.end(&given)?;
    }
    let held = other_bodies(target, &plain, &extras)?;
    unchanged(target, &held, &known)?;
    target.control_after(&held, user, "members that nobody asked for")?;
    target.end(&held)?;
    Ok(Proof::HoldsAnd(format!("{tried} logins")))
}

/// Who the resource says is there, without what differs from login to login.
fn profile(target: &Target, held: &Credential) -> Result<Value, Stop> {
    let exchange = target.me(held)?;
    let body = exchange.response.json().unwrap_or(Value::Null);
    let parent = target
        .fields
        .who
        .rsplit_once('/')
        .map_or("", |(parent, _)| parent);
    Ok(body.pointer(parent).cloned().unwrap_or(Value::Null))
}

fn unchanged(target: &Target, held: &Credential, known: &Value) -> Result<(), Stop> {
    let exchange = target.me(held)?;
    let far = time::OffsetDateTime::now_utc().unix_timestamp() + 400 * 86_400;
    let last = target.expires_at(&exchange);
    let profile = profile(target, held)?;
    let per_login = target.fields.who.matches('/').count() < 2;
    if !per_login && profile != *known || last.is_some_and(|last| last > far) {
        let expected = "the visitor is who he was without them";
        return Err(Stop::failed(expected, target.told(&exchange), &exchange));
    }
    if target.visitor(&exchange).as_deref() != Some(&target.user.username) {
        let expected = format!("the visitor is {}", target.user.username);
        return Err(Stop::failed(expected, target.told(&exchange), &exchange));
    }
    let Some(route) = &target.routes.admin else {
        return Ok(());
    };
    let admin = target.send_patiently(&held.attach(target.request(route)))?;
    target.rejected(
        &admin,
        "the admin's resource, with members that nobody asked for",
    )
}

/// The same in a write, and in another lifetime or a refresh.
fn other_bodies(
    target: &Target,
    held: &Credential,
    extras: &[(&'static str, Value)],
) -> Result<Credential, Stop> {
    let mut held = held.clone();
    let with = |mut body: Value| {
        for (name, value) in extras {
            if body.get(name).is_none() {
                body[*name] = value.clone();
            }
        }
        body
    };
    let routes = &target.routes;
    let mut requests = Vec::new();
    if let Some(route) = &routes.write_state {
        requests.push(
            target
                .request_at(route, "extra")
                .json(&with(json!({"value": 1}))),
        );
    }
    if let Some(route) = &routes.expiry {
        requests.push(target.request(route).json(&with(json!({"after": null}))));
    }
    if let (Some(token), Some(route)) = (&held.refresh, &routes.refresh) {
        let mut body = json!({});
        body[&target.fields.refresh_token] = token.as_str().into();
        requests.push(target.request(route).json(&with(body)));
    }
    for request in requests {
        let exchange = target.send_patiently(&held.attach(request))?;
        held = target.follow(&held, &exchange)?;
    }
    Ok(held)
}

fn headers_are_not_believed(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let known = profile(target, &held)?;
    let admin = target
        .admin
        .as_ref()
        .map_or("root", |admin| &admin.username);
    let me = target.request(&target.routes.me);
    let mut tried = 0;
    for name in USERS {
        for value in [admin, "1", "3", "true", "admin"] {
            let request = me.clone().header(name, value);
            target.rejected(
                &target.send_patiently(&request)?,
                "a user named in a header",
            )?;
            let exchange = target.send_patiently(&held.attach(request))?;
            if target.visitor(&exchange).as_deref() != Some(&user.username) {
                let expected = format!("{} stays who he is beside {name}", user.username);
                return Err(Stop::failed(expected, target.told(&exchange), &exchange));
            }
            if let Some(route) = &target.routes.admin {
                let request = held.attach(target.request(route).header(name, value));
                let exchange = target.send_patiently(&request)?;
                target.rejected(&exchange, "the admin's resource, with a user in a header")?;
            }
            tried += 1;
        }
    }
    let open = Request::new("GET", &format!("{}/healthz", target.base().prefix()));
    for (name, value) in paths(&me.path) {
        for request in [open.clone(), me.clone()] {
            let exchange = target.send_patiently(&request.header(name, &value))?;
            if target.visitor(&exchange).is_some() {
                let expected = format!("{name} opens nothing");
                return Err(Stop::failed(expected, target.told(&exchange), &exchange));
            }
        }
        tried += 1;
    }
    hosts(target, &held)?;
    unchanged(target, &held, &known)?;
    target.control_after(&held, user, "headers of proxies")?;
    target.end(&held)?;
    Ok(Proof::HoldsAnd(format!("{tried} headers")))
}

const USERS: [&str; 12] = [
    "X-User",
    "X-User-Id",
    "X-Username",
    "X-Remote-User",
    "Remote-User",
    "X-Forwarded-User",
    "X-Forwarded-Email",
    "X-Auth-Request-User",
    "X-Authenticated-User",
    "X-WEBAUTH-USER",
    "X-Role",
    "X-Admin",
];

fn paths(me: &str) -> Vec<(&'static str, String)> {
    let local = "127.0.0.1".to_owned();
    vec![
        ("X-Original-URL", me.to_owned()),
        ("X-Rewrite-URL", me.to_owned()),
        ("X-Forwarded-Prefix", me.to_owned()),
        ("X-HTTP-Method-Override", "HEAD".to_owned()),
        ("X-Forwarded-For", local.clone()),
        ("X-Real-IP", local.clone()),
        ("X-Client-IP", local.clone()),
        ("Forwarded", format!("for={local};proto=https")),
        ("X-Forwarded-Proto", "https".to_owned()),
    ]
}

/// Another host's name comes back in no header that a browser follows or keeps.
fn hosts(target: &Target, held: &Credential) -> Result<(), Stop> {
    let evil = "evil.test";
    let user = &target.user;
    let login = target.login_request(&user.username, &user.password);
    let me = held.attach(target.request(&target.routes.me));
    for request in [login, me] {
        let request = request
            .header("X-Forwarded-Host", evil)
            .header("X-Host", evil)
            .header("Forwarded", format!("host={evil}"));
        let exchange = target.send_patiently(&request)?;
        for name in [
            "set-cookie",
            "location",
            "link",
            "content-location",
            "refresh",
        ] {
            if exchange
                .response
                .all(name)
                .any(|value| value.contains(evil))
            {
                let expected = format!("{name} names no host that the client made up");
                return Err(Stop::failed(expected, exchange.line(), &exchange));
            }
        }
        if let Some(given) = target.credential_in(&exchange)? {
            target.end(&given)?;
        }
    }
    Ok(())
}
