//! Each variant, switched while the lab runs: the server really runs so, and says so.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lab::Profile;
use lab::column::Column;
use lab::variants::settings;
use serde_json::{Value, json};

use crate::Running;
use crate::client::{Answer, COLUMNS, Visitor};

const ROOT: &str = r#"{"username":"root","password":"toor-toor"}"#;

fn switch(visitor: &Visitor, column: usize, choice: &str) -> Answer {
    let order = json!({ "action": "variant", "column": COLUMNS[column], "choice": choice });
    let answer = visitor.order(&order);
    assert_eq!(answer.status, 200, "{choice}: {}", answer.body);
    answer
}

fn is_on(view: &Value, column: usize, choice: &str) -> bool {
    let settings = view["columns"][column]["settings"].as_array().unwrap();
    let choices = settings
        .iter()
        .flat_map(|setting| setting["choices"].as_array().unwrap());
    choices
        .filter(|one| one["on"] == true)
        .any(|one| one["word"] == choice)
}

/// What the last exchange handed out in a cookie or a body, taken apart.
fn handed_out<'a>(view: &'a Value, column: usize, place: &str) -> &'a Value {
    let wire = &view["columns"][column]["wire"];
    let last = wire["exchanges"].as_array().unwrap().last().unwrap();
    let carried = last["carried"].as_array().unwrap();
    let found = carried
        .iter()
        .find(|one| one["place"] == place && one["answered"] == true)
        .unwrap_or_else(|| panic!("nothing at {place}: {carried:#?}"));
    let index = usize::try_from(found["credential"].as_u64().unwrap()).unwrap();
    &wire["credentials"][index]["parts"]
}

/// What shows that the server runs so, in the answer to a login and what the page tells of it.
fn check(visitor: &mut Visitor, column: usize, choice: &str, login: &Answer) {
    let view = visitor.view();
    let names = |place: &str| {
        let parts = handed_out(&view, column, place).as_array().unwrap();
        let names = parts.iter().map(|part| part["name"].as_str().unwrap());
        names.collect::<Vec<_>>().join(" ")
    };
    let algorithm = || {
        let access = login.json()["access"].as_str().unwrap().to_owned();
        let header = BASE64_URL_SAFE_NO_PAD
            .decode(access.split('.').next().unwrap())
            .unwrap();
        let header: Value = serde_json::from_slice(&header).unwrap();
        header["alg"].as_str().unwrap().to_owned()
    };
    match choice {
        "private" => assert_eq!(names("__Host-login"), "sealed"),
        "signed" => assert_eq!(names("__Host-login"), "contents signature"),
        "plain" => {
            assert_eq!(names("__Host-login"), "contents");
            let contents = handed_out(&view, column, "__Host-login")[0]["text"].to_string();
            assert!(contents.contains("root"), "{contents}");
        }
        "storage" => {
            assert_eq!(names("access"), "header claims signature");
            assert_eq!(login.header("set-cookie"), None);
        }
        "cookie" => {
            assert_eq!(names("__Host-access"), "header claims signature");
            assert_eq!(login.json()["access"], Value::Null);
            let item = &view["columns"][column]["browser"]["items"][0];
            assert_eq!(item["name"], "__Host-access");
            assert_eq!(item["script_readable"], false);
            assert_eq!(item["parts"][0]["name"], "header");
        }
        "hs256" => assert_eq!(algorithm(), "HS256"),
        "eddsa" => assert_eq!(algorithm(), "EdDSA"),
        "es256" => assert_eq!(algorithm(), "ES256"),
        "fixed" => assert!(lasts(login) <= 600, "{}", login.body),
        "sliding" => assert!(lasts(login) > 600, "{}", login.body),
        "hardened" | "stateless" | "rotating" | "reusable" | "redis" | "embedded" => {}
        other => panic!("nobody says what shows that {other} is on"),
    }
}

/// Seconds that the login of this answer lasts.
fn lasts(login: &Answer) -> i64 {
    let end = login.json()["expires_at"].as_str().unwrap().to_owned();
    let end = time::OffsetDateTime::parse(&end, &time::format_description::well_known::Rfc3339);
    (end.unwrap() - time::OffsetDateTime::now_utc()).whole_seconds()
}

