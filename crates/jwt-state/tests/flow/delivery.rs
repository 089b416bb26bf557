//! Tokens in cookies that script cannot read.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use serde_json::{Value, json};

use crate::wire::{Answer, Client};

const EVIL: &str = "Origin: https://evil.test\r\nSec-Fetch-Site: cross-site\r\n";

/// The values of the cookies that an answer sets, with their attributes checked.
fn given(answer: &Answer, names: &[&str]) -> Vec<String> {
    assert!(answer.status < 300, "{} {}", answer.status, answer.body);
    let lines = answer.set_cookies();
    assert_eq!(lines.len(), names.len(), "{lines:?}");
    let values = names.iter().zip(lines).map(|(name, line)| {
        let (value, attributes) = line.split_once("; ").unwrap();
        let same_site = if *name == "__Host-access" {
            "Lax"
        } else {
            "Strict"
        };
        let fixed = format!("Path=/; Secure; HttpOnly; SameSite={same_site}; Max-Age=");
        let seconds: u64 = attributes.strip_prefix(&fixed).unwrap().parse().unwrap();
        let value = value.strip_prefix(&format!("{name}=")).unwrap();
        assert_eq!(seconds == 0, value.is_empty(), "{line}");
        assert!(seconds <= 86_400);
        value.to_owned()
    });
    values.collect()
}

const BOTH: [&str; 2] = ["__Host-access", "__Host-refresh"];

struct Browser<'s> {
    server: &'s Client,
    access: String,
    refresh: String,
}

impl<'s> Browser<'s> {
    async fn log_in(server: &'s Client) -> Self {
        let body = json!({ "username": "alice", "password": "wonderland" });
        let answer = server.raw("POST", "/login", "", Some(body)).await;
        for hidden in ["access", "refresh", "token_type"] {
            assert!(answer.body.get(hidden).is_none(), "{}", answer.body);
        }
        assert_eq!(answer.body["user"]["username"], "alice");
        Self::of(server, &answer)
    }

    fn of(server: &'s Client, answer: &Answer) -> Self {
        let [access, refresh] = given(answer, &BOTH).try_into().unwrap();
        Self {
            server,
            access,
            refresh,
        }
    }

    async fn send(&self, method: &str, path: &str, more: &str, body: Option<Value>) -> Answer {
        let cookies = format!(
            "Cookie: __Host-access={}; __Host-refresh={}\r\n{more}",
            self.access, self.refresh
        );
        self.server.raw(method, path, &cookies, body).await
    }

