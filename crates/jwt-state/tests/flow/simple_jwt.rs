//! Simple JWT's endpoints: what its clients send, and what they get.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bodies;

use serde_json::{Value, json};

use crate::{
    PROFILES,
    wire::{Answer, Client},
};

const OBTAIN: &str = "/api/token/";
const REFRESH: &str = "/api/token/refresh/";
const VERIFY: &str = "/api/token/verify/";
const BLACKLIST: &str = "/api/token/blacklist/";
const ME: &str = "/api/me/";

/// On a machine under load a login may find the server busy, and tries again.
async fn send(server: &Client, path: &str, kind: &str, body: &str) -> Answer {
    loop {
        let line = format!("Content-Type: {kind}\r\n");
        let answer = server.exchange("POST", path, &line, body).await;
        if answer.status != 503 {
            return answer;
        }
    }
}

async fn post(server: &Client, path: &str, body: Value) -> Answer {
    send(server, path, "application/json", &body.to_string()).await
}

async fn obtain(server: &Client) -> (String, String) {
    let body = json!({ "username": "alice", "password": "wonderland" });
    pair(&post(server, OBTAIN, body).await)
}

fn pair(answer: &Answer) -> (String, String) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let members = answer.body.as_object().unwrap();
    assert_eq!(members.len(), 2, "{members:?}");
    let text = |name: &str| members[name].as_str().unwrap().to_owned();
    (text("access"), text("refresh"))
}

