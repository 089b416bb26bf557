//! Tokens in cookies that script cannot read.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod refused;

use serde_json::{Value, json};

use crate::wire::{Answer, Client};

/// The values of the cookies that an answer sets, with their attributes checked.
fn given(answer: &Answer, names: &[&str]) -> Vec<String> {
    set(answer, names, true)
}

/// The same for cookies that may not stay when the browser closes.
fn set(answer: &Answer, names: &[&str], stay: bool) -> Vec<String> {
    assert!(answer.status < 300, "{} {}", answer.status, answer.body);
    let lines = answer.set_cookies();
    assert_eq!(lines.len(), names.len(), "{lines:?}");
    let values = names.iter().zip(lines).map(|(name, line)| {
        let (value, attributes) = line.split_once("; ").unwrap();
        let same_site = match *name {
            "__Host-access" => "Lax",
            _ => "Strict",
        };
        let fixed = format!("Path=/; Secure; HttpOnly; SameSite={same_site}");
        let age = attributes.strip_prefix(&fixed).unwrap();
        let value = value.strip_prefix(&format!("{name}=")).unwrap();
        let gone = "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
        let age: Option<u64> = match age.strip_prefix("; Max-Age=") {
            Some(_) if age == gone => Some(0),
            age => age.map(|age| age.parse().unwrap()),
        };
        assert_eq!(age.is_some(), stay || value.is_empty(), "{line}");
        assert_eq!(age == Some(0), value.is_empty(), "{line}");
        assert!(age <= Some(86_400));
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
        let body = json!({ "username": "alice", "password": "wonderland", "remember": true });
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
async fn who_is_not_to_be_remembered_is_forgotten_with_the_browser() {
    let server = Client::with("hardened", &["--delivery", "cookies"]);
    let body = json!({ "username": "alice", "password": "wonderland" });
    let mut answer = server.raw("POST", "/login", "", Some(body)).await;
    let change = json!({ "current": "wonderland", "new": "looking-glass" });
    for (path, body) in [("/refresh", json!({})), ("/password", change)] {
        let [access, refresh] = set(&answer, &BOTH, false).try_into().unwrap();
        let browser = Browser {
            server: &server,
            access,
            refresh,
        };
        answer = browser.send("POST", path, "", Some(body)).await;
    }
    set(&answer, &BOTH, false);
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
async fn the_access_token_may_stay_with_script_and_the_refresh_token_not() {
    let server = Client::with("hardened", &["--delivery", "refresh-cookie"]);
    let body = json!({ "username": "alice", "password": "wonderland", "remember": true });
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
