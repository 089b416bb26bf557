//! What a program of one's own gets from the library: the example, over the wire.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../../examples/own_program/program.rs"]
mod program;

use clap::Parser;
use contract::{Services, accounts::Accounts};
use jwt_state::{Additions, Settings, start};
use serde_json::json;
use store::Source;

use crate::wire::{Client, Tokens};

fn services() -> Services {
    Services {
        accounts: Accounts::in_memory().unwrap(),
        store: Source::embedded(1 << 20),
    }
}

fn settings(profile: &str) -> Settings {
    Settings::parse_from(["jwt-state", "--listen", "127.0.0.1:0", "--profile", profile])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_adds_claims_and_answers_and_knows_who_is_asking() {
    let (services, settings) = (services(), program::with_additions(settings("stateless")));
    let running = program::start(&settings, &services).unwrap();
    let server = Client::at(&running, services);

    let body = json!({ "username": "alice", "password": "wonderland" });
    let login = server.post("/login", None, Some(body.clone())).await;
    let first = Tokens::of(&login);
    let next = server.refresh(&first.refresh).await;
    let simple_jwt = server.post("/api/token/", None, Some(body)).await;
    for answer in [&login, &next, &simple_jwt] {
        assert_eq!(answer.body["user_id"], 1, "{}", answer.body);
        let access = answer.body["access"].as_str();
        assert_eq!(server.get("/tenant", access).await.text, "example.test");
    }
    let account = server.get("/account", Some(&first.access)).await;
    assert_eq!((account.status, &*account.text), (200, "alice, epoch 1"));
    let until = server.get("/until", Some(&first.access)).await.text;
    assert!(until.starts_with("alice for "), "{until}");
    for path in ["/tenant", "/account", "/until"] {
        for token in [None, Some("x"), Some(first.refresh.as_str())] {
            assert_eq!(server.get(path, token).await.status, 401, "{path}");
        }
    }
    // The claims say what they said; the account is looked up, in either profile.
    let out = server.post("/logout", Some(&first.access), None).await;
    assert_eq!(out.status, 204);
    for (path, status) in [("/tenant", 200), ("/until", 200), ("/account", 401)] {
        let answer = server.get(path, Some(&first.access)).await;
        assert_eq!(answer.status, status, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_made_by_hand_is_one_like_any_other() {
    let (services, settings) = (services(), settings("hardened"));
    let running = program::start(&settings, &services).unwrap();
    let server = Client::at(&running, services);
    let invited = server.post("/invite/1", None, None).await;
    let access = invited.body["access"].as_str();
    assert_eq!(
        server.get("/me", access).await.body["user"]["username"],
        "alice"
    );
    let logins = server.get("/logins", access).await;
    assert_eq!(logins.body["logins"][0]["device"], "a program");
    let next = server
        .refresh(invited.body["refresh"].as_str().unwrap())
        .await;
    let out = server
        .post("/logout/everywhere", Some(&Tokens::of(&next).access), None)
        .await;
    assert_eq!(out.status, 204);
    for path in ["/me", "/until", "/account"] {
        assert_eq!(server.get(path, access).await.status, 401, "{path}");
    }
    server.accounts.set_disabled("alice", true).await.unwrap();
    assert_eq!(server.post("/invite/1", None, None).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_the_server_uses_cannot_be_added() {
    let own = Additions::default();
    for additions in [
        own.clone().with_claim("sub", |_| json!("1")),
        own.clone().with_claim("user_id", |_| json!("1")),
        own.clone().with_claim("roles", |_| json!(["admin"])),
        own.clone().with_answer("access", |_| json!("x")),
    ] {
        let settings = Settings {
            additions,
            ..settings("hardened")
        };
        let refused = start(&settings, &services()).unwrap_err().to_string();
        assert!(refused.contains("give it another"), "{refused}");
    }
}
