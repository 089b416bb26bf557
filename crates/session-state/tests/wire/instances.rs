//! Two servers on one store, with one key.

use crate::Special;
use crate::http::send;
use crate::server::Server;

const LONG: &[&str] = &["--lifetime=1h", "--absolute-lifetime=2h"];

const SEALED: &[&str] = &["--lifetime=1h", "--absolute-lifetime=2h", "--seal-sessions"];

pub(crate) const CASES: [Special; 4] = [
    ("a_logout_at_one_is_a_logout_at_the_other", LONG, logout),
    ("a_rolling_restart_logs_nobody_out", LONG, restart),
    ("a_new_key_logs_nobody_out", LONG, new_key),
    ("a_new_key_opens_what_is_sealed", SEALED, new_key),
];

fn logout(server: &Server) {
    let other = server.another();
    let me = |login: &str| send(other.address, "GET", "/me", Some(login), None).status;
    for (method, path) in [
        ("POST", "/logout"),
        ("DELETE", "/state"),
        ("POST", "/logout/everywhere"),
    ] {
        let login = server.log_in("alice", "wonderland");
        assert_eq!(me(&login), 200);
        server.send(method, path, Some(&login), None).expect(204);
        assert_eq!(me(&login), 401, "{path}");
    }
    server.run(other.stop());
}

fn restart(server: &Server) {
    let login = server.log_in("alice", "wonderland");
    server
        .send("PUT", "/state/a", Some(&login), Some(r#"{"value":1}"#))
        .expect(204);
    for _ in 0..3 {
        // One starts, one stops, and the login goes on.
        let next = server.another();
        let state = send(next.address, "GET", "/state", Some(&login), None);
        assert_eq!(state.expect(200).body, r#"{"state":{"a":1}}"#);
        assert_eq!(
            send(next.address, "GET", "/me", Some(&login), None).status,
            200
        );
        server.run(next.stop());
    }
    // The control: a server with another key knows nobody.
    let stranger = server.stranger();
    assert_eq!(
        send(stranger.address, "GET", "/me", Some(&login), None).status,
        401
    );
    server.run(stranger.stop());
    assert!(server.is_logged_in(&login));
}

/// The next instance has a key of its own and knows the one from before.
fn new_key(server: &Server) {
    let login = server.log_in("alice", "wonderland");
    let body = r#"{"username":"bob","password":"builder","remember":true}"#;
    let kept = server.send("POST", "/login", None, Some(body)).expect(200);
    let kept = kept.cookie().unwrap();
    server
        .send("PUT", "/state/a", Some(&login), Some(r#"{"value":1}"#))
        .expect(204);
    let stranger = server.stranger();
    let next = server.with_a_new_key();
    let ask = |method: &str, path: &str, cookie: &str, body: Option<&str>| {
        send(next.address, method, path, Some(cookie), body)
    };
    assert_eq!(
        send(stranger.address, "GET", "/me", Some(&login), None).status,
        401
    );

    // The same session, its values too, and the id once more under the new key.
    let answer = ask("GET", "/state", &login, None).expect(200);
    assert_eq!(answer.body, r#"{"state":{"a":1}}"#);
    let line = answer.set_cookie().unwrap();
    assert!(!line.contains("Max-Age"), "{line}");
    let renewed = answer.cookie().unwrap();
    assert_ne!(renewed, login);
    let answer = ask("GET", "/me", &renewed, None).expect(200);
    assert_eq!(answer.set_cookie(), None, "once is enough");
    server.send("GET", "/me", Some(&renewed), None).expect(401);
    let line = ask("GET", "/me", &kept, None).expect(200);
    assert!(line.set_cookie().unwrap().contains("Max-Age="), "{line:?}");

    // To write, to take a new id and to leave, under either.
    ask("PUT", "/state/a", &login, Some(r#"{"value":2}"#)).expect(204);
    assert_eq!(
        ask("GET", "/state", &renewed, None).body,
        r#"{"state":{"a":2}}"#
    );
    let answer = ask("PUT", "/expiry", &login, Some(r#"{"after":600}"#)).expect(200);
    let latest = answer.cookie().unwrap();
    ask("GET", "/me", &latest, None).expect(200);
    for dead in [&login, &renewed] {
        ask("GET", "/me", dead, None).expect(401);
    }
    let answer = ask("POST", "/logout", &kept, None).expect(204);
    assert!(answer.set_cookie().unwrap().contains("Max-Age=0"));
    ask("GET", "/me", &kept, None).expect(401);
    server.run(next.stop());
    server.run(stranger.stop());
}
