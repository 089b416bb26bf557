//! E26: a client whose answer got lost asks again.

use std::thread::sleep;
use std::time::Duration;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::Exchange;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const E26: Case = Case {
    id: "E26",
    level: Level::Must,
    claim: "A refresh token is exchanged once more within the documented grace only; after it, and without one, that ends the family.",
    source: "RFC 9700 §4.14.2; ASVS 10.4.5",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: lost_answers_are_asked_for_again,
};

/// Longer than this it takes a thief no haste to use.
const LONGEST: u64 = 60;

impl Target {
    /// Waits until a token that was exchanged now has no grace left.
    pub(crate) fn let_grace_pass(&self) {
        if self.promises.refresh_grace > 0 {
            sleep(Duration::from_secs(self.promises.refresh_grace + 1));
        }
    }
}

fn lost_answers_are_asked_for_again(target: &Target) -> Verdict {
    let user = &target.user;
    let grace = target.promises.refresh_grace;
    if grace > LONGEST {
        let actual = format!("the manifest promises {grace} s");
        return Err(Stop::failed_overall(
            format!("a grace of at most {LONGEST} s"),
            actual,
        ));
    }
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let lost = target.refreshed(&held)?;
    if grace > 0 {
        // The answer got lost: its tokens are known to nobody, and stay unused.
        let again = asked_again(target, &held)?;
        target.control_after(&again, user, "a refresh that was asked for again")?;
        let next = target.refreshed(&again)?;
        target.let_grace_pass();
        target.refresh_dead(
            &lost,
            "the refresh token of the lost answer, after the grace",
        )?;
        target.refresh_dead(
            &next,
            "the token that followed, after one from before came again",
        )?;
        after_the_grace(target)?;
    } else {
        target.refresh_dead(&held, "a refresh token that was exchanged already")?;
        target.refresh_dead(
            &lost,
            "the family's newest token, after an older one came again",
        )?;
    }
    let fresh = target.login(user)?.credential;
    let fresh = target.refreshed(&fresh)?;
    target.control_after(&fresh, user, "the end of other families")?;
    target.end(&fresh)?;
    Ok(Proof::HoldsAnd(format!("the grace is {grace} s")))
}

/// What is accepted within the grace is a reuse after it.
fn after_the_grace(target: &Target) -> Result<(), Stop> {
    let held = target.login(&target.user)?.credential;
    let fresh = target.refreshed(&held)?;
    target.let_grace_pass();
    target.refresh_dead(&held, "a refresh token, exchanged again after the grace")?;
    target.refresh_dead(
        &fresh,
        "the newest token, after an older one came again too late",
    )
}

fn asked_again(target: &Target, held: &Credential) -> Result<Credential, Stop> {
    let request = target.refresh_request(target.refresh_of(held)?)?;
    let exchange: Exchange = target.send_patiently(&request)?;
    let again = target.credential_in(&exchange)?;
    let again = again.filter(|again| exchange.response.is_success() && again.refresh.is_some());
    again.ok_or_else(|| {
        let grace = target.promises.refresh_grace;
        let expected = format!("within {grace} s a refresh token is exchanged once more");
        Stop::failed(expected, exchange.line(), &exchange)
    })
}
