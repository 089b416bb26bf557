//! An issuer on this machine, who can be told what to answer.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{
        Mutex as StdMutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use clap::Parser;
use contract::{accounts::Account, accounts::Role, settings::MasterKey, wire::Timestamp};
use jsonwebtoken::Algorithm;
use serde_json::json;

use super::*;
use crate::{NewKey, credential::Login};

mod set;
mod tls;

const LONG: Duration = Duration::from_secs(3600);
const AT_ONCE: Pace = Pace {
    every: LONG,
    again: LONG,
    gap: Duration::ZERO,
    stale: LONG,
};

struct Issuer {
    url: Url,
    says: Arc<StdMutex<String>>,
    asked: Arc<AtomicUsize>,
}

impl Issuer {
    /// Who answers each request with what he was told last.
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let issuer = Self {
            url: format!("http://{address}/keys").parse().unwrap(),
            says: Arc::default(),
            asked: Arc::default(),
        };
        let (says, asked) = (Arc::clone(&issuer.says), Arc::clone(&issuer.asked));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut head = [0; 2048];
                let _ = stream.read(&mut head);
                asked.fetch_add(1, SeqCst);
                let answer = says.lock().unwrap().clone();
                let _ = stream.write_all(answer.as_bytes());
                // How long an answer may take is for the one who asked to say; twenty seconds are
                // for a test that fails.
                std::thread::spawn(move || {
                    std::thread::sleep(Duration::from_secs(20));
                    drop(stream);
                });
            }
        });
        issuer
    }

    fn says(&self, status: &str, body: &str) {
        let length = body.len();
        *self.says.lock().unwrap() = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        );
    }

    /// Publishes the keys of these signers.
    fn publishes(&self, signers: &[&Signer]) {
        let keys: Vec<_> = signers
            .iter()
            .flat_map(|one| one.published().keys)
            .collect();
        self.says("200 OK", &json!({ "keys": keys }).to_string());
    }

    fn asked(&self) -> usize {
        self.asked.load(SeqCst)
    }

    /// One who believes this issuer.
    fn believer(&self, pace: Pace) -> Signer {
        let mut signer = signer(&["jwt-state", "--issuer", "urn:us"]);
        let keys = Arc::get_mut(&mut signer.0).unwrap();
        let agent = Agent::new(&self.url, None).unwrap();
        let remote = Remote::of(agent, self.url.clone(), "urn:them".to_owned(), pace);
        keys.remote = Some(Arc::new(remote));
        signer
    }
}

fn signer(arguments: &[&str]) -> Signer {
    Signer::new(&MasterKey::random(), &Settings::parse_from(arguments)).unwrap()
}

/// A signer of theirs, with a key of its own.
fn theirs(algorithm: &str) -> Signer {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signing");
    let key = NewKey::make(crate::algorithm(algorithm).unwrap()).unwrap();
    std::fs::write(&file, key.content()).unwrap();
    let file = file.to_str().unwrap();
    signer(&["jwt-state", "--issuer", "urn:them", "--signing-key", file])
}

fn token(signer: &Signer, kind: Kind) -> String {
    let account = Account {
        id: 7,
        username: "trillian".to_owned(),
        email: "trillian@example.test".to_owned(),
        roles: vec![Role::User],
        epoch: 1,
        disabled: false,
    };
    let login = Login {
        account: &account,
        family: "a-login-of-theirs",
        authenticated_at: Timestamp::now(),
        ends_at: Timestamp::MAX,
        remember: false,
    };
    signer.sign(kind, &login).unwrap().0.0
}

async fn is_read(signer: &Signer, kind: Kind, token: &str) -> bool {
    signer.know_key_of(token).await;
    signer.read(kind, token).is_ok()
}

#[tokio::test]
async fn an_access_token_of_the_issuer_counts_and_nothing_else_of_his() {
    let issuer = Issuer::start();
    let us = issuer.believer(AT_ONCE);
    let [ec, ed] = ["ES256", "EdDSA"].map(theirs);
    issuer.publishes(&[&ec, &ed]);
    for signer in [&ec, &ed] {
        let access = token(signer, Kind::Access);
        assert!(is_read(&us, Kind::Access, &access).await);
        let user = us.read(Kind::Access, &access).unwrap().user().unwrap();
        assert_eq!((user.id, user.username.as_str()), (7, "trillian"));
        let refresh = token(signer, Kind::Refresh);
        assert!(!is_read(&us, Kind::Refresh, &refresh).await);
        assert!(!is_read(&us, Kind::Access, &refresh).await);
    }
    assert_eq!(issuer.asked(), 1, "both keys were in one answer");
    // Of nobody whose key he does not publish, and not in somebody else's name.
    assert!(!is_read(&us, Kind::Access, &token(&theirs("ES256"), Kind::Access)).await);
    let key = NewKey::make(Algorithm::EdDSA).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("signing");
    std::fs::write(&file, key.content()).unwrap();
    let file = file.to_str().unwrap();
    for name in ["urn:us", "urn:other"] {
        let posing = signer(&["jwt-state", "--issuer", name, "--signing-key", file]);
        issuer.publishes(&[&posing]);
        assert!(
            !is_read(&us, Kind::Access, &token(&posing, Kind::Access)).await,
            "{name}"
        );
        assert!(us.0.remote.as_ref().unwrap().knows(key.kid()));
    }
    // Ours are read as before, and signed with our key.
    let own = token(&us, Kind::Access);
    assert!(us.read(Kind::Access, &own).is_ok());
    assert!(us.published().keys.is_empty());
}

