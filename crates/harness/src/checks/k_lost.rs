//! K07: a store that takes no writes, and one that has lost everything.

use serde_json::json;

use super::k_answers::unavailable;
use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::Exchange;
use crate::mechanism::Mechanism;
use crate::outcome::{Figure, Proof, Stop, Verdict};
use crate::restore::Undone;
use crate::seams::Seam;
use crate::target::Target;

pub(super) const K07: Case = Case {
    id: "K07",
    level: Level::Must,
    claim: "What the store did not take is not said to be done, a logout least of all; and who was forgotten by it is refused, not let in.",
    source: "ASVS 16.5.3, 7.4.1",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::StoreReadOnly, Seam::StoreFlush],
    check: nothing_is_made_up,
};

fn nothing_is_made_up(target: &Target) -> Verdict {
    let figure = read_only(target)?.or(emptied(target)?);
    Ok(figure.map_or(Proof::Holds, Proof::Demonstrated))
}

/// A figure, where a copy works on by design.
fn read_only(target: &Target) -> Result<Option<Figure>, Stop> {
    let user = &target.user;
    let set = target.seams.store_read_only.as_ref();
    let set = set.ok_or(Stop::Untestable(Seam::StoreReadOnly))?;
    let routes = &target.routes;
    let ways: Vec<_> = [
        Some(&routes.logout),
        routes.flush.as_ref(),
        routes.logout_everywhere.as_ref(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut held = Vec::new();
    for _ in &ways {
        held.push(target.login(user)?.credential);
    }
    // Somebody else, whom logging out everywhere does not touch.
    let stays = target.second.as_ref();
    let stays = stays.map(|second| target.login(second)).transpose()?;
    target.store_is_down(true);
    let writable = Undone::by(target, "let the store take writes", || set(false));
    set(true).map_err(|why| Stop::broken("a store that refuses writes", why))?;
    let login = target.send(&target.login_request(&user.username, &user.password))?;
    if done_or_not(target, &login, "a login")? {
        let given = target.credential_in(&login)?;
        let given = given.ok_or_else(|| {
            Stop::failed(
                "a credential in the answer to a login",
                login.line(),
                &login,
            )
        })?;
        target.control_after(&given, user, "a login while the store takes no writes")?;
    }
    let written = match &stays {
        Some(login) => written(target, &login.credential)?,
        None => None,
    };
    let mut said = Vec::new();
    for (route, held) in ways.iter().zip(&held) {
        let exchange = target.send(&held.attach(target.request(route)))?;
        if exchange.response.status != 501 && done_or_not(target, &exchange, "a logout")? {
            said.push((held, exchange.said()));
        }
    }
    writable.now()?;
    drop(writable);
    let mut figure = None;
    for (held, said) in said {
        let what = format!("the login of which {said} while the store took no writes");
        figure = target.dead(held, &what)?.or(figure);
        target.refresh_dead(held, &what)?;
    }
    if let Some(credential) = written
        && target.state_value(&credential, "full")? != Some(json!(1))
    {
        let expected = "what was said to be written can be read";
        return Err(Stop::failed_overall(expected, "it is not there"));
    }
    let again = target.login(user)?.credential;
    target.control_after(&again, user, "a time without writes")?;
    target.end(&again)?;
    Ok(figure)
}

/// It was done, or the answer is an honest 503.
fn done_or_not(target: &Target, exchange: &Exchange, what: &str) -> Result<bool, Stop> {
    if exchange.response.is_success() {
        return Ok(true);
    }
    // Who was logged out everywhere by the request before is nobody by now.
    if exchange.response.status != 401 {
        unavailable(
            exchange,
            &format!("{what}, with a store that takes no writes"),
        )?;
    }
    target.gives_nothing(exchange, what)?;
    Ok(false)
}

/// The credential with which a written value should be there.
fn written(target: &Target, held: &Credential) -> Result<Option<Credential>, Stop> {
    if target.mechanism == Mechanism::Jwt || target.routes.write_state.is_none() {
        return Ok(None);
    }
    let route = target.route(&target.routes.write_state, "write_state")?;
    let request = target.request_at(route, "full").json(&json!({"value": 1}));
    let exchange = target.send(&held.attach(request))?;
    if done_or_not(target, &exchange, "a write")? {
        return target.follow(held, &exchange).map(Some);
    }
    Ok(None)
}

/// A figure, where what was ended is alive again: the price of a list of what is dead.
fn emptied(target: &Target) -> Result<Option<Figure>, Stop> {
    let user = &target.user;
    let flush = target.seams.store_flush.as_ref();
    let flush = flush.ok_or(Stop::Untestable(Seam::StoreFlush))?;
    let live = target.login(user)?.credential;
    let ended = target.login(user)?.credential;
    target.control_before(&live, user)?;
    target.control_before(&ended, user)?;
    target.end(&ended)?;
    flush().map_err(|why| Stop::broken("a store that is emptied", why))?;
    let exchange = target.me(&live)?;
    if target.visitor(&exchange).as_deref() != Some(&user.username) {
        target.rejected(&exchange, "a login that the store has forgotten")?;
    }
    let exchange = target.me(&ended)?;
    let figure = match target.visitor(&exchange) {
        None => {
            target.rejected(&exchange, "a login that was ended, in an empty store")?;
            None
        }
        Some(_) if target.mechanism == Mechanism::Session => {
            let expected = "a session that was ended is not there";
            return Err(Stop::failed(expected, target.told(&exchange), &exchange));
        }
        Some(_) => Some(Figure {
            value: target.seconds_left(&ended, &exchange).unwrap_or(f64::INFINITY),
            unit: "s",
            meaning: "when the list of what was ended is lost, a login that was ended works again until it expires".into(),
        }),
    };
    target.refresh_dead(&ended, "a refresh token that was ended, in an empty store")?;
    let again = target.login(user)?.credential;
    target.control_after(&again, user, "the loss of the store")?;
    target.end(&again)?;
    Ok(figure)
}
