//! A01 to A03: the flow itself.

use serde_json::json;

use crate::case::{Case, Level};
use crate::http::Request;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::set_cookie::SetCookie;
use crate::target::Target;
use crate::verify::proof;

pub(super) const A01: Case = Case {
    id: "A01",
    level: Level::Must,
    claim: "Without a credential the protected resources answer 401 with a challenge.",
    source: "RFC 9110 §11.6.1, §15.5.2; RFC 6750 §3",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: anonymous_gets_a_challenge,
};

fn anonymous_gets_a_challenge(target: &Target) -> Verdict {
    let held = target.login(&target.user)?.credential;
    target.control_before(&held, &target.user)?;
    let protected = [
        Some(&target.routes.me),
        target.routes.admin.as_ref(),
        target.routes.logins.as_ref(),
    ];
    let mut requests: Vec<Request> = protected
        .into_iter()
        .flatten()
        .map(|route| target.request(route))
        .collect();
    let routes = &target.routes;
    requests.extend(
        routes
            .logout_everywhere
            .as_ref()
            .map(|route| target.request(route)),
    );
    let lifetime = json!({"after": 60});
    requests.extend(
        routes
            .expiry
            .as_ref()
            .map(|route| target.request(route).json(&lifetime)),
    );
    if routes.password.is_some() {
        requests.push(target.password_request(&target.user.password, "a-stranger's-choice")?);
    }
    for request in requests {
        let exchange = target.send_patiently(&request)?;
        if exchange.response.status == 501 {
            continue;
        }
        target.gives_nothing(&exchange, "a request without a credential")?;
        let challenge = exchange
            .response
            .first("www-authenticate")
            .unwrap_or_default();
        if exchange.response.status != 401 || challenge.trim().is_empty() {
            let expected = "401 with a WWW-Authenticate challenge";
            let actual = format!("{}, WWW-Authenticate: {challenge:?}", exchange.line());
            return Err(Stop::failed(expected, actual, &exchange));
        }
        let scheme = challenge.split([' ', ',']).next().unwrap_or_default();
        if target.mechanism == Mechanism::Jwt && !scheme.eq_ignore_ascii_case("bearer") {
            let actual = format!("WWW-Authenticate: {challenge}");
            return Err(Stop::failed(
                "a challenge of scheme Bearer",
                actual,
                &exchange,
            ));
        }
    }
    target.control_after(&held, &target.user, "an anonymous visit")?;
    Ok(Proof::Holds)
}

pub(super) const A02: Case = Case {
    id: "A02",
    level: Level::Must,
    claim: "A right login gives exactly one credential, and it opens the resource as that account.",
    source: "ASVS 7.2.1 (control for all other cases)",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: a_login_gives_one_credential,
};

fn a_login_gives_one_credential(target: &Target) -> Verdict {
    for account in [
        Some(&target.user),
        target.second.as_ref(),
        target.admin.as_ref(),
    ]
    .into_iter()
    .flatten()
    {
        let names = [Some(&account.username), account.email.as_ref()];
        for name in names.into_iter().flatten() {
            let login = target.login_by(&target.login_request(name, &account.password))?;
            let exchange = target.me(&login.credential)?;
            if target.visitor(&exchange).as_deref() != Some(&account.username) {
                let expected = format!("the resource opens as {}", account.username);
                return Err(Stop::failed(expected, target.told(&exchange), &exchange));
            }
            let cookies = SetCookie::all(&login.exchange.response);
            let mut opening = 0;
            for cookie in &cookies {
                let request = target.request(&target.routes.me);
                let pair = [cookie.name.as_bytes(), b"=", &cookie.value].concat();
                let visit = target.send(&request.header("Cookie", pair))?;
                opening += usize::from(target.visitor(&visit).is_some());
            }
            let expected = usize::from(login.credential.cookie_name().is_some());
            if opening != expected {
                let actual = format!("{opening} of {} cookies open the resource", cookies.len());
                let expected = format!("{expected} cookies that open the resource");
                return Err(Stop::failed(expected, actual, &login.exchange));
            }
            if target.mechanism == Mechanism::Jwt
                && target.routes.refresh.is_some()
                && login.credential.refresh.is_none()
            {
                let actual = "no refresh token in the answer";
                return Err(Stop::failed(
                    "an access and a refresh token",
                    actual,
                    &login.exchange,
                ));
            }
        }
    }
    Ok(Proof::Holds)
}

pub(super) const A03: Case = Case {
    id: "A03",
    level: Level::Must,
    claim: "Log in, visit, act, log out: after that the credential is refused.",
    source: "ASVS 7.4.1",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: logout_ends_the_flow,
};

fn logout_ends_the_flow(target: &Target) -> Verdict {
    let held = target.login(&target.user)?.credential;
    target.control_before(&held, &target.user)?;
    let held = target.act(&held)?;
    target.control_before(&held, &target.user)?;
    let exchange = target.logout(&held)?;
    if !target.routes.logout.succeeded(exchange.response.status) {
        return Err(Stop::failed(
            "the logout succeeds",
            exchange.line(),
            &exchange,
        ));
    }
    target.gives_nothing(&exchange, "a logout")?;
    let figure = target.dead(&held, "the credential after its logout")?;
    target.refresh_dead(&held, "the refresh token after its logout")?;
    let again = target.login(&target.user)?.credential;
    target.control_after(&again, &target.user, "logging out and in again")?;
    target.end(&again)?;
    proof([figure])
}
