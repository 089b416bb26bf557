//! K03 to K05: a store that hangs, one that is slow, and one that is back.

use std::sync::{Mutex, PoisonError};
use std::thread::{scope, sleep};
use std::time::Duration;

use super::k_answers::{back, closed, ended, in_time, unavailable};
use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::{Exchange, Request};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::restore::{Store, Undone};
use crate::seams::Seam;
use crate::target::Target;

pub(super) const K03: Case = Case {
    id: "K03",
    level: Level::Must,
    claim: "With a store that hangs, who needs it answers 503 within a second, and what does not need it works on.",
    source: "ASVS 13.2.6, 16.5.2",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::StoreHang],
    check: a_hang_is_bounded,
};

pub(super) const K04: Case = Case {
    id: "K04",
    level: Level::Must,
    claim: "A store that answers late makes nobody anybody else, no request waits for another's, and nothing is left of it.",
    source: "ASVS 13.1.3, 16.5.2",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::StoreDelay],
    check: slowness_does_not_pile_up,
};

pub(super) const K05: Case = Case {
    id: "K05",
    level: Level::Must,
    claim: "When the store is back, the same credential works within 2 s, without a restart.",
    source: "ASVS 16.5.2",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::StoreControl],
    check: it_comes_back,
};

const BACK_WITHIN: Duration = Duration::from_secs(2);
const CROWD: usize = 32;
/// A crowd takes longer than one, on a busy machine; in a queue it would take far longer.
const CROWD_WITHIN: Duration = Duration::from_secs(4);
const A_LITTLE: Duration = Duration::from_millis(50);
const MUCH: Duration = Duration::from_secs(2);
const ROUNDS: usize = 3;

