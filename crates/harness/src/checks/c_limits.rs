//! C03, C05 and C06: guessing gets slow, for whoever guesses, and tells nothing.

use std::thread;
use std::time::Duration;

use crate::case::{Case, Level};
use crate::http::{Exchange, Request};
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::seams::Seam;
use crate::target::{Account, Target};

pub(super) const C03: Case = Case {
    id: "C03",
    level: Level::Must,
    claim: "Under the limit of wrong passwords, too, an unknown user gets the answers that a known one gets.",
    source: "ASVS 6.3.8; PortSwigger, Username enumeration via account lock",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::LoginLimit],
    check: limits_tell_nothing,
};

pub(super) const C05: Case = Case {
    id: "C05",
    level: Level::Must,
    claim: "After the documented number of wrong passwords the next try has to wait, with 429 and Retry-After; others get in, live logins go on, and the owner is let in after the wait.",
    source: "ASVS 6.1.1, 6.3.1; RFC 6585 §4",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::LoginLimit],
    check: guessing_gets_slow,
};

pub(super) const C06: Case = Case {
    id: "C06",
    level: Level::Must,
    claim: "The limit of wrong passwords holds against headers that name another address, other spellings of the name, a success in between and many tries at once.",
    source: "ASVS 4.1.3, 6.3.1, 15.4.2; PortSwigger, Bypassing rate limits via race conditions",
    mechanisms: Mechanism::ALL,
    seams: &[Seam::LoginLimit],
    check: the_limit_cannot_be_walked_round,
};

const WRONG: &str = "not-the-password";
/// Longer than this nobody is made to wait by the suite.
const PATIENCE: u64 = 60;
/// So many guesses at once beyond the limit.
const MORE: u64 = 20;
const MOST_AT_ONCE: u64 = 100;
/// So often a guess that met a full queue is sent again.
const QUEUED: usize = 10;
/// So often the limit is reached once more, where its wait ended in between.
const AGAIN: usize = 2;

fn limit(target: &Target) -> Result<u64, Stop> {
    target
        .promises
        .login_failures
        .ok_or(Stop::Untestable(Seam::LoginLimit))
}

fn try_in(target: &Target, name: &str, password: &str) -> Result<Exchange, Stop> {
    looked_at(target, &target.login_request(name, password))
}

/// The answer to a guess. 503 is a full queue, not an answer: then it is sent again.
fn looked_at(target: &Target, guess: &Request) -> Result<Exchange, Stop> {
    for _ in 0..QUEUED {
        let exchange = target.send(guess)?;
        let wait = exchange.response.retry_after();
        let Some(wait) = wait.filter(|_| exchange.response.status == 503) else {
            return Ok(exchange);
        };
        thread::sleep(Duration::from_secs(wait.clamp(1, 5)));
    }
    target.send(guess)
}

/// Wrong passwords until one is told to wait; how many were looked at before.
fn until_told_to_wait(target: &Target, name: &str) -> Result<(u64, Exchange), Stop> {
    let limit = limit(target)?;
    for tried in 0..=limit {
        let exchange = try_in(target, name, WRONG)?;
        if exchange.response.status == 429 {
            return Ok((tried, exchange));
        }
        target.rejected(&exchange, "a wrong password")?;
    }
    let exchange = try_in(target, name, WRONG)?;
    if exchange.response.status == 429 {
        return Ok((limit + 1, exchange));
    }
    let expected = format!("429 after {limit} wrong passwords for one account");
    Err(Stop::failed(expected, exchange.line(), &exchange))
}

fn guessing_gets_slow(target: &Target) -> Verdict {
    let victim = target.second()?;
    let user = &target.user;
    let held = target.login(victim)?.credential;
    target.control_before(&held, victim)?;
    let (tried, told) = until_told_to_wait(target, &victim.username)?;
    let wait = told.response.retry_after();
    let Some(wait) = wait.filter(|seconds| (1..=PATIENCE).contains(seconds)) else {
        let expected =
            format!("Retry-After with 1 to {PATIENCE} seconds: nobody is locked out for good");
        let actual = format!("{:?}", told.response.first("retry-after"));
        return Err(Stop::failed(expected, actual, &told));
    };
    // Not even the right one is looked at: else every refusal would be an answer.
    let right = try_in(target, &victim.username, &victim.password)?;
    if right.response.status != 429 {
        let expected = "the right password, too, has to wait";
        return Err(Stop::failed(expected, right.line(), &right));
    }
    target.control_after(&held, victim, "wrong passwords for its account")?;
    let other = try_in(target, &user.username, &user.password)?;
    if !target.routes.login.succeeded(other.response.status) {
        let expected = "somebody else at the same address gets in";
        return Err(Stop::failed(expected, other.line(), &other));
    }
    thread::sleep(Duration::from_secs(wait));
    target.login(victim)?;
    Ok(Proof::HoldsAnd(format!(
        "{tried} tries were looked at; then {wait} s of waiting"
    )))
}

