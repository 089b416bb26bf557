//! A new key, and nobody is logged out.

use std::fs;

use base64::{Engine, prelude::BASE64_STANDARD};
use contract::settings::MasterKey;

use crate::http::Browser;
use crate::server::Server;

fn put(server: &Server, browser: &mut Browser) {
    let body = Some(r#"{"value":"v","protection":"signed","path":"/x"}"#);
    server.send(browser, "PUT", "/cookies/a", body).expect(204);
}

#[test]
fn cookies_of_the_old_key_go_on_and_are_made_again_with_the_new_one() {
    let (old, new) = (MasterKey::random(), MasterKey::random());
    let first = Server::with_keys(&[], old.clone(), &[]);
    let mut browser = first.log_in();
    put(&first, &mut browser);
    let before = browser.clone();

    // Both keys: the cookie opens, and comes back under the new one with its first use.
    let both = first.beside(&[], new.clone(), &[MasterKey::random(), old.clone()]);
    let answer = both.send(&mut browser, "GET", "/me", None).expect(200);
    assert_eq!(answer.set_cookies().len(), 1);
    assert_ne!(
        browser.cookies["__Host-login"],
        before.cookies["__Host-login"]
    );
    let answer = both.send(&mut browser, "GET", "/me", None).expect(200);
    assert!(answer.set_cookies().is_empty(), "once is enough");
    // The cookies of the API too: read, and the list still knows how to delete them.
    both.send(&mut browser, "GET", "/cookies/a", None)
        .expect(200);
    let answer = both.send(&mut browser.clone(), "DELETE", "/cookies/a", None);
    assert!(answer.expect(204).line("a").contains("Path=/x"));

    // The old key gone: what was made again lives, the rest is dead; and the old server, which does
    // not know the new key, takes nothing of it.
    let later = first.beside(&[], new, &[]);
    assert_eq!(later.me(&browser), 200);
    assert_eq!(later.me(&before), 401);
    assert_eq!(first.me(&browser), 401);
    assert_eq!(first.me(&before), 200);
}

#[test]
fn a_write_makes_the_cookie_again_too() {
    let (old, new) = (MasterKey::random(), MasterKey::random());
    let first = Server::with_keys(&[], old.clone(), &[]);
    let mut browser = first.log_in();
    let both = first.beside(&[], new.clone(), &[old]);
    both.write(&mut browser, 1).expect(204);
    assert_eq!(first.beside(&[], new, &[]).me(&browser), 200);
}

#[test]
fn keys_come_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, byte: u8| {
        let path = folder.path().join(name);
        fs::write(&path, BASE64_STANDARD.encode([byte; 64])).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (one, two, three) = (file("one", 1), file("two", 2), file("three", 3));
    let server = Server::new(&[]);
    let start = |arguments: &[&str]| {
        Server::try_new(arguments, None, &[], server.services.clone()).unwrap()
    };
    let browser = start(&["--key-file", &one]).log_in();
    let rotated = start(&[
        "--key-file",
        &three,
        "--previous-key-file",
        &two,
        "--previous-key-file",
        &one,
    ]);
    assert_eq!(rotated.me(&browser), 200);
    assert_eq!(start(&["--key-file", &three]).me(&browser), 401);
}
