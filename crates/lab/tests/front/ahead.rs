//! The clock moved ahead: what is refused then, what the store still keeps, and what Reset does.

use lab::Profile;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::Running;
use crate::client::Visitor;

const MINUTE: u64 = 60;
const WEEK: u64 = 7 * 86_400;
/// A busy machine between two answers.
const SLACK: u64 = 50;

fn move_ahead(visitor: &Visitor, seconds: u64) {
    let answer = visitor.order(&json!({ "action": "ahead", "seconds": seconds }));
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// Redis's words for what a session is, and a login with its refresh token.
const SESSION: &str = "string";
const FAMILY: &str = "hash";

/// What is left, in seconds, of the key of this type; of several, of the one that lasts longest.
fn left(view: &Value, column: usize, kind: &str) -> Option<u64> {
    let keys = view["columns"][column]["server"]["keys"].as_array()?;
    let named = keys.iter().filter(|key| key["kind"] == kind);
    let end = named
        .filter_map(|key| key["expires_at_ms"].as_u64())
        .max()?;
    let servers = view["now_ms"].as_u64()? + view["ahead_ms"].as_u64()?;
    Some(end.saturating_sub(servers) / 1000)
}

fn is_about(left: Option<u64>, seconds: u64) -> bool {
    left.is_some_and(|left| left <= seconds && left + SLACK >= seconds)
}

fn expired(view: &Value) -> [bool; 3] {
    [0, 1, 2].map(|column| view["columns"][column]["verdict"]["expired"] == true)
}

/// Of `expires_at` in an answer, by the machine's clock.
fn ends_in(answer: &Value) -> i64 {
    let end = OffsetDateTime::parse(answer["expires_at"].as_str().unwrap(), &Rfc3339).unwrap();
    (end - OffsetDateTime::now_utc()).whole_seconds()
}

fn each_ends_when_its_time_is_up(lab: &Running) {
    let mut visitor = Visitor::new(lab.port);
    let view = visitor.view();
    assert_eq!(view["ahead_ms"], 0);

    // A token lasts five minutes; nothing else ends so soon.
    visitor.log_in("alice", "wonderland");
    move_ahead(&visitor, 4 * MINUTE);
    assert_eq!(visitor.ask_all("GET /me", ""), [200; 3]);
    move_ahead(&visitor, MINUTE);
    assert_eq!(visitor.ask_all("GET /me", ""), [200, 200, 401]);
    let view = visitor.view();
    assert_eq!(expired(&view), [false, false, true]);
    let exchange = &view["columns"][2]["wire"]["exchanges"][0];
    assert_eq!(
        (&view["ahead_ms"], &exchange["ahead_ms"]),
        (&json!(300_000), &json!(0))
    );

    // A session and a cookie last 14 days after their last use. What the store says is left.
    visitor.log_in("bob", "builder");
    visitor.view_when(|view| is_about(left(view, 1, SESSION), 2 * WEEK));
    move_ahead(&visitor, WEEK);
    visitor.view_when(|view| {
        is_about(left(view, 1, SESSION), WEEK) && is_about(left(view, 2, FAMILY), WEEK)
    });
    move_ahead(&visitor, WEEK);
    visitor.view_when(|view| left(view, 1, SESSION).is_none());
    assert_eq!(visitor.ask_all("GET /me", ""), [401; 3]);
    assert_eq!(expired(&visitor.view()), [true; 3]);
}

/// What is used goes on, to its absolute end: 30 days after the login.
fn what_is_used_slides(lab: &Running) {
    let mut visitor = Visitor::new(lab.port);
    visitor.log_in("alice", "wonderland");
    for _ in 0..4 {
        move_ahead(&visitor, WEEK);
        assert_eq!(visitor.ask_all("GET /me", "")[..2], [200; 2]);
    }
    visitor.view_when(|view| is_about(left(view, 1, SESSION), 2 * 86_400));
    move_ahead(&visitor, 2 * 86_400);
    assert_eq!(visitor.ask_all("GET /me", ""), [401; 3]);
}

/// Time does not go back; everything begins anew.
fn reset_sets_it_back(lab: &Running) {
    let mut visitor = Visitor::new(lab.port);
    assert_eq!(visitor.order(&json!({ "action": "reset" })).status, 200);
    move_ahead(&visitor, WEEK);
    let far = ends_in(&visitor.ask(2, "POST /login", ALICE).json());
    assert!(far > 600_000, "dated by the moved clock: {far}");
    for wrong in [json!(0), json!(-1), json!("1"), json!(5_000_000_000_u64)] {
        let answer = visitor.order(&json!({ "action": "ahead", "seconds": wrong }));
        assert_eq!(answer.status, 400, "{wrong}");
    }
    let answer = visitor.order(&json!({ "action": "ahead", "seconds": 52 * WEEK }));
    assert!(
        answer.body.contains("a year is the farthest"),
        "{}",
        answer.body
    );
    assert_eq!(visitor.view()["ahead_ms"], WEEK * 1000);

    assert_eq!(visitor.order(&json!({ "action": "reset" })).status, 200);
    assert_eq!(visitor.view()["ahead_ms"], 0);
    assert_eq!(visitor.ask_all("GET /me", ""), [401; 3]);
    let near = ends_in(&visitor.ask(2, "POST /login", ALICE).json());
    assert!(
        (200..=300).contains(&near),
        "dated by the machine's clock: {near}"
    );
}

const ALICE: &str = r#"{"username":"alice","password":"wonderland"}"#;

fn all(lab: &Running) {
    each_ends_when_its_time_is_up(lab);
    reset_sets_it_back(lab);
    what_is_used_slides(lab);
}

#[test]
fn time_goes_by_in_the_embedded_store() {
    all(&Running::embedded(Profile::Hardened));
}

#[test]
fn time_goes_by_in_a_redis() {
    let Some(lab) = Running::on_redis(Profile::Stateless) else {
        return;
    };
    all(&lab);
    // Also while nobody reaches it.
    let mut visitor = Visitor::new(lab.port);
    visitor.log_in("bob", "builder");
    for line in ["cut", "well"] {
        let answer = visitor.order(&json!({ "action": "line", "line": line }));
        assert_eq!(answer.status, 200);
        move_ahead(&visitor, WEEK);
    }
    visitor.view_when(|view| left(view, 1, SESSION).is_none());
}
