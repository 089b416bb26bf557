//! What a client holds up: the rest of a request, or an answer that it does not read.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use lab::Profile;
use serde_json::json;

use crate::Running;
use crate::client::{COLUMNS, Visitor, connect};

const BOB: &str = r#"{"username":"bob","password":"builder"}"#;
/// Of a Reset; it takes a bit more than half a second.
const SOON: Duration = Duration::from_secs(5);

/// A login without the end of its body.
fn held_login(port: u16, column: usize) -> TcpStream {
    let host = format!("{}.lab.localhost:{port}", COLUMNS[column]);
    let head = format!(
        "POST /login HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        BOB.len()
    );
    let mut stream = connect(port);
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&BOB.as_bytes()[..6]).unwrap();
    stream
}

/// Sends the rest; what comes back.
fn finished(mut login: TcpStream) -> String {
    // It may be closed already.
    let _ = login.write_all(&BOB.as_bytes()[6..]);
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(count @ 1..) = login.read(&mut piece) {
        answer.extend_from_slice(&piece[..count]);
        if answer.windows(4).any(|part| part == b"\r\n\r\n") {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

/// The accounts' logins as the server lists them.
fn logins(visitor: &mut Visitor, column: usize) -> usize {
    let listed = visitor.ask(column, "GET /logins", "").json();
    listed["logins"].as_array().unwrap().len()
}

fn nothing_of_before_gets_in(lab: &Running, restarted: bool) {
    let mut visitor = Visitor::new(lab.port);
    let held = [0, 1, 2].map(|column| held_login(lab.port, column));
    // Until the servers have the heads.
    std::thread::sleep(Duration::from_millis(100));
    if restarted {
        // Those that are asked are being stopped then, and let it finish.
        let restart = json!({ "action": "restart", "new_keys": false });
        assert_eq!(visitor.order(&restart).status, 200);
    }
    let begun = Instant::now();
    assert_eq!(visitor.order(&json!({ "action": "reset" })).status, 200);
    assert!(begun.elapsed() < SOON, "{:?}", begun.elapsed());
    for login in held {
        let answer = finished(login);
        assert!(!answer.contains(" 200 "), "{answer}");
    }
    visitor.log_in("bob", "builder");
    assert_eq!([1, 2].map(|column| logins(&mut visitor, column)), [1; 2]);
}

#[test]
fn a_login_that_is_held_back_is_over_with_a_reset() {
    let lab = Running::embedded(Profile::Hardened);
    nothing_of_before_gets_in(&lab, false);
    nothing_of_before_gets_in(&lab, true);
}

#[test]
fn no_client_keeps_the_clock_from_being_moved() {
    let lab = Running::embedded(Profile::Hardened);
    let visitor = Visitor::new(lab.port);
    let minute = json!({ "action": "ahead", "seconds": 60 });

    let _held = held_login(lab.port, 1);
    // Answers without end, of which none is read.
    let mut unread = connect(lab.port);
    unread
        .set_write_timeout(Some(Duration::from_secs(1)))
        .unwrap();
    let ask = format!(
        "GET /openapi.json HTTP/1.1\r\nHost: jwt.lab.localhost:{}\r\n\r\n",
        lab.port
    );
    while unread.write_all(ask.repeat(200).as_bytes()).is_ok() {}

    for minutes in 1..=2 {
        let answer = visitor.order(&minute);
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(visitor.view()["ahead_ms"], minutes * 60_000);
    }
}
