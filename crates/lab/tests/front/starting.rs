//! What can go wrong before the page is up, and what the lab says then.

use std::net::TcpListener;
use std::path::PathBuf;

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
        ..Options::default()
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

/// The program; `None` where there is none, unless it is required.
pub(crate) fn redis_server() -> Option<PathBuf> {
    let found = private_redis::on_path();
    if found.is_none() {
        let required = std::env::var("STATELAB_REQUIRE").unwrap_or_default();
        assert!(
            !required.contains("redis"),
            "there is no redis-server on the PATH"
        );
        eprintln!("left out: there is no redis-server on the PATH");
    }
    found
}

#[test]
fn the_tap_keeps_user_password_and_database() {
    let Some(binary) = redis_server() else {
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
    assert_eq!(view["columns"][1]["server"]["readable"], false);
    let reset = visitor.order(&json!({ "action": "reset" }));
    assert_eq!(reset.status, 503);
    let sentence = reset.json()["sentence"].as_str().unwrap().to_owned();
    let label = view["store"]["label"].as_str().unwrap();
    // The tap's address would mean nothing to whoever reads this.
    assert!(
        sentence.contains(label) && !sentence.contains("session.sock"),
        "{sentence}"
    );
}

#[test]
fn in_somebodys_own_redis_the_labs_keys_go_and_no_others() {
    let Some(binary) = redis_server() else {
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let redis = PrivateRedis::start(&binary, directory.path()).unwrap();
    let mut connection = redis::Client::open(redis.url())
        .unwrap()
        .get_connection()
        .unwrap();
    let mut ask = |words: &[&str]| -> Vec<String> {
        let mut command = redis::cmd(words[0]);
        let value: redis::Value = command.arg(&words[1..]).query(&mut connection).unwrap();
        redis::from_redis_value(value).unwrap_or_default()
    };
    let port = {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    // What is somebody else's; another lab's too, which has this port on another machine.
    let others = [&format!("lab-{port}-zzzz:cookie:revoked:x"), "shop:basket"];
    for key in others {
        ask(&["SET", key, "x"]);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let options = Options {
        port: Some(port),
        ..with_redis(&redis.url())
    };
    let lab = runtime.block_on(lab::start(options)).unwrap();
    let mut visitor = Visitor::new(port);
    for order in [json!({ "action": "reset" }), json!({ "action": "flush" })] {
        visitor.log_in("alice", "wonderland");
        assert_eq!(visitor.order(&order).status, 200);
        assert_eq!(sorted(ask(&["KEYS", "*"])), others);
    }
    // What a lab leaves that is killed ends by itself.
    visitor.log_in("alice", "wonderland");
    assert_eq!(visitor.ask(0, "POST /logout", "").status, 204);
    let own = ask(&["KEYS", &format!("lab-{port}-*")]);
    let own: Vec<_> = own
        .iter()
        .filter(|key| !others.contains(&key.as_str()))
        .collect();
    assert!(own.len() > 2, "{own:?}");
    for key in own {
        let endless = "return tostring(redis.call('PTTL', KEYS[1]) < 0)";
        assert_eq!(ask(&["EVAL", endless, "1", key]), ["false"], "{key}");
    }
    runtime.block_on(lab.stop());
    assert_eq!(sorted(ask(&["KEYS", "*"])), others);
}

fn sorted(mut keys: Vec<String>) -> Vec<String> {
    keys.sort();
    keys
}