fn a_hang_is_bounded(target: &Target) -> Verdict {
    let user = &target.user;
    let hang = target.seams.store_hang.as_ref();
    let hang = hang.ok_or(Stop::Untestable(Seam::StoreHang))?;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let alive = Request::new("GET", &format!("{}/healthz", target.base().prefix()));
    let has_health = target.send(&alive)?.response.is_success();
    target.store_is_down(true);
    let resumed = Undone::by(target, "let the store go on", || hang(false));
    hang(true).map_err(|why| Stop::broken("the store hangs", why))?;
    let me = target.request(&target.routes.me);
    let answer = in_time(
        target,
        &held.attach(me.clone()),
        "the resource, with a live credential",
    )?;
    right_or_away(target, &answer)?;
    closed(
        target,
        &in_time(target, &me, "the resource, anonymous")?,
        "nobody",
    )?;
    let junk = held.with_value(b"A".repeat(held.value.len()));
    closed(
        target,
        &in_time(target, &junk.attach(me.clone()), "junk")?,
        "junk",
    )?;
    if has_health {
        let exchange = in_time(target, &alive, "the sign of life")?;
        if !exchange.response.is_success() {
            let expected = "a sign of life that does not ask the store";
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
    }
    for exchange in crowd(target, &held)? {
        right_or_away(target, &exchange)?;
    }
    resumed.now()?;
    let took = back(target, &held, BACK_WITHIN)?;
    drop(resumed);
    ended(target, &held)?;
    Ok(Proof::HoldsAnd(format!(
        "back {} ms after the store",
        took.as_millis()
    )))
}

/// Who asks is served as himself, or told that the server cannot know.
fn right_or_away(target: &Target, exchange: &Exchange) -> Result<(), Stop> {
    match target.visitor(exchange) {
        Some(name) if name == target.user.username => Ok(()),
        Some(_) => {
            let expected = format!("{} or 503", target.user.username);
            Err(Stop::failed(expected, target.told(exchange), exchange))
        }
        None if target.replays_by_design() => {
            let expected = "a pure credential works without the store";
            Err(Stop::failed(expected, exchange.line(), exchange))
        }
        None => unavailable(exchange, "the resource, with a live credential"),
    }
}

/// Many at once: each must have its answer in the time of one, not in a queue.
fn crowd(target: &Target, held: &Credential) -> Result<Vec<Exchange>, Stop> {
    let answers = Mutex::new(Vec::new());
    let request = held.attach(target.request(&target.routes.me));
    scope(|threads| {
        for _ in 0..CROWD {
            threads.spawn(|| {
                let exchange = target.try_send(&request);
                let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                answers.push(exchange);
            });
        }
    });
    let expected = format!(
        "each of {CROWD} requests is answered within {} s",
        CROWD_WITHIN.as_secs()
    );
    let mut exchanges = Vec::new();
    for answer in answers.into_inner().unwrap_or_default() {
        let exchange =
            answer.map_err(|error| Stop::failed_overall(expected.clone(), error.to_string()))?;
        if exchange.took > CROWD_WITHIN {
            let actual = format!("{} after {} ms", exchange.line(), exchange.took.as_millis());
            return Err(Stop::failed(expected, actual, &exchange));
        }
        exchanges.push(exchange);
    }
    Ok(exchanges)
}

/// Everybody is served as himself. On a busy machine somebody may be told to ask
/// again, once or twice.
fn all_served(target: &Target, held: &Credential, when: &str) -> Result<(), Stop> {
    let user = &target.user.username;
    let mut failed = None;
    for _ in 0..ROUNDS {
        let exchanges = crowd(target, held)?;
        failed = exchanges
            .into_iter()
            .find(|exchange| target.visitor(exchange).as_deref() != Some(user));
        let Some(exchange) = &failed else {
            return Ok(());
        };
        right_or_away(target, exchange)?;
        sleep(BACK_WITHIN);
    }
    failed.map_or(Ok(()), |exchange| {
        let expected = format!("everybody is served as {user} {when}");
        Err(Stop::failed(expected, target.told(&exchange), &exchange))
    })
}

fn slowness_does_not_pile_up(target: &Target) -> Verdict {
    let user = &target.user;
    let delay = target.seams.store_delay.as_ref();
    let delay = delay.ok_or(Stop::Untestable(Seam::StoreDelay))?;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let by = |delayed| delay(delayed).map_err(|why| Stop::broken("a store that answers late", why));
    target.store_is_down(true);
    let restored = Undone::by(target, "let the store answer in time", || {
        delay(Duration::ZERO)
    });
    by(A_LITTLE)?;
    all_served(target, &held, "while the store is a little late")?;
    by(MUCH)?;
    for exchange in crowd(target, &held)? {
        right_or_away(target, &exchange)?;
    }
    let request = target.login_request(&user.username, &user.password);
    let login = target
        .try_send(&request)
        .map_err(|error| Stop::failed_overall("an answer to a login", error.to_string()))?;
    if let Some(given) = target.credential_in(&login)? {
        restored.now()?;
        target.control_after(&given, user, "a login with a slow store")?;
    } else {
        unavailable(&login, "a login with a slow store")?;
        restored.now()?;
    }
    // Answers that come late belong to requests that were given up, not to these.
    let took = back(target, &held, MUCH + BACK_WITHIN)?;
    drop(restored);
    all_served(target, &held, "once the store is fast again")?;
    ended(target, &held)?;
    Ok(Proof::HoldsAnd(format!(
        "back {} ms after the delay",
        took.as_millis()
    )))
}

fn it_comes_back(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    let mut slowest = Duration::ZERO;
    for _ in 0..ROUNDS {
        target.control_before(&held, user)?;
        let store = Store::stopped(target)?;
        let request = held.attach(target.request(&target.routes.me));
        right_or_away(
            target,
            &in_time(target, &request, "the resource, with the store down")?,
        )?;
        sleep(Duration::from_millis(300));
        store.start()?;
        slowest = slowest.max(back(target, &held, BACK_WITHIN)?);
    }
    let fresh = target.login(user)?.credential;
    target.control_after(&fresh, user, "the store's return")?;
    ended(target, &fresh)?;
    ended(target, &held)?;
    Ok(Proof::HoldsAnd(format!(
        "back after at most {} ms",
        slowest.as_millis()
    )))
}