    async fn me(&self) -> u16 {
        let contract = self.send("GET", "/me", "", None).await.status;
        let simple_jwt = self.send("GET", "/api/me/", "", None).await.status;
        assert_eq!(contract, simple_jwt);
        contract
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_tokens_live_in_cookies_from_login_to_logout() {
    let server = Client::with("hardened", &["--delivery", "cookies"]);
    let first = Browser::log_in(&server).await;
    assert_eq!(first.me().await, 200);
    let answer = first.send("POST", "/refresh", "", None).await;
    let second = Browser::of(&server, &answer);
    assert_eq!((second.me().await, answer.body.get("refresh")), (200, None));

    let body = json!({ "current": "wonderland", "new": "looking-glass" });
    let changed = second.send("POST", "/password", "", Some(body)).await;
    let third = Browser::of(&server, &changed);
    assert_eq!((second.me().await, third.me().await), (401, 200));

    let out = third.send("POST", "/logout", "", None).await;
    assert_eq!(
        (out.status, given(&out, &BOTH)),
        (204, vec![String::new(); 2])
    );
    assert_eq!(third.me().await, 401);
    assert_eq!(third.send("POST", "/refresh", "", None).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_out_deletes_the_cookies() {
    let server = Client::with("hardened", &["--delivery", "cookies"]);
    for (method, path) in [
        ("POST", "/logout"),
        ("POST", "/logout/everywhere"),
        ("DELETE", "/state"),
        ("POST", "/api/token/blacklist/"),
    ] {
        let browser = Browser::log_in(&server).await;
        let out = browser.send(method, path, "", None).await;
        assert_eq!(given(&out, &BOTH), vec![String::new(); 2], "{path}");
        assert_eq!(browser.me().await, 401, "{path}");
    }
    let browser = Browser::log_in(&server).await;
    let logins = browser.send("GET", "/logins", "", None).await;
    let path = format!(
        "/logins/{}",
        logins.body["logins"][0]["id"].as_str().unwrap()
    );
    let out = browser.send("DELETE", &path, "", None).await;
    assert_eq!(given(&out, &BOTH), vec![String::new(); 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn simple_jwts_routes_use_the_same_cookies() {
    let server = Client::with("hardened", &["--delivery", "cookies"]);
    let body = json!({ "username": "alice", "password": "wonderland" });
    let answer = server.raw("POST", "/api/token/", "", Some(body)).await;
    let browser = Browser::of(&server, &answer);
    assert_eq!((browser.me().await, &answer.body), (200, &json!({})));
    let answer = browser
        .send("POST", "/api/token/refresh/", "", Some(json!({})))
        .await;
    let next = Browser::of(&server, &answer);
    assert_eq!((next.me().await, &answer.body), (200, &json!({})));
    let missing = server.raw("POST", "/api/token/refresh/", "", None).await;
    assert_eq!(
        missing.body,
        json!({ "refresh": ["This field is required."] })
    );
    // A new login in the same browser ends the one before.
    let body = json!({ "username": "bob", "password": "builder" });
    let bob = next.send("POST", "/api/token/", "", Some(body)).await;
    assert_eq!((bob.status, next.me().await), (200, 401));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_ends_the_one_before_by_its_refresh_cookie_alone() {
    let server = Client::with("hardened", &["--delivery", "cookies"]);
    let before = Browser::log_in(&server).await;
    let cookie = format!("Cookie: __Host-refresh={}\r\n", before.refresh);
    let body = json!({ "username": "bob", "password": "builder" });
    let after = server.raw("POST", "/login", &cookie, Some(body)).await;
    assert_eq!((after.status, before.me().await), (200, 401));
}

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
        // A bearer token in the header was put there by script of our own.
        let lines = format!("{EVIL}Authorization: Bearer x\r\n");
        assert_eq!(
            server.raw("POST", "/logout", &lines, None).await.status,
            204
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_access_token_may_stay_with_script_and_the_refresh_token_not() {
    let server = Client::with("hardened", &["--delivery", "refresh-cookie"]);
    let body = json!({ "username": "alice", "password": "wonderland" });
    for (login, refresh) in [
        ("/login", "/refresh"),
        ("/api/token/", "/api/token/refresh/"),
    ] {
        let answer = server.raw("POST", login, "", Some(body.clone())).await;
        let [token] = given(&answer, &["__Host-refresh"]).try_into().unwrap();
        assert!(answer.body.get("refresh").is_none(), "{}", answer.body);
        let access = answer.body["access"].as_str().unwrap();
        assert_eq!(server.get("/me", Some(access)).await.status, 200);
        // The access token is not taken out of a cookie.
        let lines = format!("Cookie: __Host-access={access}\r\n");
        assert_eq!(server.raw("GET", "/me", &lines, None).await.status, 401);

        let lines = format!("Cookie: __Host-refresh={token}\r\n");
        let next = server.raw("POST", refresh, &lines, None).await;
        let [token] = given(&next, &["__Host-refresh"]).try_into().unwrap();
        assert!(next.body.get("refresh").is_none() && next.body["access"].is_string());
        let lines = format!("Cookie: __Host-refresh={token}\r\n");
        let out = server.raw("POST", "/logout", &lines, None).await;
        assert_eq!(given(&out, &["__Host-refresh"]), [""]);
        assert_eq!(server.get("/me", Some(access)).await.status, 401);
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
