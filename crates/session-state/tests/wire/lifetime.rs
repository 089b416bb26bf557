//! How sessions age: four seconds idle, ten at most.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Case;
use crate::patience::in_time;
use crate::server::{ABSOLUTE, IDLE, Server};

pub(crate) const CASES: [Case; 5] = [
    ("use_prolongs_and_idleness_ends", sliding),
    ("the_absolute_limit_holds_under_constant_use", absolute),
    ("a_fixed_end_is_not_moved_by_use", fixed),
    ("a_use_is_noted_once_a_minute_and_the_browser_told", noted),
    ("the_browser_keeps_what_it_should_and_no_longer", cookies),
];

const STEP: Duration = Duration::from_millis(1400);

fn sliding(server: &Server) {
    let (used, idle) = (
        server.log_in("alice", "wonderland"),
        server.log_in("bob", "builder"),
    );
    let mut last = Instant::now();
    for _ in 0..4 {
        sleep(STEP);
        goes_on(server, &used, &mut last);
    }
    assert!(!server.is_logged_in(&idle), "idle for longer than {IDLE:?}");
}

/// One more use. What comes too late for it was ended by a busy machine.
fn goes_on(server: &Server, login: &str, last: &mut Instant) {
    let sent = Instant::now();
    let is_logged_in = server.is_logged_in(login);
    in_time(
        last.elapsed(),
        IDLE - Duration::from_secs(1),
        "the next use",
    );
    assert!(is_logged_in);
    *last = sent;
}

fn absolute(server: &Server) {
    let login = server.log_in("alice", "wonderland");
    let began = Instant::now();
    let mut last = began;
    while began.elapsed() < ABSOLUTE - Duration::from_secs(2) {
        goes_on(server, &login, &mut last);
        sleep(STEP);
    }
    sleep((ABSOLUTE + Duration::from_millis(100)).saturating_sub(began.elapsed()));
    assert!(!server.is_logged_in(&login));
    assert_eq!(
        server
            .dump()
            .iter()
            .filter(|(key, _)| key.contains("session:"))
            .count(),
        0
    );
}

fn fixed(server: &Server) {
    let set = |login: &str, body: &str| {
        let answer = server
            .send("PUT", "/expiry", Some(login), Some(body))
            .expect(200);
        let next = answer.cookie().unwrap();
        assert!(!server.is_logged_in(login), "an older copy goes on");
        assert!(server.is_logged_in(&next));
        next
    };
    // Longer than idle: nobody uses it, and it lives. Shorter: it is used, and it ends.
    let began = Instant::now();
    let longer = set(&server.log_in("alice", "wonderland"), r#"{"after":8}"#);
    let shorter = set(&server.log_in("bob", "builder"), r#"{"after":2}"#);
    sleep(STEP * 2);
    assert!(!server.is_logged_in(&shorter));
    sleep(IDLE - STEP);
    in_time(
        began.elapsed(),
        Duration::from_secs(7),
        "the use of the longer one",
    );
    let default = set(&longer, r#"{"after":null}"#);
    // Back to the default, and the default is idle time again.
    sleep(IDLE + Duration::from_millis(100));
    assert!(!server.is_logged_in(&default));
}

const REMEMBER: &str = r#"{"username":"alice","password":"wonderland","remember":true}"#;

fn noted(server: &Server) {
    let plain = server.log_in("alice", "wonderland");
    let kept = server
        .send("POST", "/login", None, Some(REMEMBER))
        .cookie()
        .unwrap();
    for (login, max_age) in [(&plain, None), (&kept, Some(IDLE.as_secs()))] {
        let before = server.held(login);
        let me = server.send("GET", "/me", Some(login), None).expect(200);
        assert_eq!(
            (me.set_cookie(), server.held(login)),
            (None, before.clone())
        );
        server.age(login);
        let me = server.send("GET", "/me", Some(login), None).expect(200);
        assert_eq!(me.max_age(), max_age);
        assert_eq!(me.set_cookie().is_some(), max_age.is_some());
        // The same but for the second in which it was.
        assert_eq!(server.held(login).len(), before.len());
        assert!(server.is_logged_in(login));
        let listed = server
            .send("GET", "/logins", Some(login), None)
            .expect(200)
            .body;
        assert!(listed.contains(r#""current":true"#), "{listed}");
    }
}

fn cookies(server: &Server) {
    let put = |login: &str| server.send("PUT", "/state/a", Some(login), Some(r#"{"value":1}"#));
    let login = server.log_in("alice", "wonderland");
    assert_eq!(
        put(&login).expect(204).set_cookie(),
        None,
        "the browser has it already"
    );

    let answer = server
        .send("POST", "/login", None, Some(REMEMBER))
        .expect(200);
    assert_eq!(answer.max_age(), Some(IDLE.as_secs()));
    let kept = answer.cookie().unwrap();
    sleep(Duration::from_secs(1));
    // The end has moved with the use, and the browser is told.
    assert_eq!(put(&kept).expect(204).max_age(), Some(IDLE.as_secs()));

    for (body, expected) in [
        (r#"{"after":6}"#, Some(6)),
        (r#"{"after":3600}"#, Some(ABSOLUTE.as_secs())),
        (r#"{"after":0}"#, None),
        (r#"{"after":null}"#, Some(IDLE.as_secs())),
    ] {
        let login = server
            .send("POST", "/login", None, Some(REMEMBER))
            .cookie()
            .unwrap();
        let answer = server
            .send("PUT", "/expiry", Some(&login), Some(body))
            .expect(200);
        match (answer.max_age(), expected) {
            (Some(told), Some(expected)) => assert!(told.abs_diff(expected) <= 3, "{body}: {told}"),
            (told, expected) => assert_eq!(told, expected, "{body}"),
        }
    }
}
