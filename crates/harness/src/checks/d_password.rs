//! D09: a password change throws everybody else out.

use crate::case::{Case, Level};
use crate::mechanism::Mechanism;
use crate::outcome::{Stop, Verdict};
use crate::restore::Password;
use crate::seams::Seam;
use crate::target::Target;
use crate::verify::proof;

pub(super) const D09: Case = Case {
    id: "D09",
    level: Level::Must,
    claim: "A password change ends every other login and keeps the own one, under a new credential.",
    source: "ASVS 7.4.3; RFC 9700 §4.14.2",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::SecondAccount],
    check: others_are_thrown_out,
};

const NEW: &str = "another-password-for-now";

fn others_are_thrown_out(target: &Target) -> Verdict {
    let (user, second) = (&target.user, target.second()?);
    let password = Password::of(target);
    let bystander = target.login(second)?.credential;
    let others = [
        target.login(user)?.credential,
        target.act(&target.login(user)?.credential)?,
    ];
    let own = target.login(user)?.credential;
    for held in others.iter().chain([&own]) {
        target.control_before(held, user)?;
    }
    let request = own.attach(target.password_request(&user.password, NEW)?);
    let exchange = target.send_patiently(&request)?;
    if !exchange.response.is_success() {
        return Err(Stop::failed(
            "the password change succeeds",
            exchange.line(),
            &exchange,
        ));
    }
    password.is_now(NEW);
    let mut figures = Vec::new();
    for held in &others {
        figures.push(target.dead(held, "another login, after the password change")?);
    }
    let given = target
        .credential_in(&exchange)?
        .filter(|given| given.value != own.value);
    let kept = match given {
        Some(given) => {
            figures.push(target.dead(&own, "the own old credential, after the password change")?);
            target.refresh_dead(&own, "the own old refresh token, after the password change")?;
            given
        }
        // The access token may be dead; the login is its refresh token.
        None if target.mechanism == Mechanism::Jwt => target.refreshed(&own).map_err(failed)?,
        None => {
            return Err(Stop::failed(
                "the own login gets a new credential",
                "none in the answer",
                &exchange,
            ));
        }
    };
    target.control_after(&kept, user, "the own password change")?;
    for held in &others {
        target.refresh_dead(held, "the refresh token of another login")?;
    }
    target.control_after(&bystander, second, "another account's password change")?;
    let old = target.send_patiently(&target.login_request(&user.username, &user.password))?;
    target.rejected(&old, "the old password")?;
    let login = target
        .login_by(&target.login_request(&user.username, NEW))
        .map_err(failed)?;
    target.control_after(&login.credential, user, "a login with the new password")?;
    proof(figures)
}

/// What would be broken as a set-up is the claim itself here.
fn failed(stop: Stop) -> Stop {
    match stop {
        Stop::Broken(failure) => Stop::Failed(failure),
        other => other,
    }
}
