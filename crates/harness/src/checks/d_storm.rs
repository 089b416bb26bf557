//! D08: one logout among very many requests.

use std::sync::{Mutex, PoisonError};
use std::thread::scope;

use serde_json::json;

use super::d_race::ends;
use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::{Exchange, Request};
use crate::mechanism::Mechanism;
use crate::outcome::{Figure, Proof, Stop, Verdict};
use crate::routes::Route;
use crate::target::Target;

pub(super) const D08: Case = Case {
    id: "D08",
    level: Level::Must,
    claim: "After one logout among 200 parallel reads, writes and refreshes nothing of the login works any more.",
    source: "ASVS 7.4.1, 15.4.2",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: nothing_survives_the_storm,
};

const REQUESTS: usize = 200;
/// Refreshes in a row, each with the token that the last one gave.
const CHAIN: usize = 10;

fn nothing_survives_the_storm(target: &Target) -> Verdict {
    let mut figures = Vec::new();
    let mut answers = 0;
    for end in ends(target) {
        let (given, served) = storm(target, end)?;
        answers += served;
        for credential in &given {
            figures.push(target.dead(credential, "what the storm gave, after the logout")?);
        }
        if let Some(last) = given.last() {
            target.refresh_dead(last, "the refresh token of the storm, after the logout")?;
        }
    }
    if answers == 0 {
        let expected = "some of the requests are served before the logout";
        return Err(Stop::broken(expected, "none was"));
    }
    let fresh = target.login(&target.user)?.credential;
    target.control_after(&fresh, &target.user, "the storm")?;
    target.end(&fresh)?;
    let longest: Option<Figure> = figures
        .into_iter()
        .flatten()
        .max_by(|a, b| a.value.total_cmp(&b.value));
    Ok(longest.map_or_else(
        || Proof::HoldsAnd(format!("{answers} requests were served before it")),
        Proof::Demonstrated,
    ))
}

/// Every credential that was ever given out for the login, the latest last; and how
/// many requests were served.
fn storm(target: &Target, end: &Route) -> Result<(Vec<Credential>, usize), Stop> {
    let held = target.login(&target.user)?.credential;
    target.control_before(&held, &target.user)?;
    let logout = held.attach(target.request(end));
    let answers = Mutex::new(Vec::<Exchange>::new());
    let chained = Mutex::new(vec![held.clone()]);
    let keep = |exchange| {
        let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.push(exchange);
    };
    let ended = scope(|threads| {
        let mut ended = None;
        for (number, request) in requests(target, &held).into_iter().enumerate() {
            let keep = &keep;
            threads.spawn(move || {
                // No answer at all is the affair of other checks.
                if let Ok(exchange) = target.try_send(&request) {
                    keep(exchange);
                }
            });
            if number == 0 {
                threads.spawn(|| chain(target, &held, &chained));
            }
            if number == REQUESTS / 2 {
                let logout = &logout;
                ended = Some(threads.spawn(move || target.send_patiently(logout)));
            }
        }
        ended.map(std::thread::ScopedJoinHandle::join)
    });
    let ended = match ended {
        Some(Ok(ended)) => ended?,
        _ => return Err(Stop::broken("a thread that runs", "it panicked")),
    };
    let answers = answers.into_inner().unwrap_or_default();
    if ended.response.status == 501 {
        return Ok((vec![], 0));
    }
    if !end.succeeded(ended.response.status) {
        return Err(Stop::failed(
            "a logout works in a storm",
            ended.line(),
            &ended,
        ));
    }
    let mut given = chained.into_inner().unwrap_or_default();
    let served = answers
        .iter()
        .filter(|exchange| exchange.response.is_success());
    let served = served.count();
    for exchange in &answers {
        given.extend(
            target
                .credential_in(exchange)?
                .filter(|_| target.mechanism != Mechanism::Jwt),
        );
    }
    Ok((given, served))
}

/// Refreshes until it is refused.
fn chain(target: &Target, held: &Credential, given: &Mutex<Vec<Credential>>) {
    let mut held = held.clone();
    for _ in 0..CHAIN {
        if held.refresh.is_none() || target.routes.refresh.is_none() {
            return;
        }
        let Ok(next) = target.refreshed(&held) else {
            return;
        };
        held = next.clone();
        given
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(next);
    }
}

fn requests(target: &Target, held: &Credential) -> Vec<Request> {
    let routes = &target.routes;
    let mut kinds = vec![target.request(&routes.me)];
    if target.mechanism != Mechanism::Jwt {
        kinds.extend(routes.state.as_ref().map(|route| target.request(route)));
        let write = routes.write_state.as_ref();
        kinds.extend((0..2).filter_map(|key| {
            let request = target.request_at(write?, &format!("storm-{key}"));
            Some(request.json(&json!({ "value": key })))
        }));
    }
    kinds.extend(routes.logins.as_ref().map(|route| target.request(route)));
    (0..REQUESTS)
        .map(|number| held.attach(kinds[number % kinds.len()].clone()))
        .collect()
}
