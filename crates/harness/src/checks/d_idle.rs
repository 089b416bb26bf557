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

/// How often a check is begun anew on a machine that was too busy to use a login in time.
const ATTEMPTS: usize = 4;

/// The uses of one login, and the longest time between two of them.
struct Uses {
    idle: Duration,
    last: Instant,
    longest: Duration,
}

/// What an attempt came to; `None`: the machine was too busy to tell.
type Attempt = Result<Option<Proof>, Stop>;

impl Uses {
    fn since_login(idle: Duration) -> Self {
        Self {
            idle,
            last: Instant::now(),
            longest: Duration::ZERO,
        }
    }

    /// One use. From its sending on the server counts, until the next one is answered.
    fn again(&mut self, target: &Target, held: &Credential) -> Result<Option<Credential>, Stop> {
        let sent = Instant::now();
        let next = used(target, held)?;
        self.longest = self.longest.max(self.last.elapsed());
        self.last = sent;
        Ok(next)
    }

    /// Uses it until then, or says after how long it was over.
    fn go_on(
        &mut self,
        target: &Target,
        held: &mut Credential,
        long: Duration,
    ) -> Result<Option<Duration>, Stop> {
        let began = Instant::now();
        while began.elapsed() < long {
            sleep(BETWEEN_USES);
            match self.again(target, held)? {
                Some(next) => *held = next,
                None => return Ok(Some(began.elapsed())),
            }
        }
        Ok(None)
    }

    /// A login was over too early: the server's mistake, unless it was not used in time.
    fn over_early(&self, expected: impl Into<String>, actual: impl Into<String>) -> Attempt {
        if self.longest + Duration::from_secs(1) > self.idle {
            return Ok(None);
        }
        Err(Stop::failed_overall(expected, actual))
    }
}

fn unless_busy(target: &Target, attempt: fn(&Target, &Idle) -> Attempt) -> Verdict {
    let (target, spans) = there(target)?;
    for _ in 0..ATTEMPTS {
        if let Some(proof) = attempt(&target, spans)? {
            return Ok(proof);
        }
    }
    let actual = format!("too long between two uses, {ATTEMPTS} times");
    Err(Stop::broken("a machine that is not too busy", actual))
}

fn over(target: &Target, held: &Credential, what: &str) -> Result<(), Stop> {
    target.refresh_dead(held, what)?;
    target.rejected(&target.me(held)?, what)
}

fn disuse_ends_it(target: &Target) -> Verdict {
    unless_busy(target, one_is_used_and_one_is_not)
}

fn one_is_used_and_one_is_not(target: &Target, spans: &Idle) -> Attempt {
    let idle = Duration::from_secs(spans.idle);
    let left_alone = target.login(&target.user)?.credential;
    target.control_before(&left_alone, &target.user)?;
    let mut uses = Uses::since_login(idle);
    let mut busy = target.login(&target.user)?.credential;
    target.control_before(&busy, &target.user)?;
    if let Some(after) = uses.go_on(target, &mut busy, idle + MARGIN)? {
        let expected = format!("a login that is used outlives {} s", spans.idle);
        let actual = format!("it was over after {} ms", after.as_millis());
        return uses.over_early(expected, actual);
    }
    over(
        target,
        &left_alone,
        "a login that nobody used for its idle time",
    )?;
    if uses.again(target, &busy)?.is_none() {
        let expected = "a login that is used lives on beside one that is not";
        return uses.over_early(expected, "it was over");
    }
    sleep(idle + MARGIN);
    over(
        target,
        &busy,
        "a login that was used, and then not for its idle time",
    )?;
    let fresh = target.login(&target.user)?.credential;
    target.control_after(&fresh, &target.user, "the end of other logins")?;
    Ok(Some(Proof::Holds))
}

fn use_does_not_save_it(target: &Target) -> Verdict {
    unless_busy(target, one_is_used_all_the_time)
}

fn one_is_used_all_the_time(target: &Target, spans: &Idle) -> Attempt {
    let idle = Duration::from_secs(spans.idle);
    let absolute = Duration::from_secs(spans.absolute);
    let mut uses = Uses::since_login(idle);
    let mut held = target.login(&target.user)?.credential;
    target.control_before(&held, &target.user)?;
    match uses.go_on(target, &mut held, absolute + MARGIN)? {
        None => {
            let expected = format!("a login is over after {} s, used or not", spans.absolute);
            let actual = format!("it was used for {} ms", (absolute + MARGIN).as_millis());
            return Err(Stop::failed_overall(expected, actual));
        }
        Some(after) if after + MARGIN < absolute => {
            let expected = format!("a login that is used lasts {} s", spans.absolute);
            let actual = format!("it was over after {} ms", after.as_millis());
            return uses.over_early(expected, actual);
        }
        Some(_) => {}
    }
    // An access token may outlive its refresh token, but not the login's end.
    sleep(MARGIN);
    over(target, &held, "a login after its absolute time")?;
    let fresh = target.login(&target.user)?.credential;
    target.control_after(&fresh, &target.user, "the end of another login")?;
    Ok(Some(Proof::Holds))
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
