//! How logins end: by their owner, by a new password, by a new login, by time.

use std::time::Duration;

use serde_json::json;

use crate::{
    PROFILES,
    wire::{Client, Tokens},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_ends_every_login_and_gives_a_new_one() {
    for profile in PROFILES {
        let server = Client::of(profile);
        let own = server.log_in("alice", "wonderland").await;
        let other = server.log_in("alice", "wonderland").await;
        let change = |current: &str, new: &str| json!({ "current": current, "new": new });
        for (token, body, status) in [
            (None, change("wonderland", "looking-glass"), 401),
            (Some(&own.access), change("wrong", "looking-glass"), 401),
            (Some(&own.access), change("wonderland", "short"), 422),
        ] {
            let answer = server
                .post("/password", token.map(String::as_str), Some(body))
                .await;
            assert_eq!(answer.status, status, "{:?}", answer.body);
        }
        let body = Some(change("wonderland", "looking-glass"));
        let changed = server.post("/password", Some(&own.access), body).await;
        let given = Tokens::of(&changed);
        assert_eq!(changed.body["user"]["username"], "alice");
        for before in [&own, &other] {
            let replay = server.get("/me", Some(&before.access)).await.status;
            assert_eq!(replay, if profile == "hardened" { 401 } else { 200 });
            assert_eq!(server.refresh(&before.refresh).await.status, 401);
        }
        assert_eq!(server.get("/me", Some(&given.access)).await.status, 200);
        let logins = server.get("/logins", Some(&given.access)).await;
        assert_eq!(logins.body["logins"].as_array().unwrap().len(), 1);
        assert_eq!(server.refresh(&given.refresh).await.status, 200);
        let body = Some(change("looking-glass", "other-password"));
        let stale = server.post("/password", Some(&other.access), body).await;
        assert_eq!(
            stale.status, 401,
            "a login that has ended changes no password"
        );
        server.log_in("alice", "looking-glass").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_refresh_token_alone_can_log_out() {
    let server = Client::of("hardened");
    let tokens = server.log_in("alice", "wonderland").await;
    for (body, status) in [
        (json!([]), 400),
        (json!({ "refresh": 1 }), 400),
        (json!({}), 204),
    ] {
        assert_eq!(
            server.post("/logout", None, Some(body)).await.status,
            status
        );
    }
    assert_eq!(server.get("/me", Some(&tokens.access)).await.status, 200);
    let body = json!({ "refresh": tokens.refresh });
    assert_eq!(server.post("/logout", None, Some(body)).await.status, 204);
    assert_eq!(server.get("/me", Some(&tokens.access)).await.status, 401);
    let flushed = server.log_in("alice", "wonderland").await;
    assert_eq!(
        server
            .send("DELETE", "/state", Some(&flushed.access), None)
            .await
            .status,
        204
    );
    assert_eq!(server.get("/me", Some(&flushed.access)).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn everywhere_is_everywhere_and_nobody_else() {
    for profile in PROFILES {
        let server = Client::of(profile);
        let bob = server.log_in("bob", "builder").await;
        let mut alice = Vec::new();
        for _ in 0..3 {
            alice.push(server.log_in("alice", "wonderland").await);
        }
        let everywhere = server
            .post("/logout/everywhere", Some(&alice[0].access), None)
            .await;
        assert_eq!(everywhere.status, 204);
        for tokens in &alice {
            assert_eq!(server.refresh(&tokens.refresh).await.status, 401);
            let access = server.get("/me", Some(&tokens.access)).await.status;
            assert_eq!(access, if profile == "hardened" { 401 } else { 200 });
        }
        assert_eq!(server.refresh(&bob.refresh).await.status, 200);
        server.log_in("alice", "wonderland").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_replaces_the_one_that_comes_with_it() {
    let server = Client::of("hardened");
    let alice = server.log_in("alice", "wonderland").await;
    let body = || Some(json!({ "username": "bob", "password": "builder" }));
    let bob = server.post("/login", Some(&alice.access), body()).await;
    assert_eq!(bob.body["user"]["username"], "bob");
    assert_eq!(server.get("/me", Some(&alice.access)).await.status, 401);
    assert_eq!(server.refresh(&alice.refresh).await.status, 401);
    let again = server.post("/login", Some("no.token.atall"), body()).await;
    assert_eq!(again.status, 200, "what is not accepted is not in the way");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_login_can_be_ended_and_only_by_its_owner() {
    let server = Client::of("hardened");
    let alice = server.log_in("alice", "wonderland").await;
    let bob = server.log_in("bob", "builder").await;
    let logins = server.get("/logins", Some(&alice.access)).await;
    let path = format!(
        "/logins/{}",
        logins.body["logins"][0]["id"].as_str().unwrap()
    );
    assert_eq!(
        server
            .send("DELETE", &path, Some(&bob.access), None)
            .await
            .status,
        404
    );
    assert_eq!(server.get("/me", Some(&alice.access)).await.status, 200);
    assert_eq!(
        server
            .send("DELETE", &path, Some(&alice.access), None)
            .await
            .status,
        204
    );
    assert_eq!(server.get("/me", Some(&alice.access)).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_token_whose_time_is_over_still_logs_out() {
    for profile in PROFILES {
        let server = Client::with(profile, &["--access-lifetime", "1s"]);
        let ways = [
            ("POST", "/logout", None),
            ("DELETE", "/state", None),
            (
                "POST",
                "/login",
                Some(json!({ "username": "bob", "password": "builder" })),
            ),
        ];
        for (method, path, body) in ways {
            let tokens = server.log_in("alice", "wonderland").await;
            tokio::time::sleep(Duration::from_millis(1100)).await;
            assert_eq!(server.get("/me", Some(&tokens.access)).await.status, 401);
            let next = Tokens::of(&server.refresh(&tokens.refresh).await);
            let ended = server.send(method, path, Some(&tokens.access), body).await;
            assert!(ended.status < 300, "{method} {path}: {}", ended.status);
            assert_eq!(
                server.refresh(&next.refresh).await.status,
                401,
                "{method} {path}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_lines_that_may_name_two_logins_are_refused_and_end_none() {
    for profile in PROFILES {
        let server = Client::of(profile);
        let alice = server.log_in("alice", "wonderland").await;
        let line = format!("Authorization: Bearer {}\r\n", alice.access);
        for lines in [
            line.repeat(2),
            format!("{line}Authorization: Bearer x\r\n"),
            format!("Authorization: Basic YTpi\r\n{line}"),
        ] {
            for (method, path) in [
                ("POST", "/login"),
                ("POST", "/refresh"),
                ("POST", "/logout"),
                ("POST", "/logout/everywhere"),
                ("POST", "/password"),
                ("GET", "/me"),
                ("GET", "/admin"),
                ("GET", "/state"),
                ("PUT", "/state/a"),
                ("DELETE", "/state"),
                ("PUT", "/expiry"),
                ("GET", "/logins"),
                ("DELETE", "/logins/x"),
            ] {
                let body = match path {
                    "/login" => Some(json!({ "username": "bob", "password": "builder" })),
                    "/refresh" => Some(json!({ "refresh": alice.refresh })),
                    "/password" => Some(json!({ "current": "wonderland", "new": "looking-glass" })),
                    _ => None,
                };
                let refused = server.raw(method, path, &lines, body).await;
                assert_eq!(refused.status, 400, "{method} {path}");
                assert_eq!(
                    refused.body["type"],
                    "urn:statelab:problem:malformed-request"
                );
            }
        }
        assert_eq!(server.get("/me", Some(&alice.access)).await.status, 200);
        assert_eq!(server.refresh(&alice.refresh).await.status, 200);
    }
}
