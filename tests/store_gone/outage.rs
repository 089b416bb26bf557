//! The outages, against a `redis-server` of the test's own.

use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use clap::Parser;
use contract::{Running, Services, StartError};
use store::private_redis::PrivateRedis;
use tokio::runtime::Runtime;

use crate::patience::TOO_LATE;

use super::visitor::{Answer, Visitor};

type Test = fn(&Path) -> Result<(), String>;

pub(crate) const TESTS: [(&str, Test); 6] = [
    ("session::hardened", |redis| {
        outage(redis, session, "hardened", true)
    }),
    ("session::stateless", |redis| {
        outage(redis, session, "stateless", true)
    }),
    ("cookie::hardened", |redis| {
        outage(redis, cookie, "hardened", true)
    }),
    ("cookie::stateless", |redis| {
        outage(redis, cookie, "stateless", false)
    }),
    ("jwt::hardened", |redis| {
        outage(redis, jwt, "hardened", true)
    }),
    ("jwt::stateless", |redis| {
        outage(redis, jwt, "stateless", false)
    }),
];

type Start = fn(&[&str]) -> Result<Running, StartError>;

fn cookie(arguments: &[&str]) -> Result<Running, StartError> {
    let settings = cookie_state::Settings::parse_from(arguments);
    cookie_state::start(&settings, &Services::open(&settings.common)?)
}

fn session(arguments: &[&str]) -> Result<Running, StartError> {
    let settings = session_state::Settings::parse_from(arguments);
    session_state::start(&settings, &Services::open(&settings.common)?)
}

fn jwt(arguments: &[&str]) -> Result<Running, StartError> {
    let settings = jwt_state::Settings::parse_from(arguments);
    jwt_state::start(&settings, &Services::open(&settings.common)?)
}

/// Logs in, kills Redis, looks, starts Redis again, looks. `notices` says whether
/// the server looks its credential up in the store.
fn outage(binary: &Path, start: Start, profile: &str, notices: bool) -> Result<(), String> {
    let directory = tempfile::tempdir().map_err(|e| e.to_string())?;
    let redis = PrivateRedis::start(binary, directory.path()).map_err(|e| e.to_string())?;
    let url = redis.url();
    let runtime = Runtime::new().map_err(|e| e.to_string())?;
    let address = {
        let _inside = runtime.enter();
        let arguments = [
            "server",
            "--listen",
            "127.0.0.1:0",
            "--profile",
            profile,
            "--redis",
            &url,
        ];
        start(&arguments).map_err(|e| e.to_string())?.address
    };
    let alice = Visitor::log_in(address)?;
    expect(&alice.send("GET", "/me")?, 200)?;

    redis.stop();
    if notices {
        for (method, path) in [("GET", "/me"), ("GET", "/me"), ("POST", "/logout")] {
            is_honest(&alice.send(method, path)?).map_err(|e| format!("{method} {path}: {e}"))?;
        }
        expect(&alice.send("GET", "/readyz")?, 503)?;
    } else {
        for _ in 0..20 {
            let answer = alice.send("GET", "/me")?;
            expect(&answer, 200)?;
            within(answer.took, Duration::from_millis(500))?;
        }
    }
    expect(&alice.send("GET", "/healthz")?, 200)?;

    let _redis = PrivateRedis::start(binary, directory.path()).map_err(|e| e.to_string())?;
    let back = Instant::now();
    recovers(address, back)
}

/// 503 within a second, with `Retry-After`; the cookie is not taken away.
fn is_honest(answer: &Answer) -> Result<(), String> {
    expect(answer, 503)?;
    within(answer.took, Duration::from_secs(1))?;
    if answer.retry_after.is_none() {
        return Err("503 without Retry-After".to_owned());
    }
    if answer.sets_cookie {
        return Err("the cookie was touched".to_owned());
    }
    if !answer
        .body
        .contains("urn:statelab:problem:store-unavailable")
    {
        return Err(format!("not the problem of the contract: {}", answer.body));
    }
    Ok(())
}

/// A new login works within two seconds. The old one is gone with the data, which
/// this Redis keeps in memory only.
fn recovers(address: SocketAddr, back: Instant) -> Result<(), String> {
    let mut last = String::new();
    while back.elapsed() < Duration::from_secs(2) {
        let attempt =
            Visitor::log_in(address).and_then(|alice| expect(&alice.send("GET", "/me")?, 200));
        match attempt {
            Ok(()) => return Ok(()),
            Err(fault) => last = fault,
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(format!("{TOO_LATE} not back within two seconds: {last}"))
}

fn expect(answer: &Answer, status: u16) -> Result<(), String> {
    if answer.status == status {
        Ok(())
    } else {
        Err(format!(
            "expected {status}, got {}: {}",
            answer.status, answer.body
        ))
    }
}

fn within(took: Duration, limit: Duration) -> Result<(), String> {
    if took <= limit {
        Ok(())
    } else {
        Err(format!("{TOO_LATE} took {took:?}, {limit:?} is the most"))
    }
}
