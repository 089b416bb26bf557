//! Two requests at once: one has read the session and is slow, the other ends or changes it.

use store::Digest;

use crate::Case;
use crate::server::Server;
use crate::shop::{Shop, Slow};

pub(crate) const CASES: [Case; 8] = [
    ("a_write_in_flight_does_not_undo_a_logout", write_and_logout),
    (
        "a_write_in_flight_does_not_undo_a_logout_everywhere",
        write_and_everywhere,
    ),
    (
        "a_new_id_in_flight_does_not_undo_a_logout",
        new_id_and_logout,
    ),
    ("a_new_id_in_flight_loses_no_write", new_id_and_write),
    ("a_write_in_flight_does_not_undo_an_end_by_id", end_by_id),
    (
        "a_write_in_flight_does_not_undo_a_password_change",
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

/// Those that are no mark.
fn live(server: &Server) -> usize {
    let all = server.dump();
    let sessions = all.iter().filter(|(key, _)| key.contains("session:"));
    sessions
        .filter(|(_, held)| !held.contains("@moved"))
        .count()
}

fn write_and_logout(server: &Server) {
    let shop = Shop::beside(server);
    let login = server.log_in("alice", "wonderland");
    // Controls: a slow write by itself is kept, and the login is good before.
    shop.begin(server, "/do/set/a/1", &login)
        .finish()
        .expect(200);
    assert!(server.is_logged_in(&login));

    for (way, path) in [("POST", "/logout"), ("DELETE", "/state")] {
        let login = server.log_in("alice", "wonderland");
        let slow = shop.begin(server, "/do/set/b/2", &login);
        server.send(way, path, Some(&login), None).expect(204);
        let answer = slow.finish().expect(401);
        assert_eq!(answer.set_cookie(), None);
        assert!(!server.is_logged_in(&login));
    }
    assert_eq!(sessions(server), 1);
}

fn write_and_everywhere(server: &Server) {
    let shop = Shop::beside(server);
    let login = server.log_in("alice", "wonderland");
    let other = server.log_in("alice", "wonderland");
    let slow = shop.begin(server, "/do/set/b/2", &login);
    server
        .send("POST", "/logout/everywhere", Some(&other), None)
        .expect(204);
    assert_eq!(slow.finish().expect(401).set_cookie(), None);
    assert!(!server.is_logged_in(&login) && !server.is_logged_in(&other));
    assert_eq!(server.dump(), []);
}

/// The session goes on under a new id; whoever ends it ends it under both, before and after.
fn new_id_and_logout(server: &Server) {
    let shop = Shop::beside(server);
    for path in ["/do/cycle", "/do/hour"] {
        let login = server.log_in("alice", "wonderland");
        let slow = shop.begin(server, path, &login);
        server
            .send("POST", "/logout", Some(&login), None)
            .expect(204);
        assert_eq!(slow.finish().expect(401).set_cookie(), None);
        assert_eq!(live(server), 0);

        let login = server.log_in("alice", "wonderland");
        let slow = shop.begin(server, "/do/flush", &login);
        let next = shop.send(path, Some(&login)).expect(200).cookie().unwrap();
        assert!(server.is_logged_in(&next) && !server.is_logged_in(&login));
        slow.finish().expect(200);
        assert!(
            !server.is_logged_in(&next),
            "the logout came with the old id"
        );
        // The mark stays: should the answer get lost, the next logout needs it.
        assert_eq!((live(server), sessions(server) > 0), (0, true));

        // The browser sent this one before it knew the new id, and it came later.
        let login = server.log_in("alice", "wonderland");
        let next = shop.send(path, Some(&login)).expect(200).cookie().unwrap();
        let write = server.send("PUT", "/state/a", Some(&login), Some(r#"{"value":1}"#));
        assert_eq!(
            write.expect(401).set_cookie(),
            None,
            "it would replace the new one"
        );
        for path in ["/do/hour", "/do/set/a/1"] {
            let late = shop.send(path, Some(&login)).expect(401);
            assert_eq!(late.set_cookie(), None, "{path}");
        }
        assert!(server.is_logged_in(&next));
        server
            .send("POST", "/logout", Some(&login), None)
            .expect(204);
        assert!(!server.is_logged_in(&next));
        assert_eq!((live(server), sessions(server) > 0), (0, true));
    }
}

/// Of what is written while the id changes, nothing is lost.
fn new_id_and_write(server: &Server) {
    let shop = Shop::beside(server);
    let login = server.log_in("alice", "wonderland");
    let slow = shop.begin(server, "/do/cycle", &login);
    shop.send("/do/set/a/1", Some(&login)).expect(200);
    let next = slow.finish().expect(200).cookie().unwrap();
    let state = shop.send("/do/read", Some(&next)).expect(200);
    assert_eq!(state.body, r#"{"a":"1"}"#);

    let slow = shop.begin(server, "/do/set/b/2", &next);
    let last = shop
        .send("/do/cycle", Some(&next))
        .expect(200)
        .cookie()
        .unwrap();
    assert_eq!(slow.finish().expect(401).set_cookie(), None);
    assert!(server.is_logged_in(&last));
}

fn end_by_id(server: &Server) {
    let shop = Shop::beside(server);
    let login = server.log_in("alice", "wonderland");
    let other = server.log_in("alice", "wonderland");
    let name = Digest::of(server.raw_id(&login).as_bytes());
    let end = || server.send("DELETE", &format!("/logins/{name}"), Some(&other), None);
    let slow = shop.begin(server, "/do/set/a/1", &login);
    end().expect(204);
    assert_eq!(slow.finish().expect(401).set_cookie(), None);
    end().expect(404);
    assert_eq!(sessions(server), 1);
}

fn password_and_logout(server: &Server) {
    let shop = Shop::beside(server);
    let (login, other) = (
        server.log_in("alice", "wonderland"),
        server.log_in("alice", "wonderland"),
    );
    let slow = shop.begin(server, "/do/set/a/1", &other);
    let body = r#"{"current":"wonderland","new":"through the looking-glass"}"#;
    let answer = server.send("POST", "/password", Some(&login), Some(body));
    let next = answer.expect(204).cookie().unwrap();
    assert_eq!(slow.finish().expect(401).set_cookie(), None);
    assert!(!server.is_logged_in(&other) && !server.is_logged_in(&login));
    assert!(server.is_logged_in(&next));
    assert_eq!(sessions(server), 2, "the new one, and the mark of the old");
    server
        .send("POST", "/logout", Some(&login), None)
        .expect(204);
    assert!(!server.is_logged_in(&next));
}

fn login_and_flush(server: &Server) {
    let shop = Shop::beside(server);
    let kept = server.send("PUT", "/state/a", None, Some(r#"{"value":"secret"}"#));
    let visitor = kept.expect(204).cookie().unwrap();
    let slow = shop.begin(server, "/do/login/1", &visitor);
    server
        .send("DELETE", "/state", Some(&visitor), None)
        .expect(204);
    let login = slow.finish().expect(200).cookie().unwrap();
    let state = server.send("GET", "/state", Some(&login), None).expect(200);
    assert_eq!(state.body, r#"{"state":{}}"#);
}

fn parallel_writes(server: &Server) {
    let shop = Shop::beside(server);
    let login = server.log_in("alice", "wonderland");
    shop.send("/do/set/gone/0", Some(&login)).expect(200);
    let slow: Vec<_> = (0..12)
        .map(|n| shop.begin(server, &format!("/do/set/k{n}/{n}"), &login))
        .collect();
    server
        .send("DELETE", "/state/gone", Some(&login), None)
        .expect(204);
    for answer in Slow::finish_all(slow) {
        answer.expect(200);
    }
    let state = server.send("GET", "/state", Some(&login), None).expect(200);
    for n in 0..12 {
        let kept = format!(r#""k{n}":"{n}""#);
        assert!(state.body.contains(&kept), "{}", state.body);
    }
    assert!(!state.body.contains("gone"), "{}", state.body);
}
