//! Log in, visit, demote, log out, replay: what the view says at each step.

use std::time::{Duration, Instant};

use lab::Profile;
use lab::running::RunningLab;
use serde_json::{Value, json};

use crate::Running;
use crate::client::Visitor;

const HESITATION: Duration = Duration::from_millis(1200);

/// The whole flow in one profile. `consulted`: who looks something up for `GET /me`.
fn flow(lab: &Running, replayed: [&str; 3], demoted: [&str; 3], consulted: [bool; 3]) {
    let mut visitor = Visitor::new(lab.port);
    let nothing = visitor.view();
    assert_eq!(nothing["columns"][0]["stolen"], false);
    assert_eq!(nothing["roles"]["root"], json!(["admin", "user"]));

    visitor.log_in("root", "toor-toor");
    assert_eq!(visitor.verdicts(), ["ALLOWED good"; 3]);
    let view = visitor.view();
    for column in view["columns"].as_array().unwrap() {
        assert_eq!(column["logged_in_as"], "root");
        assert_eq!(column["stolen"], true);
    }
    let held = |column: usize| &view["columns"][column]["browser"]["items"];
    assert_eq!(held(0)[0]["name"], "__Host-login");
    assert_eq!(held(0)[0]["parts"][0]["name"], "sealed");
    assert_eq!(held(0)[0]["script_readable"], false);
    assert_eq!(held(1)[0]["parts"][0]["name"], "identifier");
    assert_eq!(held(2), &json!([]));

    assert_eq!(visitor.ask_all("GET /me", ""), [200; 3]);
    let view = visitor.view();
    for (column, consulted) in consulted.into_iter().enumerate() {
        let column = &view["columns"][column];
        assert_eq!(column["server"]["consulted"], consulted, "{column:#}");
        let last = last_exchange(column);
        assert_eq!(last["request_line"], "GET /me HTTP/1.1");
        assert_eq!(
            last["store_commands"].as_array().unwrap().is_empty(),
            !consulted
        );
        assert!(last["credential_bytes"].as_u64().unwrap() > 80);
        assert!(
            last["response_body"]
                .as_str()
                .unwrap()
                .contains("root@example.test")
        );
    }
    let session = visitor.view_when(|view| {
        view["columns"][1]["server"]["keys"]
            .as_array()
            .unwrap()
            .len()
            == 2
    });
    let raw_id = session["columns"][1]["browser"]["items"][0]["value"]
        .as_str()
        .unwrap();
    assert!(
        !session["columns"][1]["server"].to_string().contains(raw_id),
        "the id is stored as it is"
    );

    // A copy that is as good as the original.
    assert_eq!(visitor.order(&json!({ "action": "replay" })).status, 200);
    assert_eq!(visitor.verdicts(), ["ALLOWED bad"; 3]);
    assert_eq!(
        last_exchange(&visitor.view()["columns"][0])["by"],
        "attacker"
    );

    assert_eq!(visitor.order(&json!({ "action": "demote" })).status, 200);
    assert_eq!(visitor.view()["roles"]["root"], json!(["user"]));
    assert_eq!(visitor.verdicts(), ["- -"; 3]);
    visitor.ask_all("GET /admin", "");
    assert_eq!(visitor.verdicts(), demoted);
    assert_eq!(visitor.order(&json!({ "action": "promote" })).status, 200);
    assert_eq!(visitor.ask_all("GET /admin", ""), [200; 3]);

    assert_eq!(visitor.ask_all("POST /logout", ""), [204; 3]);
    assert_eq!(visitor.view()["columns"][0]["browser"]["items"], json!([]));
    assert_eq!(visitor.ask_all("GET /me", ""), [401; 3]);
    assert_eq!(visitor.verdicts(), ["DENIED neutral"; 3]);

    // Longer than a revocation may take: its delay must not be the visitor's hesitation.
    std::thread::sleep(HESITATION);
    assert_eq!(visitor.order(&json!({ "action": "replay" })).status, 200);
    assert_eq!(visitor.verdicts(), replayed);
    let view = visitor.view();
    for column in view["columns"].as_array().unwrap() {
        let verdict = &column["verdict"];
        match verdict["word"].as_str().unwrap() {
            "STALE" => assert!(verdict["until_ms"].as_u64() > view["now_ms"].as_u64()),
            _ => {
                let delay = Duration::from_millis(verdict["delay_ms"].as_u64().unwrap());
                assert!(!delay.is_zero() && delay < HESITATION, "{verdict}");
            }
        }
    }
}