fn says(answer: &Answer, status: u16, body: &Value) {
    assert_eq!((answer.status, &answer.body), (status, body));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let challenge = (status == 401).then_some(r#"Bearer realm="api""#);
    assert_eq!(answer.header("www-authenticate"), challenge);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

fn invalid(detail: &str) -> Value {
    json!({ "detail": detail, "code": "token_not_valid" })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_flow_of_its_clients() {
    for profile in PROFILES {
        let server = Client::of(profile);
        let (access, refresh) = obtain(&server).await;
        for token in [&access, &refresh] {
            says(
                &post(&server, VERIFY, json!({ "token": token })).await,
                200,
                &json!({}),
            );
        }
        let me = server.get(ME, Some(&access)).await;
        let alice = json!({ "id": 1, "username": "alice", "email": "alice@example.test" });
        says(&me, 200, &alice);
        // The same tokens work on the contract's routes, and the other way round.
        assert_eq!(server.get("/me", Some(&access)).await.status, 200);
        let own = server.log_in("bob", "builder").await;
        assert_eq!(server.get(ME, Some(&own.access)).await.status, 200);

        let next = post(&server, REFRESH, json!({ "refresh": refresh })).await;
        let (_, next) = pair(&next);
        let blacklisted = invalid("Token is blacklisted");
        says(
            &post(&server, BLACKLIST, json!({ "refresh": next })).await,
            200,
            &json!({}),
        );
        for path in [BLACKLIST, REFRESH] {
            says(
                &post(&server, path, json!({ "refresh": next })).await,
                401,
                &blacklisted,
            );
        }
        let ended = json!({ "non_field_errors": ["Token is blacklisted"] });
        says(
            &post(&server, VERIFY, json!({ "token": next })).await,
            400,
            &ended,
        );
        // What its users ask for: the access token ends with it, where that is looked up.
        let after = server.get(ME, Some(&access)).await;
        assert_eq!(after.status, if profile == "hardened" { 401 } else { 200 });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_used_refresh_token_is_blacklisted_and_ends_the_login() {
    let server = Client::of("hardened");
    for path in [REFRESH, BLACKLIST] {
        let (access, first) = obtain(&server).await;
        let (_, second) = pair(&post(&server, REFRESH, json!({ "refresh": first })).await);
        let verified = post(&server, VERIFY, json!({ "token": first })).await;
        assert_eq!(verified.status, 400, "it would not be exchanged again");
        assert_eq!(server.get(ME, Some(&access)).await.status, 200);
        let again = post(&server, path, json!({ "refresh": first })).await;
        says(&again, 401, &invalid("Token is blacklisted"));
        let other = post(&server, REFRESH, json!({ "refresh": second })).await;
        says(&other, 401, &invalid("Token is blacklisted"));
        assert_eq!(server.get(ME, Some(&access)).await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_rotation_one_refresh_token_goes_on_working() {
    let server = Client::with("hardened", &["--rotation", "off"]);
    let (_, refresh) = obtain(&server).await;
    for _ in 0..3 {
        let next = post(&server, REFRESH, json!({ "refresh": refresh })).await;
        assert_eq!(next.status, 200);
        assert_eq!(next.body.as_object().unwrap().len(), 1, "{}", next.body);
        let access = next.body["access"].as_str().unwrap();
        assert_eq!(server.get(ME, Some(access)).await.status, 200);
    }
    let contract = server.refresh(&refresh).await;
    assert_eq!(contract.body["refresh"], refresh.as_str());
    assert_eq!(
        post(&server, BLACKLIST, json!({ "refresh": refresh }))
            .await
            .status,
        200
    );
    assert_eq!(
        post(&server, REFRESH, json!({ "refresh": refresh }))
            .await
            .status,
        401
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_token_is_said_of_our_own_only() {
    let server = Client::with(
        "hardened",
        &["--access-lifetime", "1s", "--refresh-lifetime", "2s"],
    );
    let (access, refresh) = obtain(&server).await;
    let of = |name: &str, token: &str| json!({ name: token });
    for path in [REFRESH, BLACKLIST] {
        let wrong = post(&server, path, of("refresh", &access)).await;
        says(&wrong, 401, &invalid("Token has wrong type"));
        let forged = format!("{}x", &refresh[..refresh.len() - 1]);
        for token in ["x", &forged] {
            let bad = post(&server, path, of("refresh", token)).await;
            says(&bad, 401, &invalid("Token is invalid"));
        }
    }
    let because = |message: &str| {
        json!({
            "detail": "Given token not valid for any token type",
            "code": "token_not_valid",
            "messages": [{ "token_class": "AccessToken", "token_type": "access", "message": message }],
        })
    };
    says(
        &server.get(ME, Some(&refresh)).await,
        401,
        &because("Token has wrong type"),
    );
    says(
        &server.get(ME, Some("x")).await,
        401,
        &because("Token is invalid"),
    );
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    says(
        &server.get(ME, Some(&access)).await,
        401,
        &because("Token is expired"),
    );
    for (path, name) in [
        (REFRESH, "refresh"),
        (BLACKLIST, "refresh"),
        (VERIFY, "token"),
    ] {
        let over = post(&server, path, of(name, &refresh)).await;
        says(&over, 401, &invalid("Token is expired"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_header_is_read_as_django_reads_it() {
    let server = Client::of("hardened");
    let (access, _) = obtain(&server).await;
    let none = json!({ "detail": "Authentication credentials were not provided." });
    let bad = json!({
        "detail": "Authorization header must contain two space-delimited values",
        "code": "bad_authorization_header",
    });
    for (lines, said) in [
        (String::new(), &none),
        ("Authorization: \r\n".to_owned(), &none),
        ("Authorization: Basic YTpi\r\n".to_owned(), &none),
        ("Authorization: Bearer\r\n".to_owned(), &bad),
        ("Authorization: Bearer a b\r\n".to_owned(), &bad),
        (
            format!("Authorization: Bearer {access}\r\n").repeat(2),
            &bad,
        ),
    ] {
        says(&server.exchange("GET", ME, &lines, "").await, 401, said);
    }
    let post = server.post(ME, Some(&access), None).await;
    says(
        &post,
        405,
        &json!({ "detail": "Method \"POST\" not allowed." }),
    );
    assert_eq!(post.header("allow"), Some("GET, HEAD"));
    says(&server.post(ME, None, None).await, 401, &none);

    server.accounts.set_disabled("alice", true).await.unwrap();
    let inactive = json!({ "detail": "User is inactive", "code": "user_inactive" });
    says(&server.get(ME, Some(&access)).await, 401, &inactive);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_gets_nothing() {
    let server = Client::of("stateless");
    let (_, refresh) = obtain(&server).await;
    server.accounts.set_disabled("alice", true).await.unwrap();
    let refused = post(&server, REFRESH, json!({ "refresh": refresh })).await;
    let none = json!({ "detail": "No active account found for the given token." });
    says(&refused, 401, &none);
    let body = json!({ "username": "alice", "password": "wonderland" });
    let none = json!({ "detail": "No active account found with the given credentials" });
    says(&post(&server, OBTAIN, body).await, 401, &none);
}
