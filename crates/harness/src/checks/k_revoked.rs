//! K02: what was ended stays ended when the store that knows it cannot be asked.

use std::time::Duration;

use super::k_answers::{back, ended as logged_out, in_time};
use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::mechanism::Mechanism;
use crate::outcome::{Figure, Stop, Verdict};
use crate::restore::Store;
use crate::seams::Seam;
use crate::target::Target;
use crate::verify::proof;

pub(super) const K02: Case = Case {
    id: "K02",
    level: Level::Must,
    claim: "With the store down, a credential that was ended opens nothing, and nothing when the store is back.",
    source: "ASVS 16.5.3",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::StoreControl],
    check: the_dead_stay_dead,
};

const BACK_WITHIN: Duration = Duration::from_secs(5);

fn the_dead_stay_dead(target: &Target) -> Verdict {
    let user = &target.user;
    let mut ended = Vec::new();
    for route in [
        Some(&target.routes.logout),
        target.routes.logout_everywhere.as_ref(),
    ]
    .into_iter()
    .flatten()
    {
        let held = target.login(user)?.credential;
        target.control_before(&held, user)?;
        let exchange = target.send_patiently(&held.attach(target.request(route)))?;
        if route.succeeded(exchange.response.status) {
            ended.push(held);
        }
    }
    let live = target.login(user)?.credential;
    target.control_before(&live, user)?;
    let mut figures = Vec::new();
    for held in &ended {
        figures.push(target.dead(held, "a login that was ended")?);
    }
    let store = Store::stopped(target)?;
    for held in &ended {
        figures.extend(opens_nothing(target, held)?);
    }
    store.start()?;
    back(target, &live, BACK_WITHIN)?;
    for held in &ended {
        figures.push(target.dead(held, "a login that was ended, with the store back")?);
        target.refresh_dead(held, "a login that was ended, with the store back")?;
    }
    drop(store);
    target.control_after(&live, user, "the store's return")?;
    logged_out(target, &live)?;
    proof(figures)
}

fn opens_nothing(target: &Target, held: &Credential) -> Result<Option<Option<Figure>>, Stop> {
    let what = "a login that was ended, with the store down";
    let request = held.attach(target.request(&target.routes.me));
    let exchange = in_time(target, &request, what)?;
    if target.visitor(&exchange).is_some() {
        if target.replays_by_design() {
            return target.dead(held, what).map(Some);
        }
        let expected = format!("{what} opens nothing");
        return Err(Stop::failed(expected, target.told(&exchange), &exchange));
    }
    let Some(refresh) = held
        .refresh
        .as_ref()
        .filter(|_| target.routes.refresh.is_some())
    else {
        return Ok(None);
    };
    let exchange = in_time(target, &target.refresh_request(refresh)?, what)?;
    if exchange.response.is_success() {
        let expected = format!("no new pair for {what}");
        return Err(Stop::failed(expected, exchange.line(), &exchange));
    }
    Ok(None)
}
