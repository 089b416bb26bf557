//! The login cookie under each protection.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contract::{Services, StartError, accounts::Accounts, settings::MasterKey};
use serde_json::{Value, json};
use store::Source;

use crate::http::Browser;
use crate::server::Server;

const COOKIE: &str = "__Host-login";

fn decoded(text: &str) -> Value {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

/// The cookie of an account that nobody logged in to.
fn of_root(contents: &Value) -> String {
    let mut forged = contents.clone();
    forged["l"]["u"] = json!({
        "id": 3, "username": "root", "email": "root@example.test", "roles": ["admin", "user"],
    });
    BASE64_URL_SAFE_NO_PAD.encode(forged.to_string())
}

fn admin(server: &Server, value: String) -> u16 {
    let mut browser = Browser::default();
    browser.cookies.insert(COOKIE.to_owned(), value);
    server.send(&mut browser, "GET", "/admin", None).status
}

#[test]
fn plain_lets_everybody_be_anybody() {
    for profile in ["--profile=hardened", "--profile=stateless"] {
        let server = Server::new(&["--protection=plain", profile]);
        let contents = decoded(&server.log_in().cookies[COOKIE]);
        assert_eq!(admin(&server, of_root(&contents)), 200);
    }
}

#[test]
fn signed_shows_everything_and_changes_nothing() {
    let server = Server::new(&["--protection=signed"]);
    let browser = server.log_in();
    assert_eq!(server.me(&browser), 200);
    let (signature, text) = browser.cookies[COOKIE].split_at(44);
    let contents = decoded(text);
    assert_eq!(contents["l"]["u"]["email"], "alice@example.test");
    let forged = of_root(&contents);
    assert_eq!(admin(&server, format!("{signature}{forged}")), 401);
    assert_eq!(admin(&server, forged), 401);
}

#[test]
fn private_shows_nothing() {
    let server = Server::new(&[]);
    let value = server.log_in().cookies[COOKIE].clone();
    assert!(BASE64_URL_SAFE_NO_PAD.decode(&value[..40]).is_err() || !value.contains("alice"));
    let plain = Server::new(&["--protection=plain"]).log_in().cookies[COOKIE].clone();
    assert_eq!(admin(&server, of_root(&decoded(&plain))), 401);
}

#[test]
fn plain_stays_on_loopback() {
    let services = Services {
        accounts: Accounts::in_memory().unwrap(),
        store: Source::embedded(1 << 20),
    };
    // Everything else that is asked of a server out there is given.
    let arguments = [
        "--listen=0.0.0.0:0",
        "--insecure-http",
        "--origin=https://app.example.test",
        "--protection=plain",
    ];
    let server = Server::try_new(&arguments, Some(MasterKey::random()), &[], services);
    let Err(StartError::Setting(why)) = server else {
        panic!("it starts, or does not for another reason")
    };
    assert!(why.contains("everybody there can be anybody"), "{why}");
}
