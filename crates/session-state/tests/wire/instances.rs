//! Two servers on one store, with one key.

use crate::Special;
use crate::http::send;
use crate::server::Server;

const LONG: &[&str] = &["--lifetime=1h", "--absolute-lifetime=2h"];

pub(crate) const CASES: [Special; 2] = [
    ("a_logout_at_one_is_a_logout_at_the_other", LONG, logout),
    ("a_rolling_restart_logs_nobody_out", LONG, restart),
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
