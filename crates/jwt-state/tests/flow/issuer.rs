//! A server that accepts the tokens of another one, by the keys that it publishes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use clap::Parser;
use contract::{Running, Services, accounts::Accounts, settings::MasterKey};
use jsonwebtoken::{EncodingKey, decode_header, encode};
use jwt_state::{Settings, start};
use store::Source;

use crate::wire::Client;

fn services() -> Services {
    Services {
        accounts: Accounts::in_memory().unwrap(),
        store: Source::embedded(1 << 20),
    }
}

fn started(more: &[&str], services: &Services) -> (Client, Running) {
    let mut settings =
        Settings::parse_from([&["jwt-state", "--listen", "127.0.0.1:0"], more].concat());
    settings.common.key = Some(MasterKey::random());
    settings.common.workers = Some(2);
    let running = start(&settings, services).unwrap();
    (Client::at(&running, services.clone()), running)
}

/// By which he signs.
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/keys/p256.pem");

/// The issuer, and where his keys are.
fn issuing(services: &Services) -> (Client, String, Running) {
    let issues = ["--issuer", "urn:issuer", "--signing-key", KEY];
    let (issuer, running) = started(&issues, services);
    let url = format!("http://{}/.well-known/jwks.json", running.address);
    (issuer, url, running)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_the_issuer_opens_what_the_profile_can_answer_for() {
    let theirs = services();
    let (issuer, url, _running) = issuing(&theirs);
    let believes = ["--jwks", &url, "--jwks-issuer", "urn:issuer"];
    let of = |profile| [&["--profile", profile][..], &believes].concat();
    let tokens = issuer.log_in("root", "toor-toor").await;

    // Nothing is looked up: the claims are the user.
    let (alone, _alone) = started(&of("stateless"), &services());
    let token = Some(serde_json::json!({ "token": tokens.access }));
    let verified = alone.post("/api/token/verify/", None, token).await;
    assert_eq!(verified.status, 200);
    let me = alone.get("/me", Some(&tokens.access)).await;
    assert_eq!(
        (me.status, &me.body["user"]["username"]),
        (200, &"root".into())
    );
    assert_eq!(alone.get("/admin", Some(&tokens.access)).await.status, 200);
    assert_eq!(alone.refresh(&tokens.refresh).await.status, 401);
    let own = alone.log_in("alice", "wonderland").await;
    assert_eq!(alone.get("/me", Some(&own.access)).await.status, 200);
    assert_eq!(issuer.get("/me", Some(&own.access)).await.status, 401);

    // What is looked up is in our own store, or nowhere.
    let (apart, _apart) = started(&of("hardened"), &services());
    assert_eq!(apart.get("/me", Some(&tokens.access)).await.status, 401);
    let (beside, _beside) = started(&of("hardened"), &theirs);
    assert_eq!(beside.get("/me", Some(&tokens.access)).await.status, 200);
    issuer.post("/logout", Some(&tokens.access), None).await;
    assert_eq!(beside.get("/me", Some(&tokens.access)).await.status, 401);
    assert_eq!(alone.get("/me", Some(&tokens.access)).await.status, 200);

    // Who believes somebody else does not believe him.
    let other = [
        "--profile",
        "stateless",
        "--jwks",
        &url,
        "--jwks-issuer",
        "urn:other",
    ];
    let (other, _other) = started(&other, &services());
    assert_eq!(other.get("/me", Some(&tokens.access)).await.status, 401);
}

/// Both count accounts from 1, so his number of one person is ours of another.
#[tokio::test(flavor = "multi_thread")]
async fn in_stateless_no_number_of_the_issuers_is_an_account_here() {
    let (issuer, url, _running) = issuing(&services());
    let believes = [
        "--profile",
        "stateless",
        "--jwks",
        &url,
        "--jwks-issuer",
        "urn:issuer",
    ];
    let (here, _here) = started(&believes, &services());

    let theirs = issuer.log_in("alice", "wonderland").await;
    let theirs = Some(theirs.access.as_str());
    let ours = here.log_in("alice", "wonderland").await;
    let own = here.get("/logins", Some(&ours.access)).await;
    let id = own.body["logins"][0]["id"].as_str().unwrap().to_owned();

    assert_eq!(here.get("/me", theirs).await.status, 200);
    let elsewhere = [
        here.get("/logins", theirs).await,
        here.send("DELETE", &format!("/logins/{id}"), theirs, None)
            .await,
        here.post("/logout/everywhere", theirs, None).await,
        here.post("/logout", theirs, None).await,
        here.send("DELETE", "/state", theirs, None).await,
        here.post(
            "/password",
            theirs,
            Some(serde_json::json!({ "current": "wonderland", "new": "through the glass" })),
        )
        .await,
    ];
    for answer in elsewhere {
        assert_eq!(answer.status, 501, "{}", answer.body);
        let kind = answer.body["type"].as_str().unwrap_or_default();
        assert!(kind.ends_with("not-possible-here"), "{kind}");
    }
    let logins = here.get("/logins", Some(&ours.access)).await;
    assert_eq!(logins.body["logins"].as_array().map(Vec::len), Some(1));
    assert_eq!(here.refresh(&ours.refresh).await.status, 200);
}

/// A token with these claims taken out, signed anew with his key.
fn without(names: &[&str], token: &str) -> String {
    let mut claims: serde_json::Value = {
        let payload = token.split('.').nth(1).unwrap();
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
    };
    for name in names {
        claims.as_object_mut().unwrap().remove(*name);
    }
    let key = EncodingKey::from_ec_pem(&std::fs::read(KEY).unwrap()).unwrap();
    encode(&decode_header(token).unwrap(), &claims, &key).unwrap()
}

/// Many issuers write no name into an access token (RFC 9068); what is left is a number, and the
/// account here that has the same one is another's.
#[tokio::test(flavor = "multi_thread")]
async fn in_stateless_a_token_of_the_issuers_without_a_name_is_nobodys() {
    let (issuer, url, _running) = issuing(&services());
    let believes = [
        "--profile=stateless",
        "--jwks",
        &url,
        "--jwks-issuer",
        "urn:issuer",
        "--accept-simple-jwt",
    ];
    let (here, _here) = started(&believes, &services());
    let theirs = issuer.log_in("root", "toor-toor").await.access;
    let whole = without(&[], &theirs);
    assert_eq!(here.get("/admin", Some(&whole)).await.status, 200);
    let all = ["username", "email", "roles"];
    for names in [
        &all[..],
        &all[..2],
        &all[1..],
        &all[..1],
        &all[1..2],
        &all[2..],
    ] {
        let token = without(names, &theirs);
        for path in ["/me", "/admin", "/api/me/"] {
            let answer = here.get(path, Some(&token)).await;
            assert_eq!(answer.status, 401, "{path} without {names:?}");
        }
        let body = Some(serde_json::json!({ "token": token }));
        let verified = here.post("/api/token/verify/", None, body).await;
        assert_eq!(verified.status, 401, "without {names:?}");
    }
}
