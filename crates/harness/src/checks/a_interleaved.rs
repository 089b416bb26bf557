//! A04: two visitors at once are two visitors.

use std::sync::{Mutex, PoisonError};
use std::thread::scope;

use serde_json::json;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::target::{Account, Target};

pub(super) const A04: Case = Case {
    id: "A04",
    level: Level::Must,
    claim: "Of two accounts' visits, 64 at a time, each is told what is his own.",
    source: "ASVS 8.2.2, 15.4.1",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::SecondAccount],
    check: nothing_is_crossed,
};

const AT_A_TIME: usize = 64;
const EACH: usize = 4;

fn nothing_is_crossed(target: &Target) -> Verdict {
    let (user, other) = (&target.user, target.second()?);
    let mut held = Vec::new();
    for account in [user, other] {
        let login = target.login(account)?.credential;
        target.control_before(&login, account)?;
        held.push((account, marked(target, &login, account)?));
    }
    let wrong: Mutex<Vec<Stop>> = Mutex::default();
    scope(|threads| {
        for number in 0..AT_A_TIME {
            let (account, credential) = &held[number % held.len()];
            let wrong = &wrong;
            threads.spawn(move || {
                for _ in 0..EACH {
                    if let Err(stop) = visit(target, credential, account) {
                        let mut wrong = wrong.lock().unwrap_or_else(PoisonError::into_inner);
                        wrong.push(stop);
                    }
                }
            });
        }
    });
    if let Some(stop) = wrong.into_inner().unwrap_or_default().pop() {
        return Err(stop);
    }
    for (account, credential) in &held {
        target.control_after(credential, account, "visits side by side")?;
        target.end(credential)?;
    }
    Ok(Proof::HoldsAnd(format!("{} visits", AT_A_TIME * EACH)))
}

const KEY: &str = "mine";

/// With something of his own in it, where there is such a thing.
fn marked(target: &Target, held: &Credential, account: &Account) -> Result<Credential, Stop> {
    if target.mechanism == Mechanism::Jwt || target.routes.write_state.is_none() {
        return Ok(held.clone());
    }
    let exchange = target.write_state(Some(held), KEY, &json!(account.username))?;
    target.follow(held, &exchange)
}

fn visit(target: &Target, held: &Credential, account: &Account) -> Result<(), Stop> {
    let exchange = target.me(held)?;
    if target.visitor(&exchange).as_deref() != Some(&account.username) {
        let expected = format!("{} is told who he is", account.username);
        return Err(Stop::failed(expected, target.told(&exchange), &exchange));
    }
    if target.mechanism == Mechanism::Jwt || target.routes.state.is_none() {
        return Ok(());
    }
    let exchange = target.read_state(Some(held))?;
    let told = String::from_utf8_lossy(&exchange.response.body);
    if target.routes.write_state.is_some() && !told.contains(&account.username) {
        let expected = format!("{} reads what is his", account.username);
        return Err(Stop::failed(expected, exchange.line(), &exchange));
    }
    Ok(())
}
