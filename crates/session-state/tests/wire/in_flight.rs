//! Two requests at once: one has read the session and is slow, the other ends or changes it.

use crate::Case;
use crate::server::Server;

pub(crate) const CASES: [Case; 6] = [
    ("a_write_in_flight_does_not_undo_a_logout", write_and_logout),
    (
        "a_write_in_flight_does_not_undo_a_logout_everywhere",
        write_and_everywhere,
    ),
    (
        "an_expiry_in_flight_does_not_undo_a_logout",
        expiry_and_logout,
    ),
    (
        "a_password_change_in_flight_does_not_undo_a_logout",
        password_and_logout,
    ),
    (
        "a_login_in_flight_does_not_take_over_what_was_flushed",
        login_and_flush,
    ),
    (
        "parallel_writes_to_different_keys_all_survive",
        parallel_writes,
    ),
];

fn sessions(server: &Server) -> usize {
    server
        .dump()
        .iter()
        .filter(|(key, _)| key.contains("session:"))
        .count()
}

fn write_and_logout(server: &Server) {
    let login = server.log_in("alice", "wonderland");
    // Controls: a slow write by itself is kept, and the login is good before.
    server
        .begin("PUT", "/state/a", &login, r#"{"value":1}"#)
        .finish()
        .expect(204);
    assert!(server.is_logged_in(&login));

    let slow = server.begin("PUT", "/state/b", &login, r#"{"value":2}"#);
    server
        .send("POST", "/logout", Some(&login), None)
        .expect(204);
    let answer = slow.finish().expect(401);
    assert_eq!(answer.set_cookie(), None);
    assert!(!server.is_logged_in(&login));
    assert_eq!(sessions(server), 0);
}

fn write_and_everywhere(server: &Server) {
    let login = server.log_in("alice", "wonderland");
    let other = server.log_in("alice", "wonderland");
    let slow = server.begin("PUT", "/state/b", &login, r#"{"value":2}"#);
    server
        .send("POST", "/logout/everywhere", Some(&other), None)
        .expect(204);
    assert_eq!(slow.finish().expect(401).set_cookie(), None);
    assert!(!server.is_logged_in(&login) && !server.is_logged_in(&other));
    assert_eq!(server.dump(), []);
}

fn expiry_and_logout(server: &Server) {
    let login = server.log_in("alice", "wonderland");
    let slow = server.begin("PUT", "/expiry", &login, r#"{"after":4}"#);
    server
        .send("POST", "/logout", Some(&login), None)
        .expect(204);
    assert_eq!(slow.finish().expect(401).set_cookie(), None);
    assert_eq!(sessions(server), 0);
}

fn password_and_logout(server: &Server) {
    let login = server.log_in("alice", "wonderland");
    let body = r#"{"current":"wonderland","new":"through the looking-glass"}"#;
    let slow = server.begin("POST", "/password", &login, body);
    server
        .send("POST", "/logout", Some(&login), None)
        .expect(204);
    // The password is changed, and nobody is logged in.
    assert_eq!(slow.finish().expect(204).set_cookie(), None);
    assert!(!server.is_logged_in(&login));
    assert_eq!(sessions(server), 0);
    server.log_in("alice", "through the looking-glass");
}

fn login_and_flush(server: &Server) {
    let kept = server.send("PUT", "/state/a", None, Some(r#"{"value":"secret"}"#));
    let visitor = kept.expect(204).cookie().unwrap();
    let body = r#"{"username":"alice","password":"wonderland"}"#;
    let slow = server.begin("POST", "/login", &visitor, body);
    server
        .send("DELETE", "/state", Some(&visitor), None)
        .expect(204);
    let login = slow.finish().expect(200).cookie().unwrap();
    let state = server.send("GET", "/state", Some(&login), None).expect(200);
    assert_eq!(state.body, r#"{"state":{}}"#);
}

fn parallel_writes(server: &Server) {
    let login = server.log_in("alice", "wonderland");
    server
        .send("PUT", "/state/gone", Some(&login), Some(r#"{"value":0}"#))
        .expect(204);
    std::thread::scope(|scope| {
        for n in 0..12 {
            let login = &login;
            scope.spawn(move || {
                let (path, body) = (format!("/state/k{n}"), format!(r#"{{"value":{n}}}"#));
                server
                    .begin("PUT", &path, login, &body)
                    .finish()
                    .expect(204);
            });
        }
        scope.spawn(|| {
            server
                .send("DELETE", "/state/gone", Some(&login), None)
                .expect(204)
        });
    });
    let state = server.send("GET", "/state", Some(&login), None).expect(200);
    for n in 0..12 {
        assert!(
            state.body.contains(&format!(r#""k{n}":{n}"#)),
            "{}",
            state.body
        );
    }
    assert!(!state.body.contains("gone"), "{}", state.body);
}
