//! What is refused because a cookie may have been sent by somebody else's doing.

use serde_json::json;

use super::{Browser, Client};

const EVIL: &str = "Origin: https://evil.test\r\nSec-Fetch-Site: cross-site\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn two_tokens_that_differ_are_refused() {
    let server = Client::with("hardened", &["--delivery", "cookies"]);
    let (one, two) = (
        Browser::log_in(&server).await,
        Browser::log_in(&server).await,
    );
    let in_header = |token: &str| format!("Authorization: Bearer {token}\r\n");
    let again = format!("Cookie: __Host-access={0}; __Host-refresh={0}\r\n", "x");
    for (lines, status) in [
        (in_header(&one.access), 200),
        (in_header(&two.access), 400),
        (again, 400),
        ("Authorization: Basic YTpi\r\n".to_owned(), 401),
    ] {
        let answer = one.send("GET", "/me", &lines, None).await;
        assert_eq!(answer.status, status, "{lines}");
    }
    let body = Some(json!({ "refresh": two.refresh }));
    for path in [
        "/refresh",
        "/logout",
        "/api/token/refresh/",
        "/api/token/blacklist/",
    ] {
        let answer = one.send("POST", path, "", body.clone()).await;
        assert_eq!(answer.status, 400, "{path}");
    }
    assert_eq!((one.me().await, two.me().await), (200, 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_can_neither_act_nor_log_in() {
    for delivery in ["cookies", "refresh-cookie"] {
        let server = Client::with("hardened", &["--delivery", delivery]);
        let cookies = "Cookie: __Host-access=x; __Host-refresh=y\r\n";
        for (path, kind, body) in [
            (
                "/login",
                "application/json",
                r#"{"username":"bob","password":"builder"}"#,
            ),
            ("/refresh", "application/json", "{}"),
            ("/logout", "application/json", "{}"),
            (
                "/api/token/",
                "application/x-www-form-urlencoded",
                "username=bob&password=builder",
            ),
            (
                "/api/token/refresh/",
                "multipart/form-data; boundary=b",
                "--b--",
            ),
            ("/api/token/blacklist/", "text/plain", ""),
        ] {
            for scheme in ["", "Authorization: Basic YTpi\r\n"] {
                let lines = format!("{EVIL}{cookies}{scheme}Content-Type: {kind}\r\n");
                let answer = server.exchange("POST", path, &lines, body).await;
                assert_eq!(answer.status, 403, "{path}");
                assert_eq!(
                    answer.body["type"],
                    "urn:statelab:problem:cross-origin-refused"
                );
                assert!(answer.set_cookies().is_empty());
            }
        }
        // Any word beside the cookies is no token.
        let lines = format!("{EVIL}{cookies}Authorization: Bearer x\r\n");
        let answer = server.raw("POST", "/refresh", &lines, None).await;
        assert_eq!(answer.status, 403);
        // A bearer token in the header, alone, was put there by script of our own.
        let lines = format!("{EVIL}Authorization: Bearer x\r\n");
        assert_eq!(
            server.raw("POST", "/logout", &lines, None).await.status,
            204
        );
    }
}

/// A cookie that the browser is told to forget must not go on in a thief's hand.
#[tokio::test(flavor = "multi_thread")]
async fn the_access_cookie_alone_ends_its_login() {
    let server = Client::with("hardened", &["--delivery", "cookies"]);
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    for (path, more, body) in [
        ("/logout", "Authorization: Basic YTpi\r\n", ""),
        ("/logout", "", ""),
        ("/api/token/", form, "username=bob&password=builder"),
    ] {
        let alice = Browser::log_in(&server).await;
        assert_eq!(alice.me().await, 200);
        let lines = format!("Cookie: __Host-access={}\r\n{more}", alice.access);
        let answer = server.exchange("POST", path, &lines, body).await;
        assert!([200, 204].contains(&answer.status), "{path} {more}");
        assert_eq!(alice.me().await, 401, "{path} {more}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_not_set_no_cookie_is_read() {
    let server = Client::of("hardened");
    let tokens = server.log_in("alice", "wonderland").await;
    let lines = format!(
        "Cookie: __Host-access={}; __Host-refresh={}\r\n",
        tokens.access, tokens.refresh
    );
    assert_eq!(server.raw("GET", "/me", &lines, None).await.status, 401);
    for path in ["/refresh", "/api/token/refresh/"] {
        let answer = server.raw("POST", path, &lines, Some(json!({}))).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.set_cookies().is_empty());
    }
    let out = server.raw("POST", "/logout", &lines, None).await;
    assert!(out.set_cookies().is_empty());
    assert_eq!(server.get("/me", Some(&tokens.access)).await.status, 200);
}
