//! C02: how long a refusal takes does not tell who is known.

use std::time::Duration;

use crate::case::{Case, Level};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const C02: Case = Case {
    id: "C02",
    level: Level::Must,
    claim: "A wrong password takes as long for an unknown user as for a known one.",
    source: "ASVS 6.3.8, 11.2.4; PortSwigger, Username enumeration via response timing",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: unknown_takes_as_long,
};

/// Pairs, one try each, in turn: what else the machine does slows both down.
const PAIRS: usize = 24;
/// The share of pairs of tries in which the known user's is slower. Chance gives 0.5,
/// give or take 0.08 at so many; a hash that is left out gives 1. Finer differences
/// are for a quiet machine and thousands of tries.
const APART: f64 = 0.9;

fn unknown_takes_as_long(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let accounts = [Some(user), target.second.as_ref(), target.admin.as_ref()];
    let accounts: Vec<_> = accounts.into_iter().flatten().collect();
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for at in 0..PAIRS {
        // In turn, so that no account runs into the limit of wrong tries early.
        let account = accounts[at % accounts.len()];
        let stranger = format!(
            "{}{at}",
            "q".repeat(account.username.len().saturating_sub(2))
        );
        let mut pair = [(account.username.clone(), true), (stranger, false)];
        if at % 2 == 1 {
            pair.reverse();
        }
        for (name, is_known) in pair {
            let exchange =
                target.send_patiently(&target.login_request(&name, "not-the-password"))?;
            target.rejected(&exchange, "a wrong login")?;
            if is_known { &mut known } else { &mut unknown }.push(exchange.took);
        }
    }
    for account in accounts {
        target.login(account)?;
    }
    target.control_after(&held, user, "wrong logins")?;
    let share = slower(&known, &unknown);
    let t = welch(&known, &unknown);
    let told = format!(
        "slower for the known in {share:.2} of all pairs, t = {t:.1}; medians {} and {} µs",
        median(&mut known).as_micros(),
        median(&mut unknown).as_micros()
    );
    if (1.0 - APART..=APART).contains(&share) {
        return Ok(Proof::HoldsAnd(told));
    }
    Err(Stop::failed_overall(
        "times that do not tell the two apart",
        told,
    ))
}

/// The area under the curve: how often one of these is greater than one of those.
fn slower(these: &[Duration], those: &[Duration]) -> f64 {
    let mut greater = 0.0;
    for one in these {
        for other in those {
            greater += match one.cmp(other) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    greater / count(these) / count(those)
}

fn count(list: &[Duration]) -> f64 {
    f64::from(u32::try_from(list.len()).unwrap_or(u32::MAX))
}

/// Welch's t: the difference of the means in units of its own error.
fn welch(these: &[Duration], those: &[Duration]) -> f64 {
    let moments = |list: &[Duration]| {
        let mean = list.iter().map(Duration::as_secs_f64).sum::<f64>() / count(list);
        let squares = list.iter().map(|time| (time.as_secs_f64() - mean).powi(2));
        let variance = squares.sum::<f64>() / (count(list) - 1.0).max(1.0);
        (mean, variance / count(list))
    };
    let (one, two) = (moments(these), moments(those));
    let error = (one.1 + two.1).sqrt();
    if error > 0.0 {
        (one.0 - two.0) / error
    } else {
        0.0
    }
}

fn median(list: &mut [Duration]) -> Duration {
    list.sort_unstable();
    list.get(list.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_that_differ_are_told_apart() {
        let times = |from: u64| {
            (from..from + 24)
                .map(Duration::from_millis)
                .collect::<Vec<_>>()
        };
        assert!((slower(&times(1), &times(1)) - 0.5).abs() < 1e-9);
        assert!(slower(&times(100), &times(1)) > 0.999);
        assert!(welch(&times(100), &times(1)) > 20.0);
        assert!(welch(&times(1), &times(1)).abs() < 1e-9);
    }
}
