//! Settings that change what a token says and where it stands.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use clap::Parser;
use contract::{Services, accounts::Accounts};
use jwt_state::{Settings, start};
use serde_json::{Value, json};
use store::Source;

use crate::wire::Client;

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_says_what_simple_jwt_says_and_more() {
    let server = Client::of("hardened");
    let tokens = server.log_in("alice", "wonderland").await;
    for (token, kind) in [(&tokens.access, "access"), (&tokens.refresh, "refresh")] {
        let claims = claims(token);
        assert_eq!(claims["token_type"], kind);
        assert_eq!(
            (&claims["user_id"], &claims["sub"]),
            (&json!("1"), &json!("1"))
        );
        let jti = claims["jti"].as_str().unwrap();
        assert!(jti.len() == 32 && jti.bytes().all(|byte| byte.is_ascii_hexdigit()));
        for instant in ["iat", "exp"] {
            assert!(claims[instant].is_i64(), "{claims}");
        }
    }
    assert!(claims(&tokens.refresh).get("username").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_and_headers_are_called_as_they_are_set() {
    let server = Client::with(
        "hardened",
        &[
            "--user-id-field",
            "email",
            "--user-id-claim",
            "who",
            "--token-type-claim",
            "kind",
            "--jti-claim",
            "token_id",
            "--issuer",
            "none",
            "--audience",
            "none",
            "--header-name",
            "X-Access-Token",
            "--header-type",
            "JWT",
            "--header-type",
            "Token",
        ],
    );
    let tokens = server.log_in("alice", "wonderland").await;
    let said = claims(&tokens.access);
    assert_eq!(
        (&said["who"], &said["kind"]),
        (&json!("alice@example.test"), &json!("access"))
    );
    assert!(said["token_id"].is_string());
    for absent in ["user_id", "token_type", "jti", "iss", "aud"] {
        assert!(said.get(absent).is_none(), "{said}");
    }
    for (line, status) in [
        (format!("X-Access-Token: JWT {}", tokens.access), 200),
        (format!("x-access-token: token {}", tokens.access), 200),
        (format!("X-Access-Token: Bearer {}", tokens.access), 401),
        (format!("Authorization: JWT {}", tokens.access), 401),
    ] {
        for path in ["/me", "/api/me/"] {
            let answer = server.raw("GET", path, &format!("{line}\r\n"), None).await;
            assert_eq!(answer.status, status, "{line}");
        }
    }
    let challenge = server.get("/api/me/", None).await;
    assert_eq!(
        challenge.header("www-authenticate"),
        Some(r#"JWT realm="api""#)
    );
    assert_eq!(server.refresh(&tokens.refresh).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_user_id_may_be_the_subject_itself() {
    let server = Client::with("hardened", &["--user-id-claim", "sub"]);
    let tokens = server.log_in("alice", "wonderland").await;
    let said = claims(&tokens.access);
    assert_eq!((&said["sub"], said.get("user_id")), (&json!("1"), None));
    assert_eq!(server.get("/me", Some(&tokens.access)).await.status, 200);
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() {
    for wrong in [
        &["--header-type", "Basic"][..],
        &["--header-type", ""],
        &["--header-name", "Cookie"],
        &["--header-name", "a b"],
        &["--jti-claim", ""],
        &["--jti-claim", "a\"b"],
        &["--delivery", "url"],
        &["--rotation", "sometimes"],
        &["--access-lifetime", "0s"],
    ] {
        let settings = Settings::try_parse_from([&["jwt-state"], wrong].concat());
        assert!(settings.is_err(), "{wrong:?}");
    }
    for (wrong, reason) in [
        (&["--jti-claim", "sub"][..], "same name"),
        (&["--jti-claim", "user_id"], "same name"),
        (&["--user-id-claim", "iss"], "same name"),
        (
            &["--user-id-claim", "sub", "--user-id-field", "email"],
            "--user-id-field id",
        ),
        (
            &["--rotation", "off", "--refresh-grace", "5s"],
            "--rotation off",
        ),
        (&["--accept-simple-jwt"], "--profile stateless"),
        (&["--issuer", ""], "none"),
        (&["--leeway", "61s"], "60s"),
    ] {
        let settings =
            Settings::parse_from([&["jwt-state", "--listen", "127.0.0.1:0"], wrong].concat());
        let services = Services {
            accounts: Accounts::in_memory().unwrap(),
            store: Source::embedded(1 << 20),
        };
        let refused = start(&settings, &services).unwrap_err().to_string();
        assert!(refused.contains(reason), "{wrong:?}: {refused}");
    }
}