fn last_exchange(column: &Value) -> &Value {
    column["wire"]["exchanges"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
}

const REVOKED: &str = "REVOKED good";
const STALE: &str = "STALE warn";
const DENIED: &str = "DENIED good";

#[test]
fn hardened_on_the_embedded_store() {
    flow(
        &Running::embedded(Profile::Hardened),
        [REVOKED; 3],
        [DENIED; 3],
        [true; 3],
    );
}

#[test]
fn stateless_on_the_embedded_store() {
    let lab = Running::embedded(Profile::Stateless);
    flow(
        &lab,
        [STALE, REVOKED, STALE],
        [STALE, DENIED, STALE],
        [false, true, false],
    );
}

#[test]
fn hardened_on_redis() {
    let Some(lab) = Running::on_redis(Profile::Hardened) else {
        return;
    };
    flow(&lab, [REVOKED; 3], [DENIED; 3], [true; 3]);
}

#[test]
fn stateless_on_redis() {
    let Some(lab) = Running::on_redis(Profile::Stateless) else {
        return;
    };
    flow(
        &lab,
        [STALE, REVOKED, STALE],
        [STALE, DENIED, STALE],
        [false, true, false],
    );
}

#[test]
fn the_profile_is_switched_under_a_login() {
    let lab = Running::embedded(Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    visitor.log_in("alice", "wonderland");
    let order = json!({ "action": "profile", "profile": "stateless" });
    assert_eq!(visitor.order(&order).status, 200);
    let view = visitor.view();
    assert_eq!(view["profile"], "stateless");
    assert!(view["notice"].as_str().unwrap().contains("stateless"));
    // The same keys: everybody is still logged in.
    assert_eq!(visitor.ask_all("GET /me", ""), [200; 3]);
}

#[test]
fn reset_leaves_nothing_and_takes_less_than_a_second() {
    let lab = Running::embedded(Profile::Stateless);
    let mut visitor = Visitor::new(lab.port);
    // One of three, because machines are busy.
    let shortest = (0..3).map(|_| {
        visitor.log_in("root", "toor-toor");
        visitor.order(&json!({ "action": "demote" }));
        let started = Instant::now();
        assert_eq!(visitor.order(&json!({ "action": "reset" })).status, 200);
        started.elapsed()
    });
    let shortest = shortest.min().unwrap();
    assert!(shortest < Duration::from_secs(1), "{shortest:?}");
    let view = visitor.view_when(|view| view["columns"][1]["server"]["keys"] == json!([]));
    assert_eq!(view["roles"]["root"], json!(["admin", "user"]));
    for column in view["columns"].as_array().unwrap() {
        assert_eq!(column["wire"]["exchanges"], json!([]));
        assert_eq!(
            (&column["stolen"], &column["logged_in_as"]),
            (&json!(false), &Value::Null)
        );
    }
    // New keys: what was out is worth nothing, although nothing is looked up.
    assert_eq!(visitor.ask_all("GET /me", ""), [401; 3]);
    // Nothing is stolen any more, so there is nothing to replay.
    assert_eq!(visitor.order(&json!({ "action": "replay" })).status, 200);
    assert!(
        visitor.view()["notice"]
            .as_str()
            .unwrap()
            .contains("Log in first")
    );
}

#[test]
fn a_cookie_that_never_comes_back_was_blocked_by_the_browser() {
    let lab = Running::embedded(Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    visitor.log_in("alice", "wonderland");
    for host in ["cookie.lab.localhost", "session.lab.localhost"] {
        assert_eq!(visitor.send(host, "GET /me", "", "").status, 401);
    }
    assert_eq!(visitor.verdicts()[..2], ["BLOCKED BY BROWSER warn"; 2]);
    // Once it has come back, a request without it is a matter of the request.
    visitor.log_in("alice", "wonderland");
    assert_eq!(visitor.ask_all("GET /me", ""), [200; 3]);
    assert_eq!(
        visitor
            .send("cookie.lab.localhost", "GET /me", "", "")
            .status,
        401
    );
    assert_eq!(visitor.verdicts()[0], "DENIED neutral");
}

#[test]
fn a_program_can_reset_the_lab_that_runs() {
    let lab = Running::embedded(Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    visitor.log_in("alice", "wonderland");
    assert_eq!(visitor.ask_all("GET /me", ""), [200; 3]);
    RunningLab::on(lab.port).unwrap().reset().unwrap();
    assert_eq!(visitor.ask_all("GET /me", ""), [401; 3]);
}

#[test]
fn a_redis_that_hangs_has_been_asked() {
    let Some(lab) = Running::on_redis(Profile::Hardened) else {
        return;
    };
    let mut visitor = Visitor::new(lab.port);
    visitor.log_in("alice", "wonderland");
    let hang = json!({ "action": "line", "line": "hung" });
    assert_eq!(visitor.order(&hang).status, 200);
    assert_eq!(visitor.ask(1, "GET /me", "").status, 503);
    let view = visitor.view();
    let exchanges = view["columns"][1]["wire"]["exchanges"].as_array().unwrap();
    let last = exchanges.last().unwrap();
    let commands = last["store_commands"].as_array().unwrap();
    assert!(!commands.is_empty(), "{last}");
    assert!(commands.iter().all(|one| one["reply"].is_null()), "{last}");
    let note = &view["columns"][1]["server"]["note"];
    assert!(note.as_str().unwrap().contains("in vain"), "{note}");
    let export = "GET /__lab/export?column=session&format=mermaid";
    let drawn = visitor.send("lab.localhost", export, "", "").body;
    assert!(drawn.contains("S-xR: "), "{drawn}");
    let mend = json!({ "action": "line", "line": "well" });
    assert_eq!(visitor.order(&mend).status, 200);
}
