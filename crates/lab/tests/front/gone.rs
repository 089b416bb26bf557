//! What was taken away under a login, and what the page says of the refusal that follows.

use lab::Profile;
use serde_json::{Value, json};

use crate::Running;
use crate::client::{COLUMNS, Visitor};

/// Column by column: the status of a visit, and what the verdict puts it down to.
fn visit(visitor: &mut Visitor) -> [(u16, Value); 3] {
    [0, 1, 2].map(|column| {
        let status = visitor.ask(column, "GET /me", "").status;
        let cause = visitor.view()["columns"][column]["verdict"]["cause"].clone();
        (status, cause)
    })
}

#[test]
fn a_refusal_says_that_the_keys_or_the_store_are_gone() {
    let lab = Running::embedded(Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    let order = |visitor: &Visitor, order: Value| assert_eq!(visitor.order(&order).status, 200);
    assert_eq!(visit(&mut visitor), [0, 1, 2].map(|_| (401, Value::Null)));
    visitor.log_in("alice", "wonderland");
    order(&visitor, json!({ "action": "flush" }));
    let gone = (401, json!("store"));
    assert_eq!(
        visit(&mut visitor),
        [(200, Value::Null), gone.clone(), gone]
    );
    visitor.log_in("alice", "wonderland");
    order(&visitor, json!({ "action": "restart", "new_keys": true }));
    // A store that is emptied as well changes nothing of that.
    order(&visitor, json!({ "action": "flush" }));
    assert_eq!(visit(&mut visitor), [0, 1, 2].map(|_| (401, json!("keys"))));
    // A new login has nothing to do with it.
    visitor.log_in("alice", "wonderland");
    assert_eq!(visit(&mut visitor), [0, 1, 2].map(|_| (200, Value::Null)));
}

/// There and back: the login is not said to be ended, and is there again.
fn there_and_back(lab: &Running, switches: &[(usize, &str, &str)]) {
    let mut visitor = Visitor::new(lab.port);
    visitor.log_in("alice", "wonderland");
    for &(column, away, back) in switches {
        let switch = |visitor: &Visitor, choice: &str| {
            let order = json!({ "action": "variant", "column": COLUMNS[column], "choice": choice });
            assert_eq!(visitor.order(&order).status, 200, "{choice}");
            visitor.view()["columns"][column].clone()
        };
        let said = |view: &Value| view["switched"].to_string();
        for asks in [false, true] {
            let view = switch(&visitor, away);
            let who = (&view["logged_in_as"], &view["dormant"]);
            assert_eq!(who, (&Value::Null, &json!("alice")), "{away}");
            assert!(said(&view).contains("Switched back"), "{view:#}");
            if asks {
                assert_eq!(visitor.ask(column, "GET /me", "").status, 401, "{away}");
                let verdict = &visitor.view()["columns"][column]["verdict"];
                assert_eq!(verdict["cause"], "variant", "{away}");
            }
            let view = switch(&visitor, back);
            let who = (&view["logged_in_as"], &view["dormant"]);
            assert_eq!(who, (&json!("alice"), &Value::Null), "{back}");
            assert!(said(&view).contains("counts again"), "{view:#}");
            assert!(!said(&view).contains("do not count"), "{view:#}");
        }
        assert_eq!(visitor.ask(column, "GET /me", "").status, 200, "{back}");
        // Another login takes its place.
        switch(&visitor, away);
        let body = r#"{"username":"bob","password":"builder"}"#;
        assert_eq!(visitor.ask(column, "POST /login", body).status, 200);
        let view = switch(&visitor, back);
        let who = (&view["logged_in_as"], &view["dormant"]);
        assert_eq!(who, (&Value::Null, &json!("bob")), "{back}");
        // Nor does one come back that was logged out of.
        assert_eq!(visitor.ask(column, "POST /logout", "").status, 204);
        let view = switch(&visitor, away);
        let who = (&view["logged_in_as"], &view["dormant"]);
        assert_eq!(who, (&Value::Null, &Value::Null), "{away}");
    }
}

#[test]
fn a_login_that_a_switch_leaves_behind_is_there_again_when_it_is_turned_back() {
    let lab = Running::on_redis(Profile::Hardened);
    let (cookie, session, jwt) = (
        (0, "signed", "private"),
        (1, "embedded", "redis"),
        (2, "eddsa", "hs256"),
    );
    match lab {
        Some(lab) => there_and_back(&lab, &[cookie, session, jwt]),
        None => there_and_back(&Running::embedded(Profile::Hardened), &[cookie, jwt]),
    }
}

#[test]
fn a_reset_forgets_the_wrong_passwords() {
    let lab = Running::embedded(Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    let wrong = r#"{"username":"alice","password":"wrong"}"#;
    while visitor.ask(0, "POST /login", wrong).status == 401 {}
    let right = r#"{"username":"alice","password":"wonderland"}"#;
    assert_eq!(visitor.ask_all("POST /login", right), [429; 3]);
    assert_eq!(visitor.order(&json!({ "action": "reset" })).status, 200);
    visitor.log_in("alice", "wonderland");
}
