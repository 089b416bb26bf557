//! D12 to D14: a login that nobody uses ends, one that is used ends too, and what
//! has ended stays so.

use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::{Idle, Seam};
use crate::target::Target;

pub(super) const D12: Case = Case {
    id: "D12",
    level: Level::Must,
    claim: "A login that is not used ends after its idle time; each use begins that time anew.",
    source: "ASVS 7.3.1; RFC 9700 §4.14.2; WSTG-SESS-07",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::IdleInstance],
    check: disuse_ends_it,
};

pub(super) const D13: Case = Case {
    id: "D13",
    level: Level::Must,
    claim: "A login that is used all the time ends at its absolute time.",
    source: "ASVS 7.3.2, 10.4.8",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::IdleInstance],
    check: use_does_not_save_it,
};

pub(super) const D14: Case = Case {
    id: "D14",
    level: Level::Must,
    claim: "A login that is over does not come back by being used.",
    source: "ASVS 7.3.1",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::IdleInstance],
    check: use_does_not_revive_it,
};

/// Whole seconds are counted on both sides, and machines are busy.
const MARGIN: Duration = Duration::from_millis(1300);
const BETWEEN_USES: Duration = Duration::from_millis(300);

fn there(target: &Target) -> Result<(Target, &Idle), Stop> {
    let seam = target.seams.idle.as_ref();
    let seam = seam.ok_or(Stop::Untestable(Seam::IdleInstance))?;
    Ok((target.elsewhere(&seam.url)?, seam))
}

/// Uses a login as its visitor would: a visit, or a refresh. `None`: it is over.
fn used(target: &Target, held: &Credential) -> Result<Option<Credential>, Stop> {
    if let (Mechanism::Jwt, Some(token)) = (target.mechanism, &held.refresh) {
        let exchange = target.send_patiently(&target.refresh_request(token)?)?;
        let next = target.credential_in(&exchange)?;
        return Ok(next.filter(|_| exchange.response.is_success()));
    }
    let exchange = target.me(held)?;
    if target.visitor(&exchange).is_none() {
        return Ok(None);
    }
    target.follow(held, &exchange).map(Some)
}

/// Uses it until then, or says after how long it was over.
fn used_for(
    target: &Target,
    held: &mut Credential,
    idle: Duration,
    long: Duration,
) -> Result<Option<Duration>, Stop> {
    let began = Instant::now();
    while began.elapsed() < long {
        let since = Instant::now();
        sleep(BETWEEN_USES);
        match used(target, held)? {
            Some(next) => *held = next,
            None if since.elapsed() + MARGIN > idle + BETWEEN_USES => {
                let actual = format!("{} ms between two uses", since.elapsed().as_millis());
                return Err(Stop::broken("a machine that is not too busy", actual));
            }
            None => return Ok(Some(began.elapsed())),
        }
    }
    Ok(None)
}

fn over(target: &Target, held: &Credential, what: &str) -> Result<(), Stop> {
    target.refresh_dead(held, what)?;
    target.rejected(&target.me(held)?, what)
}

fn disuse_ends_it(target: &Target) -> Verdict {
    let (target, spans) = there(target)?;
    let idle = Duration::from_secs(spans.idle);
    let left_alone = target.login(&target.user)?.credential;
    target.control_before(&left_alone, &target.user)?;
    let mut busy = target.login(&target.user)?.credential;
    target.control_before(&busy, &target.user)?;
    if let Some(after) = used_for(&target, &mut busy, idle, idle + MARGIN)? {
        let expected = format!("a login that is used outlives {} s", spans.idle);
        let actual = format!("it was over after {} ms", after.as_millis());
        return Err(Stop::failed_overall(expected, actual));
    }
    over(
        &target,
        &left_alone,
        "a login that nobody used for its idle time",
    )?;
    if used(&target, &busy)?.is_none() {
        let expected = "a login that is used lives on beside one that is not";
        return Err(Stop::failed_overall(expected, "it was over"));
    }
    sleep(idle + MARGIN);
    over(
        &target,
        &busy,
        "a login that was used, and then not for its idle time",
    )?;
    let fresh = target.login(&target.user)?.credential;
    target.control_after(&fresh, &target.user, "the end of other logins")?;
    Ok(Proof::Holds)
}

fn use_does_not_save_it(target: &Target) -> Verdict {
    let (target, spans) = there(target)?;
    let idle = Duration::from_secs(spans.idle);
    let absolute = Duration::from_secs(spans.absolute);
    let mut held = target.login(&target.user)?.credential;
    target.control_before(&held, &target.user)?;
    match used_for(&target, &mut held, idle, absolute + MARGIN)? {
        None => {
            let expected = format!("a login is over after {} s, used or not", spans.absolute);
            let actual = format!("it was used for {} ms", (absolute + MARGIN).as_millis());
            return Err(Stop::failed_overall(expected, actual));
        }
        Some(after) if after + MARGIN < absolute => {
            let expected = format!("a login that is used lasts {} s", spans.absolute);
            let actual = format!("it was over after {} ms", after.as_millis());
            return Err(Stop::failed_overall(expected, actual));
        }
        Some(_) => {}
    }
    // An access token may outlive its refresh token, but not the login's end.
    sleep(MARGIN);
    over(&target, &held, "a login after its absolute time")?;
    let fresh = target.login(&target.user)?.credential;
    target.control_after(&fresh, &target.user, "the end of another login")?;
    Ok(Proof::Holds)
}

fn use_does_not_revive_it(target: &Target) -> Verdict {
    let (target, spans) = there(target)?;
    let held = target.login(&target.user)?.credential;
    target.control_before(&held, &target.user)?;
    sleep(Duration::from_secs(spans.idle) + MARGIN);
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(spans.idle) {
        over(&target, &held, "a login that is over")?;
        if let (Mechanism::Cookie | Mechanism::Session, Some(route)) =
            (target.mechanism, &target.routes.write_state)
        {
            let request = target.request_at(route, "late").json(&json!({"value": 1}));
            // A visitor without a login may keep state, under another credential.
            let exchange = target.send_patiently(&held.attach(request))?;
            target.gives_nothing(&exchange, "a write with a login that is over")?;
        }
        for route in [&target.routes.logins, &target.routes.expiry]
            .into_iter()
            .flatten()
        {
            let request = target.request(route).json(&json!({"after": 600}));
            let exchange = target.send_patiently(&held.attach(request))?;
            if exchange.response.status != 501 {
                target.rejected(&exchange, "the use of a login that is over")?;
            }
        }
        sleep(BETWEEN_USES);
    }
    over(&target, &held, "a login that is over, used again and again")?;
    let fresh = target.login(&target.user)?.credential;
    target.control_after(&fresh, &target.user, "the end of another login")?;
    Ok(Proof::Holds)
}
