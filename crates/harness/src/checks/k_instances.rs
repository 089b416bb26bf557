//! K09 to K12: several instances, before and after a restart, a new key, and with
//! clocks that differ.

use serde_json::json;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::target::Target;
use crate::verify::proof;

pub(super) const K09: Case = Case {
    id: "K09",
    level: Level::Must,
    claim: "A restart logs nobody out, and nobody in who was out.",
    source: "ASVS 7.4.1",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::Restart],
    check: a_restart_changes_nothing,
};

pub(super) const K10: Case = Case {
    id: "K10",
    level: Level::Must,
    claim: "What one instance gives works on the other, and what one ends is dead on the other with the next request.",
    source: "ASVS 7.4.1",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::SecondInstance],
    check: two_are_one,
};

pub(super) const K11: Case = Case {
    id: "K11",
    level: Level::Must,
    claim: "A new key logs nobody out while the old one is kept, makes everything that is new, and the old one dies when it is retired.",
    source: "ASVS 13.3.4, 11.2.2",
    mechanisms: &[Mechanism::Cookie, Mechanism::Jwt],
    seams: &[Seam::RotatedKey],
    check: keys_change_hands,
};

pub(super) const K12: Case = Case {
    id: "K12",
    level: Level::Must,
    claim: "An instance whose clock is ahead, by no more than the target allows, takes what the others give, and they take what it gives.",
    source: "RFC 7519 §4.1.4, §4.1.5",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::AheadOfTime],
    check: clocks_may_differ,
};

fn a_restart_changes_nothing(target: &Target) -> Verdict {
    let user = &target.user;
    let restart = target.seams.restart.as_ref();
    let restart = restart.ok_or(Stop::Untestable(Seam::Restart))?;
    let mut live = target.login(user)?.credential;
    let ended = target.login(user)?.credential;
    target.control_before(&live, user)?;
    if target.mechanism != Mechanism::Jwt && target.routes.write_state.is_some() {
        let exchange = target.write_state(Some(&live), "kept", &json!(1))?;
        live = target.follow(&live, &exchange)?;
    }
    target.end(&ended)?;
    let before = target.dead(&ended, "a login that was ended before the restart")?;
    restart().map_err(|why| Stop::broken("a restart", why))?;
    target.control_after(&live, user, "a restart")?;
    if target.mechanism != Mechanism::Jwt
        && target.routes.state.is_some()
        && target.state_value(&live, "kept")? != Some(json!(1))
    {
        let expected = "the state is there after a restart";
        return Err(Stop::failed_overall(expected, "it is not"));
    }
    let after = target.dead(&ended, "a login that was ended, after the restart")?;
    target.refresh_dead(&ended, "a login that was ended, after the restart")?;
    if live.refresh.is_some() && target.routes.refresh.is_some() {
        live = target.refreshed(&live).map_err(claimed)?;
    }
    target.end(&live)?;
    let dead = target.dead(&live, "a login that was ended after the restart")?;
    proof([before, after, dead])
}

/// What would be broken as a set-up is the claim itself here.
fn claimed(stop: Stop) -> Stop {
    match stop {
        Stop::Broken(failure) => Stop::Failed(failure),
        other => other,
    }
}

fn two_are_one(target: &Target) -> Verdict {
    let url = target.seams.second_instance.as_ref();
    let other = target.elsewhere(url.ok_or(Stop::Untestable(Seam::SecondInstance))?)?;
    let user = &target.user;
    let mut figures = Vec::new();
    for (here, there) in [(target, &other), (&other, target)] {
        let kept = here.login(user)?.credential;
        let held = here.login(user)?.credential;
        here.control_before(&held, user)?;
        there.control_after(&held, user, "a login at the other instance")?;
        let held = moved(here, there, held)?;
        there.end(&held)?;
        figures.push(here.dead(&held, "a login that was ended at the other instance")?);
        here.refresh_dead(&held, "a login that was ended at the other instance")?;
        here.control_after(&kept, user, "the end of another login")?;
        there.control_after(&kept, user, "the end of another login")?;
        let Some(route) = &there.routes.logout_everywhere else {
            continue;
        };
        let exchange = there.send_patiently(&kept.attach(there.request(route)))?;
        if route.succeeded(exchange.response.status) {
            figures.push(here.dead(&kept, "a login that was ended everywhere, elsewhere")?);
            here.refresh_dead(&kept, "a login that was ended everywhere, elsewhere")?;
        }
    }
    proof(figures)
}

/// Writes here and reads there; with tokens, refreshes there.
fn moved(here: &Target, there: &Target, held: Credential) -> Result<Credential, Stop> {
    if here.mechanism == Mechanism::Jwt {
        if held.refresh.is_none() || here.routes.refresh.is_none() {
            return Ok(held);
        }
        let next = there.refreshed(&held).map_err(claimed)?;
        here.control_after(&next, &here.user, "a refresh at the other instance")?;
        return Ok(next);
    }
    if here.routes.write_state.is_none() || here.routes.state.is_none() {
        return Ok(held);
    }
    let exchange = here.write_state(Some(&held), "moved", &json!("here"))?;
    let held = here.follow(&held, &exchange)?;
    if there.state_value(&held, "moved")? != Some(json!("here")) {
        let expected = "what is written at one instance is read at the other";
        return Err(Stop::failed(expected, "it is not there", &exchange));
    }
    Ok(held)
}

fn keys_change_hands(target: &Target) -> Verdict {
    let seam = target.seams.rotated.as_ref();
    let seam = seam.ok_or(Stop::Untestable(Seam::RotatedKey))?;
    let (rotated, retired) = (
        target.elsewhere(&seam.url)?,
        target.elsewhere(&seam.retired)?,
    );
    let user = &target.user;
    let old = target.login(user)?.credential;
    target.control_before(&old, user)?;
    rotated.control_after(&old, user, "a change of the key")?;
    let fresh = rotated.login(user)?.credential;
    rotated.control_after(&fresh, user, "a login with the new key")?;
    retired.control_after(&fresh, user, "a login with the new key")?;
    retired.rejected(&retired.me(&old)?, "what the retired key has made")?;
    // Using it is what hands it over to the new key.
    let next = rotated.act(&old).map_err(claimed)?;
    if next != old {
        rotated.control_after(&next, user, "its use with the new key")?;
        retired.control_after(&next, user, "its use with the new key")?;
    }
    rotated.end(&next)?;
    let dead = retired.dead(&next, "a login that was ended with the new key")?;
    rotated.control_after(&fresh, user, "the end of another login")?;
    rotated.end(&fresh)?;
    match dead {
        None => Ok(Proof::Holds),
        Some(figure) => Ok(Proof::Demonstrated(figure)),
    }
}

fn clocks_may_differ(target: &Target) -> Verdict {
    let seam = target.seams.ahead.as_ref();
    let seam = seam.ok_or(Stop::Untestable(Seam::AheadOfTime))?;
    let ahead = target.elsewhere(&seam.url)?;
    let user = &target.user;
    for (gives, takes) in [(target, &ahead), (&ahead, target)] {
        let held = gives.login(user)?.credential;
        gives.control_before(&held, user)?;
        takes.control_after(&held, user, &format!("{} s of difference", seam.seconds))?;
        let held = moved(gives, takes, held)?;
        takes.end(&held)?;
        gives.dead(&held, "a login that was ended by another clock")?;
    }
    Ok(Proof::Holds)
}
