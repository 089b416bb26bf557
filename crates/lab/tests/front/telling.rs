//! What the page tells the lab, and what it is told in return.

use lab::Profile;
use serde_json::{Value, json};

use crate::Running;
use crate::client::Visitor;

/// The page waits for it before it says that an action is over.
#[test]
fn an_order_is_answered_with_the_revision_that_has_it() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    let before = visitor.view()["revision"].as_u64().unwrap();
    let answer = visitor.order(&json!({ "action": "demote" })).json();
    let after = visitor.view();
    assert!(answer["revision"].as_u64().unwrap() > before);
    assert!(answer["revision"].as_u64() <= after["revision"].as_u64());
    assert_eq!(after["roles"]["root"], json!(["user"]));
}

#[test]
fn what_script_reports_is_shown_and_taken_apart() {
    let lab = Running::embedded(Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    let login = json!({ "username": "alice", "password": "wonderland" }).to_string();
    let access = visitor.ask(2, "POST /login", &login).json()["access"]
        .as_str()
        .unwrap()
        .to_owned();
    let report = json!({ "items": [{ "name": "access", "value": access }], "cookies": [] });
    let fields = format!(
        "Origin: http://jwt.lab.localhost:{}\r\nX-Lab-Token: {}\r\n",
        lab.port,
        visitor.token()
    );
    let send = |path: &str, body: &Value| {
        visitor.send("jwt.lab.localhost", path, &fields, &body.to_string())
    };
    let before = visitor.view()["revision"].clone();
    let answer = send("POST /__lab/storage", &report).json();
    assert_ne!(answer["revision"], before);
    assert_eq!(answer["revision"], visitor.view()["revision"]);
    let item = &visitor.view()["columns"][2]["browser"]["items"][0];
    assert_eq!(
        (&item["kind"], &item["source"]),
        (&json!("local-storage"), &json!("read by script"))
    );
    assert_eq!(item["script_readable"], true);
    let claims = item["parts"][1]["text"].as_str().unwrap();
    assert!(claims.contains("\"alice\""), "{claims}");
    assert!(item["expires_at_ms"].as_u64() > visitor.view()["now_ms"].as_u64());
    assert_eq!(send("POST /__lab/forget", &json!({})).status, 204);
    assert_eq!(visitor.view()["columns"][2]["browser"]["items"], json!([]));
}

#[test]
fn cookies_from_before_the_start_are_held_as_soon_as_the_frame_is_asked_for() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    let fields = "Cookie: __Host-session=old; other=x\r\n";
    let frame = visitor.send("session.lab.localhost", "GET /__lab/column", fields, "");
    assert_eq!(frame.status, 200);
    let items = &visitor.view()["columns"][1]["browser"]["items"];
    let held: Vec<_> = items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["name"])
        .collect();
    assert_eq!(held, ["__Host-session", "other"]);
    // What attributes they have nobody told.
    assert_eq!(items[0]["attributes"], json!([]));
    assert_eq!(items[0]["script_readable"], false);
}
