//! Redis answers late: by 50 milliseconds it is slow, by two seconds it is as good as gone.

use std::{path::Path, time::Duration};

use tokio::runtime::Runtime;

use super::cases::Test;
use super::crowd::{crowd, log_in};
use super::stand::{Stand, Start, cookie, expect, is_honest, jwt, recovers, session, settles};
use crate::proxy::Proxy;
use crate::visitor::Visitor;

pub(crate) const TESTS: [(&str, Test); 3] = [
    ("session::slow", |redis| slow(redis, session)),
    ("cookie::slow", |redis| slow(redis, cookie)),
    ("jwt::slow", |redis| slow(redis, jwt)),
];

const A_LITTLE: Duration = Duration::from_millis(50);
const TOO_MUCH: Duration = Duration::from_secs(2);

fn slow(binary: &Path, start: Start) -> Result<(), String> {
    let mut between = None;
    let stand = Stand::reaching(binary, start, "", |redis| {
        let socket = redis.socket().with_file_name("proxy.sock");
        between.insert(Proxy::start(socket, redis.socket())).url()
    })?;
    let between = between.ok_or("no proxy")?;
    let alice = Visitor::log_in(stand.address)?;
    let leaving = Visitor::log_in(stand.address)?;
    let runtime = Runtime::new().map_err(|e| e.to_string())?;

    // Slow is not broken: all goes on, only later, for one and for many at once.
    between.delay(A_LITTLE);
    let bob = Visitor::log_in(stand.address)?;
    for visitor in [&alice, &bob] {
        let answer = visitor.send("GET", "/me")?;
        expect(&answer, 200)?;
        if answer.took < A_LITTLE {
            return Err(format!("not by way of the proxy: {:?}", answer.took));
        }
    }
    let credential = runtime.block_on(log_in(stand.address))?;
    runtime.block_on(crowd(stand.address, &credential, 200))?;
    expect(&bob.send("POST", "/logout")?, 204)?;
    expect(&bob.send("GET", "/me")?, 401)?;

    between.delay(TOO_MUCH);
    for (method, path) in [("GET", "/me"), ("POST", "/logout"), ("GET", "/me")] {
        is_honest(&leaving.send(method, path)?).map_err(|e| format!("{method} {path}: {e}"))?;
    }
    expect(&alice.send("GET", "/healthz")?, 200)?;
    runtime.block_on(crowd(stand.address, &credential, 503))?;

    between.delay(Duration::ZERO);
    recovers(&alice)?;
    // It was answered with 503, so it may have been done or not; now it will be.
    settles(&leaving, "POST", "/logout", 204)?;
    settles(&leaving, "GET", "/me", 401)
}
