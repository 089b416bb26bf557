//! A cookie exists in as many copies as somebody kept. What ends one of them, and
//! what must not bring one back.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use clap::Parser;
use contract::{Running, Services};
use harness::http::{Base, Client, Exchange, Request};
use serde_json::json;
use tokio::runtime::Runtime;

/// cookie-state in `hardened` over the embedded store, and a client without a jar.
struct Stage {
    client: Client,
    services: Services,
    _running: Running,
    _runtime: Runtime,
}

impl Stage {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let arguments = ["cookie-state", "--listen", "127.0.0.1:0"];
        let settings = cookie_state::Settings::parse_from(arguments);
        let services = Services::open(&settings.common).unwrap();
        let _inside = runtime.enter();
        let running = cookie_state::start(&settings, &services).unwrap();
        let base = Base::parse(&format!("http://{}", running.address)).unwrap();
        drop(_inside);
        let client = Client::new(base, None).unwrap();
        Self {
            client,
            services,
            _running: running,
            _runtime: runtime,
        }
    }

    fn log_in(&self) -> String {
        let body = json!({ "username": "alice", "password": "wonderland" });
        cookie_of(&self.send(&Request::new("POST", "/login").json(&body))).unwrap()
    }

    fn send(&self, request: &Request) -> Exchange {
        self.client.send(request).unwrap()
    }

    fn status(&self, method: &str, path: &str, cookie: &str) -> u16 {
        self.send(&Request::new(method, path).header("Cookie", cookie))
            .response
            .status
    }
}

fn cookie_of(exchange: &Exchange) -> Option<String> {
    let line = exchange.response.first("set-cookie")?;
    line.split(';').next().map(str::to_owned)
}

fn expiry(cookie: &str) -> Request {
    Request::new("PUT", "/expiry")
        .header("Cookie", cookie)
        .json(&json!({ "after": 3600 }))
}

#[test]
fn a_request_held_over_a_logout_brings_nothing_back() {
    let stage = Stage::new();
    let cookie = stage.log_in();
    let held = stage.client.hold(&expiry(&cookie)).unwrap();
    assert_eq!(stage.status("POST", "/logout", &cookie), 204);
    let late = held.finish().unwrap();
    let brought = cookie_of(&late).unwrap_or(cookie);
    assert_eq!(late.response.status, 401);
    assert_eq!(stage.status("GET", "/me", &brought), 401);
}

#[test]
fn a_password_change_held_over_log_out_everywhere_changes_nothing() {
    let stage = Stage::new();
    let (cookie, other) = (stage.log_in(), stage.log_in());
    let body = json!({ "current": "wonderland", "new": "through the looking-glass" });
    let change = Request::new("POST", "/password")
        .header("Cookie", &cookie)
        .json(&body);
    let held = stage.client.hold(&change).unwrap();
    assert_eq!(stage.status("POST", "/logout/everywhere", &other), 204);
    assert_eq!(held.finish().unwrap().response.status, 401);
    stage.log_in();
}

#[test]
fn an_older_copy_is_dead_after_a_change_of_expiry_and_still_ends_its_login() {
    let stage = Stage::new();
    let older = stage.log_in();
    let newer = cookie_of(&stage.send(&expiry(&older))).unwrap();
    assert_eq!(stage.status("GET", "/me", &older), 401);
    assert_eq!(stage.status("GET", "/me", &newer), 200);
    assert_eq!(stage.status("POST", "/logout", &older), 204);
    assert_eq!(stage.status("GET", "/me", &newer), 401);
}

#[test]
fn two_different_cookies_are_refused_and_end_nothing() {
    let stage = Stage::new();
    let cookie = stage.log_in();
    for other in ["__Host-login=x".to_owned(), stage.log_in()] {
        for both in [format!("{cookie}; {other}"), format!("{other}; {cookie}")] {
            assert_eq!(stage.status("GET", "/me", &both), 400);
            assert_eq!(stage.status("POST", "/logout", &both), 400);
        }
    }
    assert_eq!(stage.status("GET", "/me", &cookie), 200);
}

#[test]
fn strangers_leave_nothing_in_the_store() {
    let stage = Stage::new();
    for _ in 0..20 {
        let write = Request::new("PUT", "/state/a").json(&json!({ "value": 1 }));
        let cookie = cookie_of(&stage.send(&write)).unwrap();
        assert_eq!(stage.status("POST", "/logout", &cookie), 204);
    }
    assert_eq!(
        stage.services.store.embedded_keys().map(|keys| keys.len()),
        Some(0)
    );
    let cookie = stage.log_in();
    assert_eq!(stage.status("POST", "/logout", &cookie), 204);
    assert_eq!(
        stage.services.store.embedded_keys().map(|keys| keys.len()),
        Some(1)
    );
}