/// Each choice of each column: log in, visit, log out through the front.
fn every_choice(lab: &Running) {
    let mut visitor = Visitor::new(lab.port);
    for (at, column) in Column::ALL.into_iter().enumerate() {
        let named = |setting: &'static lab::variants::Setting| setting.choices.iter().rev();
        for choice in settings(column).flat_map(named) {
            let word = choice.word;
            let has_redis = visitor.view()["store"]["kind"] != "embedded";
            if word == "redis" && !has_redis {
                continue;
            }
            switch(&visitor, at, word);
            let view = visitor.view();
            assert!(is_on(&view, at, word), "{word}");
            let login = visitor.ask(at, "POST /login", ROOT);
            assert_eq!(login.status, 200, "{word}: {}", login.body);
            check(&mut visitor, at, word, &login);
            let me = visitor.ask(at, "GET /me", "");
            assert_eq!(me.status, 200, "{word}: {}", me.body);
            let view = visitor.view();
            let last = view["columns"][at]["wire"]["exchanges"].as_array().unwrap();
            let asked = !last.last().unwrap()["store_commands"]
                .as_array()
                .unwrap()
                .is_empty();
            match word {
                "hardened" => assert!(asked),
                "stateless" => assert_eq!(asked, column == Column::Session),
                _ => {}
            }
            assert_eq!(view["columns"][at]["verdict"]["word"], "ALLOWED", "{word}");
            assert_eq!(visitor.ask(at, "POST /logout", "").status, 204, "{word}");
            assert_eq!(visitor.ask(at, "GET /me", "").status, 401, "{word}");
        }
    }
    // Back to front: all is as usual again.
    let view = visitor.view();
    for setting in view["columns"][2]["settings"].as_array().unwrap() {
        let on = setting["choices"]
            .as_array()
            .unwrap()
            .iter()
            .find(|choice| choice["on"] == true);
        assert_eq!(on.unwrap()["word"], setting["usual"]);
    }
}

#[test]
fn each_choice_of_each_column_on_the_embedded_store() {
    every_choice(&Running::embedded(Profile::Hardened));
}

#[test]
fn each_choice_of_each_column_on_redis() {
    if let Some(lab) = Running::on_redis(Profile::Hardened) {
        every_choice(&lab);
    }
}

#[test]
fn what_becomes_of_the_logins_is_what_the_column_says() {
    let lab = Running::embedded(Profile::Hardened);
    let mut visitor = Visitor::new(lab.port);
    visitor.log_in("root", "toor-toor");
    let stay = "Logins stay";
    let end = "The logins of before do not count now";
    let again = "The login of before was made so";
    for (column, choice, said, then) in [
        (0, "stateless", stay, 200),
        (0, "signed", end, 401),
        // The key is the same, so the cookie of before is good again.
        (0, "private", again, 200),
        (1, "fixed", stay, 200),
        (2, "reusable", stay, 200),
        (2, "es256", end, 401),
        (2, "hs256", again, 200),
    ] {
        switch(&visitor, column, choice);
        let view = visitor.view();
        let sentences = view["columns"][column]["switched"].to_string();
        assert!(sentences.contains(said), "{sentences}");
        assert_eq!(visitor.ask(column, "GET /me", "").status, then, "{choice}");
    }
    // Nobody else was restarted: a restart ends the connections that are open.
    switch(&visitor, 0, "plain");
    assert_eq!(visitor.ask(1, "GET /me", "").status, 200);
    assert_eq!(visitor.view()["columns"][0]["verdict"], Value::Null);
    assert_eq!(visitor.view()["columns"][1]["verdict"]["word"], "ALLOWED");
}

#[test]
fn the_browser_is_to_drop_its_tokens_where_their_carrier_changes() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    let forget = |answer: Answer| answer.json()["forget"].clone();
    assert_eq!(forget(switch(&visitor, 2, "eddsa")), json!([]));
    assert_eq!(forget(switch(&visitor, 2, "cookie")), json!(["jwt"]));
    // It runs so already.
    assert_eq!(forget(switch(&visitor, 2, "cookie")), json!([]));
    assert_eq!(forget(switch(&visitor, 2, "storage")), json!(["jwt"]));
}