#[tokio::test]
async fn a_thousand_invented_names_cost_one_request() {
    let issuer = Issuer::start();
    let us = issuer.believer(Pace {
        gap: LONG,
        ..AT_ONCE
    });
    let known = theirs("ES256");
    issuer.publishes(&[&known]);
    let stranger = token(&theirs("EdDSA"), Kind::Access);
    let (_, rest) = stranger.split_once('.').unwrap();
    let tries: Vec<_> = (0..1000)
        .map(|number| {
            let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": format!("no-{number}") });
            let header = base64::Engine::encode(
                &base64::prelude::BASE64_URL_SAFE_NO_PAD,
                header.to_string(),
            );
            let (us, token) = (us.clone(), format!("{header}.{rest}"));
            tokio::spawn(async move { is_read(&us, Kind::Access, &token).await })
        })
        .collect();
    for each in tries {
        assert!(!each.await.unwrap());
    }
    assert_eq!(issuer.asked(), 1);
    assert!(is_read(&us, Kind::Access, &token(&known, Kind::Access)).await);
    // A key that he has just made has to wait.
    let new = theirs("EdDSA");
    issuer.publishes(&[&known, &new]);
    assert!(!is_read(&us, Kind::Access, &token(&new, Kind::Access)).await);
    assert_eq!(issuer.asked(), 1);
}

#[tokio::test]
async fn he_replaces_his_keys_and_the_old_ones_are_gone() {
    let issuer = Issuer::start();
    let us = issuer.believer(AT_ONCE);
    let [old, new] = ["ES384", "EdDSA"].map(theirs);
    let [before, after] = [&old, &new].map(|signer| token(signer, Kind::Access));
    issuer.publishes(&[&old]);
    assert!(is_read(&us, Kind::Access, &before).await);
    issuer.publishes(&[&old, &new]);
    assert!(is_read(&us, Kind::Access, &after).await);
    issuer.publishes(&[&new]);
    assert!(us.0.remote.as_ref().unwrap().ask().await);
    assert!(!is_read(&us, Kind::Access, &before).await);
    assert!(is_read(&us, Kind::Access, &after).await);
}

#[tokio::test]
async fn without_an_answer_his_keys_are_used_for_a_while_and_then_no_more() {
    let issuer = Issuer::start();
    let known = theirs("EdDSA");
    let access = token(&known, Kind::Access);
    issuer.publishes(&[&known]);
    let us = issuer.believer(AT_ONCE);
    assert!(is_read(&us, Kind::Access, &access).await);
    let remote = us.0.remote.as_ref().unwrap();
    for (status, body) in [
        ("500 Internal Server Error", "{}"),
        ("200 OK", "<html>"),
        ("200 OK", "[]"),
        ("200 OK", r#"{"keys":{}}"#),
        ("204 No Content", ""),
    ] {
        issuer.says(status, body);
        assert!(!remote.ask().await, "{status} {body}");
        assert!(is_read(&us, Kind::Access, &access).await, "{status} {body}");
    }
    let us = issuer.believer(Pace {
        stale: Duration::from_secs(2),
        ..AT_ONCE
    });
    issuer.publishes(&[&known]);
    assert!(is_read(&us, Kind::Access, &access).await);
    issuer.says("503 Service Unavailable", "");
    let deadline = Instant::now() + Duration::from_secs(60);
    while is_read(&us, Kind::Access, &access).await {
        assert!(Instant::now() < deadline, "the keys stay for ever");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // He is back, and so are his keys.
    issuer.publishes(&[&known]);
    assert!(is_read(&us, Kind::Access, &access).await);
}

#[tokio::test]
async fn he_is_asked_at_one_address_and_answers_in_a_bounded_way() {
    let [issuer, elsewhere] = [(); 2].map(|()| Issuer::start());
    let known = theirs("EdDSA");
    elsewhere.publishes(&[&known]);
    let us = issuer.believer(AT_ONCE);
    let remote = us.0.remote.as_ref().unwrap();
    *issuer.says.lock().unwrap() = format!(
        "HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
        elsewhere.url
    );
    assert!(!remote.ask().await);
    assert_eq!((issuer.asked(), elsewhere.asked()), (1, 0));

    let padding = " ".repeat(64 * 1024);
    let set = json!({ "keys": known.published().keys }).to_string();
    issuer.says("200 OK", &format!("{set}{padding}"));
    assert!(!remote.ask().await, "too large");
    // An answer that never ends, one byte at a time: there is a time limit.
    *issuer.says.lock().unwrap() = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_owned();
    let begun = Instant::now();
    assert!(!remote.ask().await);
    assert!(begun.elapsed() < Duration::from_secs(15));
    assert!(remote.keys().is_none());
}