fn limits_tell_nothing(target: &Target) -> Verdict {
    let known = target.second()?;
    let stranger = "q".repeat(known.username.len());
    let held = target.login(known)?.credential;
    target.control_before(&held, known)?;
    let (_, told_known) = until_told_to_wait(target, &known.username)?;
    let (_, told_unknown) = until_told_to_wait(target, &stranger)?;
    let shown = |exchange: &Exchange| {
        let response = &exchange.response;
        let mut names: Vec<String> = response
            .headers
            .iter()
            .map(|(name, _)| name.to_lowercase())
            .collect();
        names.sort();
        (response.status, names, response.body.len())
    };
    if shown(&told_known) != shown(&told_unknown) {
        let expected = "the same answer for an unknown user and a known one";
        let actual = format!("{:?}, {:?}", shown(&told_known), shown(&told_unknown));
        return Err(Stop::failed(expected, actual, &told_unknown));
    }
    target.control_after(&held, known, "wrong passwords for its account")?;
    wait_out(target, known)?;
    Ok(Proof::Holds)
}

/// The next case finds the account as it was.
fn wait_out(target: &Target, account: &Account) -> Result<(), Stop> {
    target.login(account).map(drop)
}

/// Headers by which a proxy says whom it speaks for.
const ADDRESSES: [&str; 9] = [
    "X-Forwarded-For",
    "X-Real-IP",
    "X-Client-IP",
    "X-Originating-IP",
    "X-Remote-Addr",
    "True-Client-IP",
    "CF-Connecting-IP",
    "X-Cluster-Client-IP",
    "Forwarded",
];

fn the_limit_cannot_be_walked_round(target: &Target) -> Verdict {
    let limit = limit(target)?;
    let victim = target.second()?;
    let user = &target.user;
    let held = target.login(victim)?.credential;
    target.control_before(&held, victim)?;
    at_once(target, &victim.username, limit)?;
    until_told_to_wait(target, &victim.username)?;
    let guess = || target.login_request(&victim.username, WRONG);
    for (at, name) in ADDRESSES.iter().enumerate() {
        let address = format!("203.0.113.{}", at + 1);
        let value = if *name == "Forwarded" {
            format!("for={address}")
        } else {
            address
        };
        let guess = guess().header(name, value);
        let what = format!("{name} names another address");
        still_waits(target, || Ok(()), &victim.username, &guess, &what)?;
    }
    // Another name for the same account gets another row of guesses.
    let (name, password) = (&victim.username, &victim.password);
    for spelt in [
        name.to_uppercase(),
        format!("{name} "),
        format!(" {name}"),
        format!("{name}\u{0}"),
        format!("{name}\t"),
        format!("{name}\u{200b}"),
        name.chars().map(wide).collect(),
    ] {
        let exchange = try_in(target, &spelt, password)?;
        if target.routes.login.succeeded(exchange.response.status) {
            let expected = format!("the name {spelt:?} does not get round the limit");
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
    }
    // Who logs in to his own account in between has not paid for his guesses.
    let log_in = || target.login(user).map(drop);
    let what = "somebody else logged in in between";
    still_waits(target, log_in, &victim.username, &guess(), what)?;
    target.control_after(&held, victim, "wrong passwords for its account")?;
    wait_out(target, victim)?;
    Ok(Proof::Holds)
}

/// The letter in its wide form, which some normalise away.
fn wide(letter: char) -> char {
    let offset = u32::from(letter)
        .checked_sub(0x21)
        .filter(|offset| *offset < 0x5E);
    offset
        .and_then(|offset| char::from_u32(0xFF01 + offset))
        .unwrap_or(letter)
}

/// The name has to wait, and this guess does too, whatever is done before it. On a slow
/// machine the wait may end in between; then the limit is reached once more.
fn still_waits(
    target: &Target,
    before: impl Fn() -> Result<(), Stop>,
    name: &str,
    guess: &Request,
    what: &str,
) -> Result<(), Stop> {
    let mut tries = 0;
    loop {
        before()?;
        let exchange = looked_at(target, guess)?;
        if exchange.response.status == 429 {
            return Ok(());
        }
        tries += 1;
        if tries > AGAIN {
            let expected = format!("429 although {what}");
            return Err(Stop::failed(expected, exchange.line(), &exchange));
        }
        until_told_to_wait(target, name)?;
    }
}

/// Many guesses in the same moment: no more of them are looked at than one by one.
fn at_once(target: &Target, name: &str, limit: u64) -> Result<(), Stop> {
    let guess = target.login_request(name, WRONG);
    let many = (limit + MORE).min(MOST_AT_ONCE);
    let answers = thread::scope(|scope| {
        let guesses: Vec<_> = (0..many)
            .map(|_| scope.spawn(|| target.try_send(&guess)))
            .collect();
        guesses
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect::<Vec<_>>()
    });
    let looked_at = answers
        .iter()
        .filter(|answer| matches!(answer, Ok(Ok(exchange)) if exchange.response.status == 401))
        .count();
    // While they are under way one may be forgiven.
    if looked_at as u64 <= limit + 2 {
        return Ok(());
    }
    let expected = format!("of {many} guesses at once {limit} are looked at");
    Err(Stop::failed_overall(expected, format!("{looked_at} were")))
}
