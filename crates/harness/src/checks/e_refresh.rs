//! E23 to E25: a refresh token works once, and a second use ends the family.

use std::sync::Barrier;
use std::thread;

use crate::case::{Case, Level};
use crate::credential::Credential;
use crate::http::Exchange;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const E23: Case = Case {
    id: "E23",
    level: Level::Must,
    claim: "A refresh gives a new pair that works, and the old refresh token is dead.",
    source: "ASVS 10.4.5; RFC 9700 §2.2.2, §4.14.2",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: refresh_tokens_rotate,
};

pub(super) const E24: Case = Case {
    id: "E24",
    level: Level::Must,
    claim: "A refresh token that comes a second time is refused, and its whole family dies.",
    source: "ASVS 10.4.5; RFC 9700 §4.14.2",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: reuse_ends_the_family,
};

pub(super) const E25: Case = Case {
    id: "E25",
    level: Level::Must,
    claim: "Of 16 refreshes at the same instant one wins, and never do two branches live on.",
    source: "ASVS 15.4.2, 10.4.5",
    mechanisms: Mechanism::BY_TOKEN,
    seams: &[],
    check: one_winner,
};

fn refresh_tokens_rotate(target: &Target) -> Verdict {
    let user = &target.user;
    let first = target.login(user)?.credential;
    target.control_before(&first, user)?;
    target.refresh_of(&first)?;
    let mut held = first.clone();
    for generation in 1..=3 {
        let exchange =
            target.send_patiently(&target.refresh_request(target.refresh_of(&held)?)?)?;
        let fresh = target
            .credential_in(&exchange)?
            .filter(|_| exchange.response.is_success());
        let Some(fresh) = fresh else {
            let expected = format!("refresh {generation} gives a new pair");
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        };
        if fresh.refresh.is_none() || fresh.refresh == held.refresh || fresh.value == held.value {
            let expected = "a new access token and a new refresh token";
            return Err(Stop::failed(
                expected,
                "one of them is the old one, or missing",
                &exchange,
            ));
        }
        target.control_after(&fresh, user, &format!("refresh {generation}"))?;
        held = fresh;
    }
    target.refresh_dead(&first, "the first refresh token, after three refreshes")?;
    Ok(Proof::Holds)
}

fn reuse_ends_the_family(target: &Target) -> Verdict {
    let user = &target.user;
    let bystander = target.login(user)?.credential;
    target.refresh_of(&bystander)?;
    // Of a chain of so many refreshes, this one comes again; and who comes next.
    for (length, again) in [(1, 0), (3, 0), (3, 1), (3, 2)] {
        let mut chain = vec![target.login(user)?.credential];
        for at in 0..length {
            let fresh = target.refreshed(&chain[at])?;
            target.control_before(&fresh, user)?;
            chain.push(fresh);
        }
        target.let_grace_pass();
        let reused = &chain[again];
        target.refresh_dead(
            reused,
            &format!("refresh token {again} of a chain of {length}, a second time"),
        )?;
        for (at, later) in chain.iter().enumerate().rev() {
            target.refresh_dead(
                later,
                &format!("refresh token {at}, after number {again} came again"),
            )?;
        }
    }
    // Another login of the account is another family.
    let fresh = target.refreshed(&bystander).map_err(|stop| match stop {
        Stop::Broken(failure) => Stop::Failed(failure),
        other => other,
    })?;
    target.control_after(&fresh, user, "the end of another family")?;
    target.end(&fresh)?;
    Ok(Proof::Holds)
}

const CLIENTS: usize = 16;
/// A race that is lost once in a while has to be run more than once.
const ROUNDS: usize = 12;

fn one_winner(target: &Target) -> Verdict {
    let mut ended = 0;
    let grace = target.promises.refresh_grace;
    // Each round waits for the end of the grace.
    let rounds = if grace == 0 { ROUNDS } else { 2 };
    for _ in 0..rounds {
        let held = target.login(&target.user)?.credential;
        target.control_before(&held, &target.user)?;
        let answers = at_once(target, &held)?;
        let mut winners = Vec::new();
        for exchange in &answers {
            if exchange.response.is_success() {
                winners.push(target.credential_in(exchange)?);
            } else {
                target.rejected(exchange, "a refresh that lost the race")?;
            }
        }
        // Within a documented grace the same client may have asked more than once.
        let enough = if grace == 0 { 1..=1 } else { 1..=CLIENTS };
        if !enough.contains(&winners.len()) {
            let shown = answers
                .iter()
                .find(|e| e.response.is_success())
                .unwrap_or(&answers[0]);
            let expected = format!("one of {CLIENTS} refreshes at once succeeds");
            return Err(Stop::failed(
                expected,
                format!("{} did", winners.len()),
                shown,
            ));
        }
        target.let_grace_pass();
        let lived_on = one_branch(target, winners.into_iter().flatten())?;
        if lived_on {
            // The used one must not open a second branch beside this one.
            target.refresh_dead(&held, "the contested refresh token, after the race")?;
        } else {
            ended += 1;
        }
    }
    let live = rounds - ended;
    Ok(Proof::HoldsAnd(format!(
        "one branch in each of {rounds} rounds; {live} families lived on, {ended} were ended by the reuse"
    )))
}

/// Of all the pairs that were given out one is good at most. Is there one?
fn one_branch(target: &Target, winners: impl Iterator<Item = Credential>) -> Result<bool, Stop> {
    let mut live = Vec::new();
    let mut tried = 0;
    for winner in winners {
        tried += 1;
        let request = target.refresh_request(target.refresh_of(&winner)?)?;
        let exchange = target.send_patiently(&request)?;
        if exchange.response.is_success() {
            live.push(exchange);
        } else {
            target.rejected(&exchange, "a winner's refresh token")?;
        }
    }
    match live.as_slice() {
        _ if tried == 0 => Err(Stop::broken("a pair in the winner's answer", "none")),
        [] => Ok(false),
        [_] => Ok(true),
        [.., last] => Err(Stop::failed(
            "one branch lives on at most",
            format!("{} do", live.len()),
            last,
        )),
    }
}

/// All requests are on the wire but for their last byte; then they are let go.
fn at_once(target: &Target, held: &Credential) -> Result<Vec<Exchange>, Stop> {
    let request = target.refresh_request(target.refresh_of(held)?)?;
    let barrier = Barrier::new(CLIENTS);
    let answers = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    let waiting = target.hold(&request);
                    barrier.wait();
                    waiting?.finish()
                })
            })
            .collect();
        clients
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect::<Vec<_>>()
    });
    let answered = |answer: thread::Result<_>| {
        let answer = answer.map_err(|_| Stop::broken("16 clients", "one of them panicked"))?;
        target.noted(&request, answer)
    };
    answers.into_iter().map(answered).collect()
}
