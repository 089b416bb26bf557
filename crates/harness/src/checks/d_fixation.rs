//! D01 to D03: a login gives a credential that nobody knew before it.

use serde_json::json;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::Exchange;
use crate::mechanism::Mechanism;
use crate::outcome::{Stop, Verdict};
use crate::set_cookie::SetCookie;
use crate::target::Target;
use crate::verify::proof;

pub(super) const D01: Case = Case {
    id: "D01",
    level: Level::Must,
    claim: "A credential that the server gave before the login is worth nothing after it.",
    source: "ASVS 7.2.4; WSTG-SESS-03; 6265bis §8.4",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: no_fixation,
};

pub(super) const D02: Case = Case {
    id: "D02",
    level: Level::Must,
    claim: "An invented credential is refused, and a login does not adopt it.",
    source: "OWASP Session Management, Permissive and Strict; ASVS 7.2.4",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: invented_is_not_adopted,
};

pub(super) const D03: Case = Case {
    id: "D03",
    level: Level::Must,
    claim: "Logging in again gives a new credential, and the old one is dead.",
    source: "ASVS 7.2.4",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: logging_in_again_replaces,
};

fn no_fixation(target: &Target) -> Verdict {
    let user = &target.user;
    let mut planted = Vec::new();
    // What an attacker can have the server give him: an anonymous visitor's
    // credential, and his own login.
    if target.mechanism != Mechanism::Jwt && target.routes.write_state.is_some() {
        let probe = target.login(user)?.credential;
        let exchange = target.write_state(None, "planted", &json!("by the attacker"))?;
        planted.extend(cookie_named(&probe, &exchange));
    }
    if let Some(attacker) = &target.second {
        planted.push(target.login(attacker)?.credential);
    }
    for before in planted {
        let request = before.attach(target.login_request(&user.username, &user.password));
        let login = target.login_by(&request)?;
        target.control_before(&login.credential, user)?;
        differs(&before, &login.credential, &login.exchange)?;
        let exchange = target.me(&before)?;
        match target.visitor(&exchange) {
            None => target.rejected(&exchange, "the credential from before the login")?,
            Some(name) if name == user.username => {
                let expected = "the credential from before the login does not open the login";
                return Err(Stop::failed(expected, target.told(&exchange), &exchange));
            }
            // The attacker is where he was: C10 says when that has to end.
            Some(_) => {}
        }
        target.refresh_dead(&before, "the refresh token from before the login")?;
        target.control_after(
            &login.credential,
            user,
            "using the credential from before the login",
        )?;
        target.end(&login.credential)?;
    }
    proof([])
}

fn cookie_named(like: &Credential, exchange: &Exchange) -> Option<Credential> {
    let name = like.cookie_name()?;
    let set = SetCookie::all(&exchange.response)
        .into_iter()
        .find(|set| set.name == name)?;
    Some(like.with_value(set.value))
}

fn invented_is_not_adopted(target: &Target) -> Verdict {
    let user = &target.user;
    let real = target.login(user)?.credential;
    target.control_before(&real, user)?;
    let mut values = inventions(&real.value);
    values.push(b"attacker".to_vec());
    for value in values {
        let invented = Credential {
            refresh: None,
            ..real.with_value(value)
        };
        let what = "an invented credential";
        target.rejected(&target.me(&invented)?, what)?;
        if target.mechanism != Mechanism::Jwt && target.routes.write_state.is_some() {
            let exchange =
                target.write_state(Some(&invented), "planted", &json!("by the attacker"))?;
            if let Some(given) = cookie_named(&real, &exchange) {
                differs(&invented, &given, &exchange)?;
            } else if exchange.response.is_success() {
                let actual = format!("{} and no new cookie", exchange.line());
                return Err(Stop::failed(
                    "state is not kept under an invented credential",
                    actual,
                    &exchange,
                ));
            }
        }
        let request = invented.attach(target.login_request(&user.username, &user.password));
        let exchange = target.send_patiently(&request)?;
        let worked = target.routes.login.succeeded(exchange.response.status);
        if worked {
            let given = target.credential_in(&exchange)?.ok_or_else(|| {
                Stop::failed(
                    "a new credential at login",
                    format!("{}, none in it", exchange.line()),
                    &exchange,
                )
            })?;
            differs(&invented, &given, &exchange)?;
            target.control_before(&given, user)?;
            target.rejected(
                &target.me(&invented)?,
                "an invented credential, after a login with it",
            )?;
            target.end(&given)?;
        } else if target.mechanism == Mechanism::Jwt && exchange.response.is_client_error() {
            // A client that sends junk as its token may be told so.
        } else {
            let expected = "an invented cookie does not keep a visitor from logging in";
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
        if let (Some(refresh), Some(_)) = (&real.refresh, &target.routes.refresh) {
            for invented in inventions(refresh.as_bytes()) {
                let token = String::from_utf8_lossy(&invented).into_owned();
                let exchange = target.send(&target.refresh_request(&token)?)?;
                target.rejected(&exchange, "an invented refresh token")?;
            }
        }
    }
    target.control_after(&real, user, "logins with an invented credential")?;
    target.end(&real)?;
    proof([])
}

/// Values of the same length, in the alphabet of a real one.
fn inventions(real: &[u8]) -> Vec<Vec<u8>> {
    let turned = |by: u8| {
        let turn = |byte: &u8| match byte {
            b'0'..=b'9' => (byte - b'0' + by) % 10 + b'0',
            b'a'..=b'f' => (byte - b'a' + by) % 6 + b'a',
            b'g'..=b'z' => (byte - b'g' + by) % 20 + b'g',
            b'A'..=b'F' => (byte - b'A' + by) % 6 + b'A',
            b'G'..=b'Z' => (byte - b'G' + by) % 20 + b'G',
            other => *other,
        };
        real.iter().map(turn).collect::<Vec<u8>>()
    };
    vec![turned(1), turned(3)]
}

fn logging_in_again_replaces(target: &Target) -> Verdict {
    let user = &target.user;
    let bystander = target.login(user)?.credential;
    let old = target.login(user)?.credential;
    target.control_before(&old, user)?;
    let request = old.attach(target.login_request(&user.username, &user.password));
    let login = target.login_by(&request)?;
    differs(&old, &login.credential, &login.exchange)?;
    target.control_before(&login.credential, user)?;
    let figure = target.dead(&old, "the credential from before the new login")?;
    target.refresh_dead(&old, "the refresh token from before the new login")?;
    target.control_after(&login.credential, user, "using the old credential")?;
    target.control_after(&bystander, user, "logging in again on another device")?;
    target.end(&bystander)?;
    target.end(&login.credential)?;
    proof([figure])
}

fn differs(before: &Credential, after: &Credential, exchange: &Exchange) -> Result<(), Stop> {
    let same_refresh = before.refresh.is_some() && before.refresh == after.refresh;
    if before.value != after.value && !same_refresh {
        return Ok(());
    }
    Err(Stop::failed(
        "a new credential",
        "the one that came with the request",
        exchange,
    ))
}
