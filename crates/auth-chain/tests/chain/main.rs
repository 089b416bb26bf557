//! The chain over the wire.

mod django;
mod wire;

use serde_json::{Value, json};
use wire::House;

const FOREIGN: (&str, &str) = ("Origin", "http://evil.test");

#[tokio::test(flavor = "multi_thread")]
async fn three_commands_are_enough_to_try_it() {
    let server = House::new().server("jwt,session,basic", &[]);
    let password = ("Authorization", "Basic YWxpY2U6d29uZGVybGFuZA==");
    let token = server.token("alice", "wonderland").await;
    let session = server.session("alice", "wonderland").await;
    for (header, by) in [
        (password, "basic"),
        (("Authorization", token.as_str()), "jwt"),
        (("Cookie", session.as_str()), "session"),
    ] {
        let me = server.get("/me", &[header]).await;
        assert_eq!((me.status, me.said()), (200, by));
        assert_eq!(me.body["user"]["email"], "alice@example.test");
        assert_eq!(server.get("/admin", &[header]).await.status, 403);
        assert_eq!(server.get("/open", &[header]).await.said(), by);
    }
    let nobody = server.get("/open", &[]).await;
    let expected = json!({ "user": null, "mechanism": null });
    assert_eq!((nobody.status, &nobody.body), (200, &expected));
    let root = server.token("root", "toor-toor").await;
    let admin = server.get("/admin", &[("Authorization", &root)]).await;
    assert_eq!((admin.status, admin.said()), (200, "jwt"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_a_problem_with_a_stable_type() {
    let house = House::new();
    let server = house.server("jwt,session,basic", &[]);
    let session = server.session("alice", "wonderland").await;
    let cookie = ("Cookie", session.as_str());
    let refused = |by: (&'static str, &'static str)| {
        let server = server.clone();
        async move { server.get("/me", &[by]).await }
    };
    for (answer, status, name, code) in [
        (
            server.get("/me", &[]).await,
            401,
            "login-required",
            "not_authenticated",
        ),
        (
            refused(("Authorization", "Bearer a.b.c")).await,
            401,
            "login-required",
            "token_not_valid",
        ),
        (
            refused(("Authorization", "Basic YTpi")).await,
            401,
            "invalid-credentials",
            "authentication_failed",
        ),
        (
            server.get("/admin", &[cookie]).await,
            403,
            "role-required",
            "permission_denied",
        ),
        (
            server.send("POST", "/note", &[cookie, FOREIGN], None).await,
            403,
            "cross-origin-refused",
            "permission_denied",
        ),
    ] {
        assert_eq!(answer.status, status);
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.body["type"], format!("urn:statelab:problem:{name}"));
        assert_eq!(
            (&answer.body["code"], &answer.body["status"]),
            (&json!(code), &json!(status))
        );
    }
    // Only who has sent a token is told that it is a bad one.
    let bad = refused(("Authorization", "Bearer a.b.c")).await;
    let told = "Bearer realm=\"statelab\", error=\"invalid_token\"";
    assert_eq!(bad.header("www-authenticate"), Some(told));
    let wrong = refused(("Authorization", "Basic YTpi")).await;
    assert_eq!(
        wrong.header("www-authenticate"),
        Some("Bearer realm=\"statelab\"")
    );
    // Where one logs in by cookie, that is what is asked for.
    let wrong = json!({ "username": "alice", "password": "x" });
    let wrong = server
        .send("POST", "/session/login", &[], Some(wrong))
        .await;
    let asked =
        r#"Cookie realm="statelab", form-action="/session/login", cookie-name="__Host-session""#;
    assert_eq!(wrong.header("www-authenticate"), Some(asked));
    let first = house.server("basic,jwt", &[]);
    let bad = first.get("/me", &[("Authorization", "Bearer a.b.c")]).await;
    let asked = "Basic realm=\"statelab\", charset=\"UTF-8\"";
    assert_eq!(bad.header("www-authenticate"), Some(asked));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_request_changes_nothing() {
    let house = House::new();
    let server = house.server("jwt,session,basic", &[]);
    let session = server.session("alice", "wonderland").await;
    let token = server.token("alice", "wonderland").await;
    let cookie = ("Cookie", session.as_str());
    let own = server.own();
    let note = async || server.get("/note", &[cookie]).await.body["text"].clone();
    let write = async |text: &str, headers: &[(&str, &str)]| {
        let body = Some(json!({ "text": text }));
        server.send("POST", "/note", headers, body).await.status
    };

    assert_eq!(write("mine", &[cookie, ("Origin", &own)]).await, 200);
    assert_eq!(note().await, "mine");
    for foreign in [
        FOREIGN,
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Referer", "http://evil.test/"),
    ] {
        assert_eq!(
            write("forged", &[cookie, foreign]).await,
            403,
            "{foreign:?}"
        );
        // A browser that knows the password for Basic sends it along as well.
        let basic = ("Authorization", "Basic YWxpY2U6d29uZGVybGFuZA==");
        assert_eq!(write("forged", &[cookie, foreign, basic]).await, 403);
    }
    assert_eq!(note().await, "mine");
    // Nothing carried this one but its sender, who may come from anywhere.
    let carried = ("Authorization", token.as_str());
    assert_eq!(write("sent", &[cookie, FOREIGN, carried]).await, 200);
    assert_eq!(note().await, "sent");
    let long = "x".repeat(1001);
    assert_eq!(write(&long, &[carried]).await, 422);
    // Who is not logged in has nothing to forge, and is asked to log in.
    assert_eq!(write("anonymous", &[FOREIGN]).await, 401);

    // Neither can another site log a visitor in, or out.
    let alice = json!({ "username": "alice", "password": "wonderland" });
    for path in ["/session/login", "/session/logout"] {
        let answer = server
            .send("POST", path, &[cookie, FOREIGN], Some(alice.clone()))
            .await;
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(answer.header("set-cookie"), None);
    }
    assert_eq!(note().await, "sent", "still logged in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_has_ended_is_none_and_a_token_that_has_is_a_bad_one() {
    let server = House::new().server("jwt,session,basic", &[]);
    let session = server.session("alice", "wonderland").await;
    let token = server.token("alice", "wonderland").await;
    let (cookie, bearer) = (("Cookie", &*session), ("Authorization", &*token));
    for (path, header) in [("/session/logout", cookie), ("/jwt/logout", bearer)] {
        assert_eq!(server.get("/me", &[header]).await.status, 200);
        let out = server.send("POST", path, &[header], None).await;
        assert_eq!(out.status, 204, "{path}");
    }
    let detail = |value: &Value| value["detail"].as_str().unwrap().to_owned();
    let ended = server.get("/me", &[cookie]).await;
    let text = "Authentication credentials were not provided.";
    assert_eq!((ended.status, detail(&ended.body).as_str()), (401, text));
    let ended = server.get("/open", &[bearer]).await;
    let text = "Given token not valid for any token type";
    assert_eq!((ended.status, detail(&ended.body).as_str()), (401, text));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_in_the_chain_is_there() {
    let house = House::new();
    let alice = json!({ "username": "alice", "password": "wonderland" });
    for (chain, there, not) in [
        ("jwt,basic", "/jwt/login", "/session/login"),
        ("session", "/session/login", "/jwt/login"),
    ] {
        let server = house.server(chain, &[]);
        let status = async |path| {
            server
                .send("POST", path, &[], Some(alice.clone()))
                .await
                .status
        };
        assert_eq!(
            (status(there).await, status(not).await),
            (200, 404),
            "{chain}"
        );
    }
    // Who asks is known before the method is looked at.
    let server = house.server("basic", &[]);
    assert_eq!(server.send("PUT", "/me", &[], None).await.status, 401);
    let basic = ("Authorization", "Basic YWxpY2U6d29uZGVybGFuZA==");
    assert_eq!(server.send("PUT", "/me", &[basic], None).await.status, 405);
}
