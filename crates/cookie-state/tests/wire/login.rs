//! How the login cookie ages: four seconds idle, nine at most.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::http::Browser;
use crate::patience::{again_if_late, in_time};
use crate::server::{ALICE, Server};

const STEP: Duration = Duration::from_millis(900);

#[test]
fn use_prolongs_and_idleness_ends_and_the_last_end_stays() {
    again_if_late(|| ages("--profile=hardened")).unwrap();
}

#[test]
fn the_same_where_nothing_is_looked_up() {
    again_if_late(|| ages("--profile=stateless")).unwrap();
}

fn ages(profile: &str) -> Result<(), String> {
    let server = Server::new(&["--lifetime=4s", "--absolute-lifetime=9s", profile]);
    let (mut used, idle) = (server.log_in(), server.log_in());
    let first = used.clone();
    let began = Instant::now();
    let mut renewed = 0;
    let mut last = began;
    while began.elapsed() < Duration::from_secs(6) {
        let sent = Instant::now();
        let answer = server.send(&mut used, "GET", "/me", None);
        in_time(last.elapsed(), Duration::from_secs(3), "the next use");
        last = sent;
        let answer = answer.expect(200);
        renewed += answer.set_cookies().len();
        sleep(STEP);
    }
    assert!(renewed >= 3, "{renewed}");
    assert_eq!(server.me(&idle), 401);
    // The first copy was not prolonged: its end is in its own seal.
    assert_eq!(server.me(&first), 401);
    while began.elapsed() < Duration::from_millis(9100) {
        server.send(&mut used, "GET", "/me", None);
        sleep(Duration::from_millis(300));
    }
    assert_eq!(server.me(&used), 401);
    // Dead, it is not brought back by being used.
    let answer = server.send(&mut used, "GET", "/state", None).expect(200);
    assert!(answer.set_cookies().is_empty());
    Ok(())
}

#[test]
fn an_end_that_was_set_is_not_moved_by_use() {
    let server = Server::new(&["--lifetime=3s", "--absolute-lifetime=60s"]);
    let mut browser = server.log_in();
    let body = Some(r#"{"after":2}"#);
    server
        .send(&mut browser, "PUT", "/expiry", body)
        .expect(200);
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(2) {
        let answer = server.send(&mut browser, "GET", "/me", None);
        assert!(answer.set_cookies().is_empty());
        sleep(Duration::from_millis(300));
    }
    sleep(Duration::from_millis(300));
    assert_eq!(server.me(&browser), 401);
}

#[test]
fn the_browser_is_told_once_a_minute_at_most() {
    let server = Server::new(&[]);
    let mut browser = server.log_in();
    sleep(Duration::from_millis(1100));
    for path in ["/me", "/state"] {
        let answer = server.send(&mut browser, "GET", path, None).expect(200);
        assert!(answer.set_cookies().is_empty(), "{path}");
    }
}

#[test]
fn remember_keeps_and_otherwise_the_browser_forgets() {
    let server = Server::new(&["--lifetime=1h", "--absolute-lifetime=2h"]);
    let mut browser = Browser::default();
    let answer = server.send(&mut browser, "POST", "/login", Some(ALICE));
    let usual = "; Path=/; Secure; HttpOnly; SameSite=Lax";
    assert!(answer.set_cookies()[0].ends_with(usual), "{answer:?}");
    let remember = ALICE.replace('}', r#","remember":true}"#);
    let answer = server.send(&mut browser, "POST", "/login", Some(&remember));
    let line = answer.set_cookies()[0];
    assert!(line.contains("; Max-Age=3600; Expires="), "{line}");
    for (body, max_age) in [
        (r#"{"after":60}"#, Some("60;")),
        (r#"{"after":86400}"#, Some("7200;")),
        (r#"{"after":0}"#, None),
        (r#"{"after":null}"#, None),
    ] {
        let answer = server.send(&mut browser, "PUT", "/expiry", Some(body));
        let answer = answer.expect(200);
        let said = answer.set_cookies()[0].split("; Max-Age=").nth(1);
        // A second may have gone by.
        let (said, max_age) = (said.map(number), max_age.map(number));
        let near = said
            .unwrap_or_default()
            .abs_diff(max_age.unwrap_or_default());
        assert!(
            near <= 2 && said.is_some() == max_age.is_some(),
            "{body}: {answer:?}"
        );
    }
}

fn number(text: &str) -> u64 {
    text.split(';').next().unwrap().parse().unwrap()
}