#[test]
fn a_thief_copies_the_token_out_of_its_cookie() {
    let lab = Running::embedded(Profile::Stateless);
    let mut visitor = Visitor::new(lab.port);
    switch(&visitor, 2, "cookie");
    assert_eq!(visitor.ask(2, "POST /login", ROOT).status, 200);
    assert_eq!(visitor.ask(2, "POST /logout", "").status, 204);
    assert_eq!(visitor.order(&json!({ "action": "replay" })).status, 200);
    let view = visitor.view();
    assert_eq!(view["columns"][2]["verdict"]["word"], "STALE");
    let exchanges = view["columns"][2]["wire"]["exchanges"].as_array().unwrap();
    let sent = exchanges.last().unwrap()["request_head"].as_str().unwrap();
    assert!(sent.contains("Cookie: __Host-access="), "{sent}");
}

#[test]
fn all_variants_are_set_at_once_and_put_back() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    let to = json!({ "action": "variants", "cookie": ["plain"], "jwt": ["cookie", "eddsa"] });
    assert_eq!(visitor.order(&to).status, 200);
    let view = visitor.view();
    assert!(is_on(&view, 0, "plain") && is_on(&view, 2, "cookie") && is_on(&view, 2, "eddsa"));
    // What is not named is as usual.
    let to = json!({ "action": "variants", "cookie": ["stateless"] });
    assert_eq!(visitor.order(&to).status, 200);
    let view = visitor.view();
    assert!(is_on(&view, 0, "private") && is_on(&view, 2, "storage"));
    assert_eq!(view["columns"][0]["profile"], "stateless");
    assert_eq!(view["columns"][2]["profile"], "hardened");
    assert_eq!(visitor.order(&json!({ "action": "reset" })).status, 200);
    let view = visitor.view();
    assert_eq!(view["columns"][0]["profile"], "hardened");
    assert_eq!(view["columns"][0]["switched"], json!([]));
}

#[test]
fn a_lab_is_started_in_variants_and_reset_goes_back_to_them() {
    let lab = Running::in_variants(&[(Column::Cookie, "plain"), (Column::Jwt, "es256")]);
    let visitor = Visitor::new(lab.port);
    assert!(is_on(&visitor.view(), 0, "plain"));
    switch(&visitor, 0, "signed");
    assert_eq!(visitor.order(&json!({ "action": "reset" })).status, 200);
    assert!(is_on(&visitor.view(), 0, "plain") && is_on(&visitor.view(), 2, "es256"));
    let usual = json!({ "action": "reset", "usual": true });
    assert_eq!(visitor.order(&usual).status, 200);
    assert!(is_on(&visitor.view(), 0, "private") && is_on(&visitor.view(), 2, "hs256"));
}

#[test]
fn what_cannot_be_is_refused_and_nothing_changes() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    let before = visitor.view()["columns"].clone();
    for (order, status) in [
        (
            json!({ "action": "variant", "column": "cookie", "choice": "eddsa" }),
            400,
        ),
        (
            json!({ "action": "variant", "column": "session", "choice": "redis" }),
            503,
        ),
        (json!({ "action": "variants", "jwt": ["plain"] }), 400),
        (json!({ "action": "variants", "basic": [] }), 400),
    ] {
        assert_eq!(visitor.order(&order).status, status, "{order}");
    }
    assert_eq!(visitor.view()["columns"], before);
    // The guard is the one of every order.
    let order = json!({ "action": "variant", "column": "cookie", "choice": "plain" }).to_string();
    let origin = format!("Origin: http://cookie.lab.localhost:{}\r\n", lab.port);
    let fields = format!("{origin}X-Lab-Token: {}\r\n", visitor.token());
    let answer = visitor.send("lab.localhost", "POST /__lab/control", &fields, &order);
    assert_eq!(answer.status, 403);
}
