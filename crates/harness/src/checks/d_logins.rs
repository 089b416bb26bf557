//! D16 and D17: how many logins there may be, and who may see and end them.

use std::thread::sleep;
use std::time::Duration;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::Exchange;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::routes::Route;
use crate::seams::Seam;
use crate::target::Target;
use crate::verify::proof;

pub(super) const D16: Case = Case {
    id: "D16",
    level: Level::Must,
    claim: "Where an account may have so many logins, one more ends the oldest and no other.",
    source: "ASVS 7.1.2; WSTG-SESS-11",
    mechanisms: Mechanism::BY_SERVER,
    seams: &[Seam::CappedInstance, Seam::SecondAccount],
    check: the_oldest_makes_way,
};

pub(super) const D17: Case = Case {
    id: "D17",
    level: Level::Must,
    claim: "The list of logins names one's own only, by ids that open nothing; each can be ended by its owner and by nobody else.",
    source: "ASVS 7.5.2, 8.2.2",
    mechanisms: Mechanism::BY_SERVER,
    seams: &[Seam::SecondAccount],
    check: only_ones_own,
};

/// Whole seconds may be all that tells which of two logins is older.
const APART: Duration = Duration::from_millis(1050);

fn the_oldest_makes_way(target: &Target) -> Verdict {
    let seam = target.seams.capped.as_ref();
    let seam = seam.ok_or(Stop::Untestable(Seam::CappedInstance))?;
    let target = target.elsewhere(&seam.url)?;
    let (user, second) = (&target.user, target.second()?);
    let bystander = target.login(second)?.credential;
    let mut logins: Vec<Credential> = Vec::new();
    for _ in 0..seam.logins + 2 {
        let held = target.login(user)?.credential;
        target.control_before(&held, user)?;
        logins.push(held);
        sleep(APART);
    }
    let (over, live) = logins.split_at(2);
    let mut figures = Vec::new();
    for held in over {
        figures.push(target.dead(held, "the oldest of too many logins")?);
        target.refresh_dead(held, "the oldest of too many logins")?;
    }
    for held in live {
        target.control_after(held, user, "one login too many")?;
    }
    target.control_after(&bystander, second, "another account's logins")?;
    proof(figures)
}

/// One entry of the list.
struct Entry {
    id: String,
    current: bool,
}

fn listed(target: &Target, held: &Credential) -> Result<(Vec<Entry>, Exchange), Stop> {
    let route = target.route(&target.routes.logins, "logins")?;
    let exchange = target.send_patiently(&held.attach(target.request(route)))?;
    if exchange.response.status == 501 {
        return Err(Stop::NotApplicable("the target lists no logins".into()));
    }
    let body = exchange.response.json();
    let list = body
        .as_ref()
        .and_then(|body| body.pointer(&target.fields.logins)?.as_array());
    let Some(list) = list.filter(|_| exchange.response.is_success()) else {
        return Err(Stop::failed("a list of logins", exchange.line(), &exchange));
    };
    let fields = &target.fields;
    let entries = list.iter().map(|entry| {
        let id = entry.pointer(&fields.login_id)?;
        let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
        let current = entry.pointer(&fields.login_current);
        let current = current
            .and_then(serde_json::Value::as_bool)
            .unwrap_or(false);
        Some(Entry { id, current })
    });
    let entries: Option<Vec<Entry>> = entries.collect();
    let entries =
        entries.ok_or_else(|| Stop::failed("an id in each entry", exchange.line(), &exchange))?;
    Ok((entries, exchange))
}

/// The id of the login that asks, which the list must mark, once.
fn own_id(target: &Target, held: &Credential) -> Result<String, Stop> {
    let (entries, exchange) = listed(target, held)?;
    let mut own = entries.into_iter().filter(|entry| entry.current);
    match (own.next(), own.next()) {
        (Some(entry), None) => Ok(entry.id),
        _ => Err(Stop::failed(
            "exactly one entry is the login that asks",
            exchange.line(),
            &exchange,
        )),
    }
}

fn only_ones_own(target: &Target) -> Verdict {
    let (user, other) = (&target.user, target.second()?);
    let end = target.route(&target.routes.end_login, "end_login")?;
    let first = target.login(user)?.credential;
    let second = target.login(user)?.credential;
    let foreign = target.login(other)?.credential;
    let ids = [&first, &second, &foreign].map(|held| own_id(target, held));
    let [first_id, second_id, foreign_id] = ids;
    let (first_id, second_id, foreign_id) = (first_id?, second_id?, foreign_id?);
    opens_nothing(target, &first, &second_id)?;
    for (held, hidden) in [(&first, &foreign_id), (&foreign, &first_id)] {
        let (entries, exchange) = listed(target, held)?;
        if entries.iter().any(|entry| entry.id == *hidden) {
            let expected = "the list does not name another account's login";
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
    }
    for id in [&first_id, &second_id] {
        for asking in [Some(&foreign), None] {
            let request = target.request_at(end, id);
            let request = asking.map_or(request.clone(), |held| held.attach(request));
            let exchange = target.send_patiently(&request)?;
            target.rejected(&exchange, "ending another account's login")?;
        }
    }
    for id in ["", "0", "no-such-id", "%2e%2e", "*"] {
        let exchange = target.send_patiently(&first.attach(target.request_at(end, id)))?;
        if !exchange.response.is_client_error() {
            let expected = "ending a login that does not exist is refused";
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
    }
    target.control_after(&first, user, "others' attempts to end it")?;
    target.control_after(&second, user, "others' attempts to end it")?;
    ended(target, end, (&first, &second, &second_id), &foreign)
}

/// The owner ends the second by its id, from the first.
fn ended(
    target: &Target,
    end: &Route,
    (first, second, id): (&Credential, &Credential, &str),
    foreign: &Credential,
) -> Verdict {
    let (user, other) = (&target.user, target.second()?);
    let exchange = target.send_patiently(&first.attach(target.request_at(end, id)))?;
    if !end.succeeded(exchange.response.status) {
        let expected = "ending one's own login succeeds";
        return Err(Stop::failed(expected, exchange.line(), &exchange));
    }
    let figure = target.dead(second, "a login that was ended by its id")?;
    target.refresh_dead(second, "a login that was ended by its id")?;
    let (entries, exchange) = listed(target, first)?;
    if entries.iter().any(|entry| entry.id == id) {
        let expected = "a login that was ended is not in the list";
        return Err(Stop::failed(expected, exchange.line(), &exchange));
    }
    target.control_after(first, user, "the end of another login")?;
    target.control_after(foreign, other, "another account's logins")?;
    target.end(first)?;
    match figure {
        Some(figure) => Ok(Proof::Demonstrated(figure)),
        None => Ok(Proof::Holds),
    }
}

/// An id is shown on a page; it must not be worth what a credential is.
fn opens_nothing(target: &Target, held: &Credential, id: &str) -> Result<(), Stop> {
    let as_credential = Credential {
        refresh: held.refresh.as_ref().map(|_| id.to_owned()),
        ..held.with_value(id)
    };
    let exchange = target.me(&as_credential)?;
    target.rejected(&exchange, "the id of a login, as its credential")?;
    target.refresh_dead(&as_credential, "the id of a login, as a refresh token")
}
