//! Redis gone, or unable to write: 503 within a second, and nothing said that is not true.

use std::time::{Duration, Instant};

use crate::Case;
use crate::patience::in_time;
use crate::server::Server;

pub(crate) const CASES: [Case; 3] = [
    (
        "without_redis_everything_is_503_and_no_cookie_is_touched",
        gone,
    ),
    (
        "a_redis_that_cannot_write_keeps_nothing_and_says_so",
        cannot_write,
    ),
    ("what_ends_in_a_5xx_saves_nothing", failed_half_way),
];

fn gone(server: &Server) {
    let login = server.log_in("alice", "wonderland");
    server.kill_redis();
    let password = r#"{"current":"wonderland","new":"through the looking-glass"}"#;
    for (method, path, body) in [
        ("GET", "/me", None),
        ("GET", "/state", None),
        ("POST", "/logout", None),
        ("DELETE", "/state", None),
        ("POST", "/logout/everywhere", None),
        ("POST", "/password", Some(password)),
        ("GET", "/readyz", None),
    ] {
        let started = Instant::now();
        let answer = server.send(method, path, Some(&login), body).expect(503);
        let took = started.elapsed();
        in_time(took, Duration::from_secs(1), &format!("{method} {path}"));
        assert_eq!(answer.set_cookie(), None, "{method} {path}");
        assert!(answer.head.contains("retry-after: 1"), "{}", answer.head);
        assert!(
            answer
                .body
                .contains("urn:statelab:problem:store-unavailable"),
            "{}",
            answer.body
        );
    }
    // Who has no session needs no store, and the server itself lives.
    server.send("GET", "/me", None, None).expect(401);
    server.send("GET", "/healthz", None, None).expect(200);
    let body = r#"{"username":"alice","password":"wonderland"}"#;
    assert_eq!(
        server
            .send("POST", "/login", None, Some(body))
            .expect(503)
            .set_cookie(),
        None
    );
}

fn cannot_write(server: &Server) {
    let login = server.log_in("alice", "wonderland");
    let mut redis = server.redis_connection();
    let mut limit = |bytes: &str| {
        let mut command = redis::cmd("CONFIG");
        command.arg("SET").arg("maxmemory").arg(bytes);
        command.exec(&mut redis).unwrap();
    };
    limit("1");
    let value = Some(r#"{"value":1}"#);
    let body = Some(r#"{"username":"bob","password":"builder"}"#);
    for (method, path, body) in [("PUT", "/state/a", value), ("POST", "/login", body)] {
        for cookie in [Some(login.as_str()), None] {
            if path == "/login" && cookie.is_some() {
                continue;
            }
            let answer = server.send(method, path, cookie, body).expect(503);
            assert_eq!(answer.set_cookie(), None, "{path}");
        }
    }
    assert!(server.is_logged_in(&login), "reading goes on");
    // To delete needs no memory.
    server
        .send("POST", "/logout", Some(&login), None)
        .expect(204);
    assert!(!server.is_logged_in(&login));
    limit("0");
    server.log_in("bob", "builder");
}

fn failed_half_way(server: &Server) {
    let login = server.log_in("alice", "wonderland");
    // So that there is something to write, and the handler fails after it.
    server.age(&login);
    let before = server.held(&login);
    let mut redis = server.redis_connection();
    redis::cmd("SET")
        .arg("statelab:logins:1")
        .arg("not a set")
        .exec(&mut redis)
        .unwrap();
    let answer = server
        .send("GET", "/logins", Some(&login), None)
        .expect(503);
    assert_eq!(answer.set_cookie(), None);
    assert_eq!(server.held(&login), before);
    // The control: without the fault the same use is written.
    redis::cmd("DEL")
        .arg("statelab:logins:1")
        .exec(&mut redis)
        .unwrap();
    server
        .send("GET", "/logins", Some(&login), None)
        .expect(200);
    assert_ne!(server.held(&login), before);
}
