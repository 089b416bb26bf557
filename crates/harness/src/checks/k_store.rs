//! K01: without its store a server says that it cannot know.

use std::time::Duration;

use serde_json::json;

use super::k_answers::{back, closed, in_time, unavailable};
use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::restore::Store;
use crate::seams::Seam;
use crate::target::Target;

pub(super) const K01: Case = Case {
    id: "K01",
    level: Level::Must,
    claim: "With the store down, who needs it answers 503 within a second: never 200, never a logout.",
    source: "ASVS 16.5.2, 16.5.3, 13.1.3",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::StoreControl],
    check: fails_closed,
};

const BACK_WITHIN: Duration = Duration::from_secs(5);

fn fails_closed(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let store = Store::stopped(target)?;
    let me = target.request(&target.routes.me);
    let answer = in_time(
        target,
        &held.attach(me.clone()),
        "the resource, with a live credential",
    )?;
    let knows = target.visitor(&answer).is_some();
    // A session is in the store; a cookie or a token may be read without it.
    if target.mechanism == Mechanism::Session || !knows || answer.response.status == 503 {
        unavailable(&answer, "the resource, with a live credential")?;
    }
    if knows && target.visitor(&answer).as_deref() != Some(&user.username) {
        return Err(Stop::failed(
            format!("{} or 503", user.username),
            target.told(&answer),
            &answer,
        ));
    }
    if !knows && target.replays_by_design() {
        return Err(Stop::failed(
            "a pure credential works without the store",
            answer.line(),
            &answer,
        ));
    }
    for value in [b"junk".to_vec(), b"A".repeat(held.value.len())] {
        let exchange = in_time(
            target,
            &held.with_value(value).attach(me.clone()),
            "the resource, with junk",
        )?;
        closed(target, &exchange, "junk, with the store down")?;
    }
    closed(
        target,
        &in_time(target, &me, "the resource, anonymous")?,
        "nobody, with the store down",
    )?;
    if target.mechanism == Mechanism::Session {
        needs_the_store(target, &held)?;
    }
    if let (Some(refresh), Some(_)) = (&held.refresh, &target.routes.refresh) {
        let exchange = in_time(target, &target.refresh_request(refresh)?, "a refresh")?;
        unavailable(&exchange, "a refresh")?;
    }
    store.start()?;
    let took = back(target, &held, BACK_WITHIN)?;
    let how = if knows {
        "worked on without the store"
    } else {
        "answered 503"
    };
    Ok(Proof::HoldsAnd(format!(
        "{how}; back {} ms after the store",
        took.as_millis()
    )))
}

/// Whatever a session server does with a visitor needs the store.
fn needs_the_store(target: &Target, held: &Credential) -> Result<(), Stop> {
    let routes = &target.routes;
    let user = &target.user;
    let mut requests = vec![(
        target.request(&routes.logout),
        "a logout that cannot be made true",
    )];
    requests.extend(
        routes
            .state
            .as_ref()
            .map(|route| (target.request(route), "the state")),
    );
    if let Some(route) = &routes.write_state {
        let request = target.request_at(route, "down").json(&json!({"value": 1}));
        requests.push((request, "a write"));
    }
    for (request, what) in requests {
        unavailable(&in_time(target, &held.attach(request), what)?, what)?;
    }
    let login = target.login_request(&user.username, &user.password);
    let exchange = target
        .try_send(&login)
        .map_err(|error| Stop::failed_overall("an answer to a login", error.to_string()))?;
    unavailable(&exchange, "a login")
}
