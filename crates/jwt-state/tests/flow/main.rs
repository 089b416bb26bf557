//! The server over the wire: what a login, its tokens and its end do, in both profiles.

mod delivery;
mod ends;
mod issuer;
mod own_program;
mod password_races;
mod settings;
mod simple_jwt;
mod wire;

use contract::{
    Services,
    accounts::{Accounts, Role},
};
use serde_json::json;
use store::{RedisSettings, Source};
use wire::{Client, Tokens};

const PROFILES: [&str; 2] = ["hardened", "stateless"];

#[tokio::test(flavor = "multi_thread")]
async fn a_login_its_tokens_and_its_end() {
    for profile in PROFILES {
        let server = Client::of(profile);
        let refused = server.get("/me", None).await;
        assert_eq!(refused.status, 401);
        assert_eq!(
            refused.header("www-authenticate"),
            Some(r#"Bearer realm="statelab""#)
        );

        let tokens = server.log_in("Alice@Example.test", "wonderland").await;
        let me = server.get("/me", Some(&tokens.access)).await;
        assert_eq!((me.status, &me.body["mechanism"]), (200, &json!("jwt")));
        assert_eq!(me.body["user"]["email"], "alice@example.test");
        assert_eq!(server.get("/admin", Some(&tokens.access)).await.status, 403);
        let root = server.log_in("root", "toor-toor").await;
        assert_eq!(server.get("/admin", Some(&root.access)).await.status, 200);

        let logins = server.get("/logins", Some(&tokens.access)).await;
        assert_eq!(logins.body["logins"].as_array().unwrap().len(), 1);
        assert_eq!(logins.body["logins"][0]["current"], true);

        for _ in 0..2 {
            let logout = server.post("/logout", Some(&tokens.access), None).await;
            assert_eq!(logout.status, 204, "twice is no error");
        }
        let replay = server.get("/me", Some(&tokens.access)).await.status;
        assert_eq!(
            replay,
            if profile == "hardened" { 401 } else { 200 },
            "{profile}"
        );
        assert_eq!(
            server.refresh(&tokens.refresh).await.status,
            401,
            "{profile}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_works_once_and_the_second_use_ends_the_login() {
    for profile in PROFILES {
        let server = Client::of(profile);
        let first = server.log_in("alice", "wonderland").await;
        let second = Tokens::of(&server.refresh(&first.refresh).await);
        assert_eq!(server.get("/me", Some(&second.access)).await.status, 200);
        let third = Tokens::of(&server.refresh(&second.refresh).await);
        assert_eq!(server.refresh(&first.refresh).await.status, 401);
        assert_eq!(
            server.refresh(&third.refresh).await.status,
            401,
            "the family is gone"
        );
        let access = server.get("/me", Some(&third.access)).await.status;
        assert_eq!(access, if profile == "hardened" { 401 } else { 200 });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_whose_answer_got_lost_may_be_tried_again_where_that_is_set() {
    let server = Client::with("hardened", &["--refresh-grace", "60s"]);
    let first = server.log_in("alice", "wonderland").await;
    let lost = Tokens::of(&server.refresh(&first.refresh).await);
    let again = Tokens::of(&server.refresh(&first.refresh).await);
    let next = Tokens::of(&server.refresh(&again.refresh).await);
    assert_eq!(server.get("/me", Some(&next.access)).await.status, 200);
    // The answer was not lost at all: somebody has it, and that ends the login.
    assert_eq!(server.refresh(&lost.refresh).await.status, 401);
    assert_eq!(server.refresh(&next.refresh).await.status, 401);
    assert_eq!(server.get("/me", Some(&next.access)).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn public_keys_are_published_and_may_be_kept() {
    let key = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/p256.pem");
    let server = Client::with("stateless", &["--signing-key", key]);
    let tokens = server.log_in("alice", "wonderland").await;
    assert_eq!(server.get("/me", Some(&tokens.access)).await.status, 200);
    let set = server.get("/.well-known/jwks.json", None).await;
    assert_eq!(
        (set.status, &set.body["keys"][0]["alg"]),
        (200, &json!("ES256"))
    );
    assert_eq!(set.header("cache-control"), Some("public, max-age=300"));
    let me = server.get("/me", Some(&tokens.access)).await;
    assert_eq!(me.header("cache-control"), Some("no-store"));
    let wrong = server.post("/.well-known/jwks.json", None, None).await;
    assert_eq!(wrong.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_refreshes_at_once_one_wins_and_no_branch_lives() {
    let server = Client::of("hardened");
    let tokens = server.log_in("alice", "wonderland").await;
    let tries: Vec<_> = (0..16)
        .map(|_| {
            let (server, refresh) = (server.clone(), tokens.refresh.clone());
            tokio::spawn(async move { server.refresh(&refresh).await })
        })
        .collect();
    let mut won = Vec::new();
    for each in tries {
        let answer = each.await.unwrap();
        match answer.status {
            200 => won.push(Tokens::of(&answer)),
            status => assert_eq!(status, 401),
        }
    }
    assert_eq!(won.len(), 1);
    assert_eq!(server.refresh(&won[0].refresh).await.status, 401);
    assert_eq!(server.get("/me", Some(&won[0].access)).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demotion_bites_at_once_or_with_the_next_token() {
    for profile in PROFILES {
        let server = Client::of(profile);
        let tokens = server.log_in("root", "toor-toor").await;
        server
            .accounts
            .set_roles("root", &[Role::User])
            .await
            .unwrap();
        let at_once = server.get("/admin", Some(&tokens.access)).await.status;
        assert_eq!(at_once, if profile == "hardened" { 403 } else { 200 });
        let next = Tokens::of(&server.refresh(&tokens.refresh).await);
        assert_eq!(server.get("/admin", Some(&next.access)).await.status, 403);

        server.accounts.set_disabled("root", true).await.unwrap();
        let disabled = server.get("/me", Some(&next.access)).await.status;
        assert_eq!(disabled, if profile == "hardened" { 401 } else { 200 });
        assert_eq!(server.refresh(&next.refresh).await.status, 401);
        server.accounts.set_disabled("root", false).await.unwrap();
        assert_eq!(
            server.refresh(&next.refresh).await.status,
            401,
            "it stays dead"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_another_server_has_ended_is_dead_here() {
    for profile in PROFILES {
        let server = Client::of(profile);
        let tokens = server.log_in("alice", "wonderland").await;
        server.accounts.end_all_logins(1).await.unwrap();
        let access = server.get("/me", Some(&tokens.access)).await.status;
        assert_eq!(access, if profile == "hardened" { 401 } else { 200 });
        let change = json!({ "current": "wonderland", "new": "looking-glass" });
        let changed = server
            .post("/password", Some(&tokens.access), Some(change))
            .await;
        assert_eq!(changed.status, 401);
        let logins = server.get("/logins", Some(&tokens.access)).await;
        assert!(logins.status == 401 || logins.body == json!({ "logins": [] }));
        assert_eq!(server.refresh(&tokens.refresh).await.status, 401);
        server.log_in("alice", "wonderland").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_looked_for_in_one_place_and_what_cannot_be_is_said() {
    let server = Client::of("hardened");
    let tokens = server.log_in("alice", "wonderland").await;
    let in_url = format!("/me?access_token={0}&token={0}", tokens.access);
    assert_eq!(server.get(&in_url, None).await.status, 401);
    let bearer = format!("Authorization: Bearer {}\r\n", tokens.access);
    assert_eq!(server.raw("GET", "/me", &bearer, None).await.status, 200);
    for (header, challenge) in [
        (
            format!("Cookie: access={0}; token={0}\r\n", tokens.access),
            false,
        ),
        (format!("Authorization: Basic {}\r\n", tokens.access), false),
        (
            format!("Authorization: Bearer {0},{0}\r\n", tokens.access),
            true,
        ),
        (
            format!("Authorization: Bearer  {}\r\n", tokens.access),
            true,
        ),
        (
            format!("Authorization: Bearer {}\r\n", tokens.refresh),
            true,
        ),
        ("Authorization: Bearer\r\n".to_owned(), true),
    ] {
        let refused = server.raw("GET", "/me", &header, None).await;
        assert_eq!(refused.status, 401, "{header}");
        let said = refused.header("www-authenticate").unwrap();
        assert_eq!(
            said.contains(r#"error="invalid_token""#),
            challenge,
            "{header}"
        );
    }
    assert_eq!(server.refresh(&tokens.access).await.status, 401);
    for (method, path) in [
        ("GET", "/state"),
        ("PUT", "/state/a"),
        ("DELETE", "/state/a"),
        ("PUT", "/expiry"),
    ] {
        let body = (method == "PUT").then(|| json!({ "value": 1, "after": 60 }));
        let answer = server.send(method, path, Some(&tokens.access), body).await;
        assert_eq!(answer.status, 501, "{method} {path}");
        assert_eq!(
            answer.body["type"],
            "urn:statelab:problem:not-possible-here"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_store_only_what_looks_nothing_up_goes_on() {
    let accounts = Accounts::in_memory().unwrap();
    let nowhere = Source::redis(RedisSettings::new("redis://127.0.0.1:1")).unwrap();
    for (profile, me) in [("hardened", 503), ("stateless", 200)] {
        let (with, without) = Client::two_of(
            profile,
            Services {
                accounts: accounts.clone(),
                store: Source::embedded(1 << 20),
            },
            Services {
                accounts: accounts.clone(),
                store: nowhere.clone(),
            },
        );
        let tokens = with.log_in("alice", "wonderland").await;
        assert_eq!(without.get("/me", Some(&tokens.access)).await.status, me);
        assert_eq!(without.refresh(&tokens.refresh).await.status, 503);
        assert_eq!(
            without
                .post("/logout", Some(&tokens.access), None)
                .await
                .status,
            503
        );
        let everywhere = without
            .post("/logout/everywhere", Some(&tokens.access), None)
            .await;
        assert_eq!(everywhere.status, 503);
        let change = json!({ "current": "wonderland", "new": "looking-glass" });
        let changed = without
            .post("/password", Some(&tokens.access), Some(change))
            .await;
        assert_eq!(changed.status, 503);
        let login = json!({ "username": "alice", "password": "wonderland" });
        assert_eq!(without.post("/login", None, Some(login)).await.status, 503);
        // Nothing was changed.
        assert_eq!(with.refresh(&tokens.refresh).await.status, 200);
    }
}
