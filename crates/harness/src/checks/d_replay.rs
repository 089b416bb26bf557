//! D04 and D05: what a thief kept is worth nothing after the logout, and
//! logging out harms nobody else.

use std::thread::sleep;
use std::time::Duration;

use serde_json::json;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::Request;
use crate::mechanism::Mechanism;
use crate::outcome::{Figure, Proof, Stop, Verdict};
use crate::target::Target;
use crate::verify::proof;

pub(super) const D04: Case = Case {
    id: "D04",
    level: Level::Must,
    claim: "A copy of the credential, kept byte for byte, is dead after the logout, from any client.",
    source: "ASVS 7.4.1",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: copies_die_with_the_logout,
};

pub(super) const D05: Case = Case {
    id: "D05",
    level: Level::Must,
    claim: "Logging out twice, without or with a foreign credential is harmless, to others too.",
    source: "WSTG-SESS-06",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: logout_is_idempotent,
};

/// A denial that is cached, or kept in one worker, shows after a moment or on
/// another connection.
const TRIES: usize = 8;

fn copies_die_with_the_logout(target: &Target) -> Verdict {
    let user = &target.user;
    let bystander = target.login(user)?.credential;
    let first = target.login(user)?.credential;
    target.control_before(&first, user)?;
    let last = target.act(&first)?;
    target.control_before(&last, user)?;
    let ended = target.end(&last)?;
    let copy_after = format!("the copy of the credential, after {}", ended.said());
    let mut figures = Vec::new();
    for copy in [&first, &last] {
        figures.push(target.dead(copy, &copy_after)?);
        let request = target
            .request(&target.routes.me)
            .header("User-Agent", "the attacker's machine");
        let exchange = target.send(&copy.attach(request))?;
        if !target.replays_by_design() {
            target.rejected(&exchange, "the copy, from another client")?;
            for request in uses(target) {
                let exchange = target.send(&copy.attach(request))?;
                if exchange.response.status != 501 && exchange.response.is_success() {
                    let expected = "the copy opens nothing after the logout";
                    return Err(Stop::failed(expected, exchange.line(), &exchange));
                }
            }
        }
    }
    for _ in 0..TRIES {
        figures.push(target.dead(&last, &copy_after)?);
    }
    sleep(Duration::from_millis(1200));
    figures.push(target.dead(
        &last,
        "the copy of the credential, a second after the logout",
    )?);
    // The old refresh token last: presenting it may end more than it should.
    target.refresh_dead(&last, "the copy of the refresh token, after the logout")?;
    target.refresh_dead(
        &first,
        "the copy of the first refresh token, after the logout",
    )?;
    figures.extend(other_ways_out(target)?);
    target.control_after(&bystander, user, "the logout on another device")?;
    target.end(&bystander)?;
    proof(figures)
}

/// A login that is to be remembered, logged out; and a login that was flushed.
fn other_ways_out(target: &Target) -> Result<Vec<Option<Figure>>, Stop> {
    let user = &target.user;
    let mut body = target.login_body(&user.username, &user.password);
    body[&target.fields.remember] = true.into();
    let login = target.request(&target.routes.login).json(&body);
    let mut figures = Vec::new();
    for route in [Some(&target.routes.logout), target.routes.flush.as_ref()]
        .into_iter()
        .flatten()
    {
        let held = target.login_by(&login)?.credential;
        target.control_before(&held, user)?;
        let exchange = target.send_patiently(&held.attach(target.request(route)))?;
        if exchange.response.status == 501 {
            continue;
        }
        if !route.succeeded(exchange.response.status) {
            return Err(Stop::broken_by(
                "a way out that works",
                exchange.line(),
                &exchange,
            ));
        }
        let what = format!(
            "the copy of a remembered credential, after {}",
            exchange.said()
        );
        figures.push(target.dead(&held, &what)?);
        target.refresh_dead(&held, &what)?;
    }
    Ok(figures)
}

/// What needs a login, besides the resource. The state does not: an anonymous
/// visitor has some too.
fn uses(target: &Target) -> Vec<Request> {
    let routes = &target.routes;
    let reads = [&routes.admin, &routes.logins].into_iter().flatten();
    let mut requests: Vec<Request> = reads.map(|route| target.request(route)).collect();
    if let Some(route) = &routes.expiry {
        requests.push(target.request(route).json(&json!({"after": 600})));
    }
    requests
}

fn logout_is_idempotent(target: &Target) -> Verdict {
    let user = &target.user;
    let bystander = target.login(user)?.credential;
    let other = target
        .second
        .as_ref()
        .map(|second| target.login(second))
        .transpose()?;
    let held = target.login(user)?.credential;
    target.control_before(&bystander, user)?;
    target.end(&held)?;
    let logout = target.request(&target.routes.logout);
    let mut requests = vec![
        (held.attach(logout.clone()), "a second logout"),
        (held.attach(logout.clone()), "a third logout"),
        (logout.clone(), "a logout without a credential"),
    ];
    let mut foreign = vec![b"junk".to_vec(), b"A".repeat(held.value.len()), Vec::new()];
    // Copies of live logins with a flaw: nobody may end a login by guessing its name.
    let live = [
        Some(&bystander),
        other.as_ref().map(|login| &login.credential),
    ];
    for value in live.iter().flatten().map(|live| live.value.clone()) {
        foreign.extend(flawed(&value));
    }
    for value in foreign {
        requests.push((
            held.with_value(value).attach(logout.clone()),
            "a logout with a foreign credential",
        ));
    }
    if target.mechanism == Mechanism::Jwt {
        for token in ["junk", ""] {
            let mut body = json!({});
            body[&target.fields.refresh_token] = token.into();
            requests.push((
                logout.clone().json(&body),
                "a logout with a junk refresh token",
            ));
        }
    }
    for (request, what) in requests {
        let exchange = target.send(&request)?;
        let response = &exchange.response;
        let fine = target.routes.logout.succeeded(response.status) || response.is_client_error();
        if !fine {
            let expected = format!("{what} gets a 2xx or a 4xx");
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
        target.gives_nothing(&exchange, what)?;
    }
    target.control_after(&bystander, user, "logouts of others")?;
    if let (Some(login), Some(second)) = (&other, &target.second) {
        target.control_after(&login.credential, second, "logouts of others")?;
        still_refreshes(target, &login.credential)?;
    }
    let bystander = still_refreshes(target, &bystander)?;
    target.end(&bystander)?;
    Ok(Proof::Holds)
}

/// The same with its last byte, or a byte of each third, changed.
fn flawed(value: &[u8]) -> Vec<Vec<u8>> {
    let places = [
        0,
        value.len() / 3,
        value.len() / 2,
        value.len().saturating_sub(2),
    ];
    let flaw = |at: usize| {
        let mut copy = value.to_vec();
        if let Some(byte) = copy.get_mut(at) {
            *byte = if *byte == b'A' { b'B' } else { b'A' };
        }
        copy
    };
    places
        .into_iter()
        .map(flaw)
        .filter(|copy| copy != value)
        .collect()
}

fn still_refreshes(target: &Target, credential: &Credential) -> Result<Credential, Stop> {
    if credential.refresh.is_none() || target.routes.refresh.is_none() {
        return Ok(credential.clone());
    }
    target.refreshed(credential).map_err(|stop| match stop {
        Stop::Broken(failure) => Stop::Failed(failure),
        other => other,
    })
}
