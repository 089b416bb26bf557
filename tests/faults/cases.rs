//! Each fault, and what a visitor gets to see of it.

use std::{path::Path, time::Duration};

use super::stand::{Stand, Start, cookie, expect, is_honest, jwt, recovers, session};
use crate::visitor::Visitor;

pub(crate) type Test = fn(&Path) -> Result<(), String>;

pub(crate) const TESTS: [(&str, Test); 10] = [
    ("session::down_and_back_with_its_file", down),
    ("session::restarted_empty", emptied),
    ("session::hung", hung),
    ("session::full", full),
    ("session::cannot_save", |redis| {
        no_lie(redis, session, Stand::forbid_saving)
    }),
    ("session::read_only", |redis| {
        no_lie(redis, session, read_only)
    }),
    ("cookie::cannot_save", |redis| {
        no_lie(redis, cookie, Stand::forbid_saving)
    }),
    ("cookie::read_only", |redis| {
        no_lie(redis, cookie, read_only)
    }),
    ("jwt::cannot_save", |redis| {
        no_lie(redis, jwt, Stand::forbid_saving)
    }),
    ("jwt::read_only", |redis| no_lie(redis, jwt, read_only)),
];

const ON_DISK: &str = "appendonly yes\nappendfsync always";

fn read_only(stand: &Stand) -> Result<(), String> {
    stand.tell(&["REPLICAOF", "127.0.0.1", "1"]).map(|_| ())
}

fn down(binary: &Path) -> Result<(), String> {
    let mut stand = Stand::start(binary, session, ON_DISK)?;
    let (alice, gone) = (
        Visitor::log_in(stand.address)?,
        Visitor::log_in(stand.address)?,
    );
    expect(&gone.send("POST", "/logout")?, 204)?;
    stand.kill();
    // Logging out everywhere is in the accounts and not in Redis, so it is left out here.
    for (method, path) in [("GET", "/me"), ("POST", "/logout"), ("GET", "/me")] {
        is_honest(&alice.send(method, path)?).map_err(|e| format!("{method} {path}: {e}"))?;
        // No fail-open: what was dead before is not alive now.
        is_honest(&gone.send(method, path)?).map_err(|e| format!("{method} {path}: {e}"))?;
    }
    stand.revive()?;
    recovers(&alice)?;
    expect(&gone.send("GET", "/me")?, 401)
}

fn emptied(binary: &Path) -> Result<(), String> {
    let mut stand = Stand::start(binary, session, "")?;
    let alice = Visitor::log_in(stand.address)?;
    stand.kill();
    stand.revive()?;
    expect(&alice.send("GET", "/me")?, 401)?;
    recovers(&Visitor::log_in(stand.address)?)
}

fn hung(binary: &Path) -> Result<(), String> {
    let stand = Stand::start(binary, session, "")?;
    let alice = Visitor::log_in(stand.address)?;
    stand.signal("-STOP")?;
    let seen = ["/me", "/logins", "/state"].map(|path| {
        let answer = alice.send("GET", path)?;
        is_honest(&answer).map_err(|fault| format!("{path}: {fault}"))
    });
    let alive = alice
        .send("GET", "/healthz")
        .and_then(|answer| expect(&answer, 200));
    stand.signal("-CONT")?;
    seen.into_iter().collect::<Result<(), _>>()?;
    alive?;
    recovers(&alice)
}

fn full(binary: &Path) -> Result<(), String> {
    let stand = Stand::start(binary, session, "")?;
    let alice = Visitor::log_in(stand.address)?;
    stand.tell(&["CONFIG", "SET", "maxmemory", "1"])?;
    // No room for a new login, and the one that is there stays.
    match Visitor::log_in(stand.address) {
        Err(fault) if fault.contains("503") => {}
        Err(fault) => return Err(fault),
        Ok(_) => return Err("logged in although nothing could be kept".to_owned()),
    }
    expect(&alice.send("GET", "/me")?, 200)?;
    // To delete needs no room: this is true.
    expect(&alice.send("POST", "/logout")?, 204)?;
    expect(&alice.send("GET", "/me")?, 401)?;
    stand.tell(&["CONFIG", "SET", "maxmemory", "0"])?;
    recovers(&Visitor::log_in(stand.address)?)
}

/// Redis reads and does not write: a logout cannot be made true, so it is a 503, and the login
/// lives on until it can.
fn no_lie(
    binary: &Path,
    start: Start,
    fault: fn(&Stand) -> Result<(), String>,
) -> Result<(), String> {
    let stand = Stand::start(binary, start, "")?;
    let alice = Visitor::log_in(stand.address)?;
    expect(&alice.send("GET", "/me")?, 200)?;
    fault(&stand)?;
    for _ in 0..2 {
        is_honest(&alice.send("POST", "/logout")?)?;
    }
    // A session slides when it is read, which is a write: then this is a 503 too.
    let me = alice.send("GET", "/me")?;
    expect(&me, 200).or_else(|_| is_honest(&me))?;
    stand.tell(&["REPLICAOF", "NO", "ONE"])?;
    stand.tell(&["CONFIG", "SET", "save", ""])?;
    std::thread::sleep(Duration::from_millis(20));
    recovers(&alice)?;
    expect(&alice.send("POST", "/logout")?, 204)?;
    expect(&alice.send("GET", "/me")?, 401)
}
