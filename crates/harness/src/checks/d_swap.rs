//! D20 and D21: what was made for another purpose, or by another key, opens nothing.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::json;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::set_cookie::SetCookie;
use crate::target::Target;

pub(super) const D20: Case = Case {
    id: "D20",
    level: Level::Must,
    claim: "A value that the server made for another purpose, or under another cookie's name, is no credential.",
    source: "6265bis §8.4; RFC 8725 §3.12",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: purposes_are_kept_apart,
};

pub(super) const D21: Case = Case {
    id: "D21",
    level: Level::Must,
    claim: "A credential of another environment, made by the same software with another key, is refused, both ways.",
    source: "ASVS 7.2.2, 13.3.1",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::OtherEnvironment],
    check: environments_are_kept_apart,
};

/// The name under which the server is asked to keep something for the visitor.
const OTHER: &str = "theme";

fn purposes_are_kept_apart(target: &Target) -> Verdict {
    let user = &target.user;
    let login = target.login(user)?;
    let held = login.credential;
    target.control_before(&held, user)?;
    let mut tried = 0;
    for value in made_for_others(target, &held)? {
        tried += 1;
        let swapped = Credential {
            refresh: None,
            ..held.with_value(value)
        };
        let exchange = target.me(&swapped)?;
        target.rejected(&exchange, "a value that was made for another purpose")?;
    }
    // The other way round: the login's cookie under another name opens nothing either.
    if target.mechanism != Mechanism::Jwt {
        let pair = [OTHER.as_bytes(), b"=", &held.value].concat();
        let request = target.request(&target.routes.me).header("Cookie", pair);
        target.rejected(
            &target.send_patiently(&request)?,
            "the credential under another name",
        )?;
        tried += 1;
    }
    target.control_after(&held, user, "values of other purposes")?;
    target.end(&held)?;
    Ok(Proof::HoldsAnd(format!("{tried} values tried")))
}

/// Whatever the server signs, seals or names for this visitor.
fn made_for_others(target: &Target, held: &Credential) -> Result<Vec<Vec<u8>>, Stop> {
    let mut values: Vec<Vec<u8>> = Vec::new();
    values.extend(
        held.refresh
            .iter()
            .map(|refresh| refresh.clone().into_bytes()),
    );
    if target.mechanism != Mechanism::Jwt && target.routes.write_state.is_some() {
        let anonymous = target.write_state(None, "key", &json!("a value"))?;
        let set = SetCookie::all(&anonymous.response);
        values.extend(set.into_iter().map(|cookie| cookie.value));
    }
    let Some(route) = &target.routes.write_cookie else {
        return Ok(values);
    };
    for value in splices(held) {
        for protection in ["signed", "private", "plain"] {
            let body = json!({"value": value, "protection": protection});
            let request = target.request_at(route, OTHER).json(&body);
            for request in [request.clone(), held.attach(request)] {
                let exchange = target.send_patiently(&request)?;
                let set = SetCookie::all(&exchange.response);
                // What comes back as it was sent was made by nobody.
                let other = set
                    .into_iter()
                    .filter(|cookie| cookie.name == OTHER && cookie.value != value.as_bytes());
                values.extend(other.map(|cookie| cookie.value));
            }
        }
    }
    Ok(values)
}

/// What a credential may be made of: itself, its parts, and what they decode to.
fn splices(held: &Credential) -> Vec<String> {
    let text = held.text();
    let mut parts = vec!["a value".to_owned(), text.clone()];
    for part in text.split(['.', ':', '|', '~']) {
        parts.push(part.to_owned());
        let decoded = [URL_SAFE_NO_PAD, STANDARD_NO_PAD, URL_SAFE, STANDARD]
            .iter()
            .find_map(|engine| engine.decode(part).ok());
        parts.extend(decoded.and_then(|bytes| String::from_utf8(bytes).ok()));
    }
    parts.sort();
    parts.dedup();
    parts
}

fn environments_are_kept_apart(target: &Target) -> Verdict {
    let url = target.seams.other_environment.as_ref();
    let url = url.ok_or(Stop::Untestable(Seam::OtherEnvironment))?;
    let other = target.elsewhere(url)?;
    let user = &target.user;
    let here = target.login(user)?.credential;
    let there = other.login(user)?.credential;
    target.control_before(&here, user)?;
    other.control_before(&there, user)?;
    for (at, foreign) in [(target, &there), (&other, &here)] {
        let what = "a credential of another environment";
        at.rejected(&at.me(foreign)?, what)?;
        at.refresh_dead(foreign, what)?;
        if let (Mechanism::Cookie | Mechanism::Session, Some(route)) =
            (at.mechanism, &at.routes.write_state)
        {
            let request = at.request_at(route, "key").json(&json!({"value": 1}));
            let exchange = at.send_patiently(&foreign.attach(request))?;
            at.gives_nothing(&exchange, what)?;
        }
    }
    target.control_after(&here, user, "credentials of another environment")?;
    other.control_after(&there, user, "credentials of another environment")?;
    target.end(&here)?;
    other.end(&there)?;
    Ok(Proof::Holds)
}
