//! E16: a token opens what it is for.

use super::e_forgery::Forgery;
use crate::case::{Case, Level};
use crate::mechanism::Mechanism;
use crate::outcome::{Stop, Verdict};
use crate::target::Target;

pub(super) const E16: Case = Case {
    id: "E16",
    level: Level::Must,
    claim: "A refresh token opens no resource, and an access token refreshes nothing.",
    source: "ASVS 9.2.2; RFC 8725 §3.12",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: each_token_has_its_purpose,
};

fn each_token_has_its_purpose(target: &Target) -> Verdict {
    let held = target.login(&target.user)?.credential;
    target.control_before(&held, &target.user)?;
    let refresh = target.refresh_of(&held)?.to_owned();
    let as_access = held.with_value(refresh.clone());
    target.rejected(
        &target.me(&as_access)?,
        "a refresh token as an access token",
    )?;
    let routes = &target.routes;
    let guarded = [&routes.admin, &routes.logins, &routes.logout_everywhere];
    for route in guarded.into_iter().flatten() {
        let exchange = target.send(&as_access.attach(target.request(route)))?;
        target.rejected(&exchange, "a refresh token as an access token")?;
    }
    if routes.password.is_some() {
        let password = &target.user.password;
        let request = as_access.attach(target.password_request(password, password)?);
        target.rejected(
            &target.send(&request)?,
            "a password change with a refresh token",
        )?;
    }
    let exchange = target.send(&target.refresh_request(&held.text())?)?;
    target.rejected(&exchange, "an access token as a refresh token")?;
    // Each still does what it is for.
    target.control_after(&held, &target.user, "swapping its tokens")?;
    let forgery = Forgery {
        target,
        held,
        originals: Vec::new(),
    };
    forgery.unharmed().map_err(|stop| match stop {
        Stop::Broken(failure) => Stop::Failed(failure),
        other => other,
    })
}
