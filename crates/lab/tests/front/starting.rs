//! What can go wrong before the page is up, and what the lab says then.

use std::net::TcpListener;

use lab::{LabError, Options, Profile, StoreChoice};
use serde_json::json;
use store::private_redis::{self, PrivateRedis};

use crate::Running;
use crate::client::Visitor;

fn error(options: Options) -> LabError {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    match runtime.block_on(lab::start(options)) {
        Ok(lab) => panic!("it started on port {}", lab.port),
        Err(error) => error,
    }
}

fn with_redis(url: &str) -> Options {
    Options {
        port: Some(0),
        store: StoreChoice::Redis(url.to_owned()),
        profile: Profile::Hardened,
    }
}

#[test]
fn a_port_that_was_asked_for_and_is_taken_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = error(Options {
        port: Some(port),
        store: StoreChoice::Embedded,
        ..Options::default()
    });
    assert_eq!(error.exit_code(), 2);
    let text = error.to_string();
    assert!(
        text.contains(&port.to_string()) && text.contains("--port"),
        "{text}"
    );
}

#[test]
fn a_redis_that_is_not_there_is_not_replaced_in_silence() {
    let error = error(with_redis("redis://user:hunter2@127.0.0.1:1"));
    assert_eq!(error.exit_code(), 5);
    let text = error.to_string();
    assert!(
        text.contains("127.0.0.1:1") && text.contains("--embedded"),
        "{text}"
    );
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_redis_that_the_tap_cannot_read_is_refused() {
    let tls = error(with_redis("rediss://127.0.0.1:6379"));
    assert_eq!(tls.exit_code(), 2);
    assert!(tls.to_string().contains("plain connections only"));
    assert_eq!(error(with_redis("http://127.0.0.1")).exit_code(), 2);
}

#[test]
fn the_tap_keeps_user_password_and_database() {
    let Some(binary) = private_redis::on_path() else {
        let required = std::env::var("STATELAB_REQUIRE").unwrap_or_default();
        assert!(
            !required.contains("redis"),
            "there is no redis-server on the PATH"
        );
        eprintln!("left out: there is no redis-server on the PATH");
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let settings = "user lab on >p@ss/w:rd ~* &* +@all\nuser default off";
    let redis = PrivateRedis::start_with(&binary, directory.path(), settings).unwrap();
    let url = format!("{}?user=lab&pass=p%40ss%2Fw%3Ard&db=3", redis.url());
    let lab = Running::start(StoreChoice::Redis(url), Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    visitor.log_in("alice", "wonderland");
    assert_eq!(visitor.ask_all("GET /me", ""), [200; 3]);
    let view = visitor.view_when(|view| {
        view["columns"][1]["server"]["keys"]
            .as_array()
            .unwrap()
            .len()
            == 2
    });
    let whole = view.to_string();
    assert!(
        !whole.contains("p@ss") && !whole.contains("AUTH"),
        "the password is shown"
    );

    // Redis goes away: the servers that need it say so, and so does the page.
    redis.stop();
    assert_eq!(visitor.ask(1, "GET /me", "").status, 503);
    let view = visitor.view_when(|view| {
        view["columns"][1]["server"]["note"]
            .as_str()
            .unwrap()
            .contains("does not answer")
    });
    assert_eq!(view["columns"][1]["verdict"]["word"], "UNAVAILABLE");
    assert_eq!(visitor.order(&json!({ "action": "reset" })).status, 503);
}
