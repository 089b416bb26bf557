//! What is in the store, and what is not.

use store::Digest;

use crate::Case;
use crate::server::Server;

pub(crate) const CASES: [Case; 5] = [
    ("what_is_in_the_store_logs_nobody_in", nothing_usable),
    ("a_logout_leaves_nothing", logout_leaves_nothing),
    (
        "a_visitor_who_only_looks_leaves_nothing",
        looking_leaves_nothing,
    ),
    ("an_id_that_is_not_live_is_never_adopted", never_adopted),
    ("a_session_that_cannot_be_read_is_none", unreadable),
];

fn nothing_usable(server: &Server) {
    let login = server.log_in("alice", "wonderland");
    let id = server.raw_id(&login);
    assert_eq!(id.len(), 44, "a letter and 256 bits in base64url");
    let dump = server.dump();
    assert_eq!(dump.len(), 2, "{dump:?}");
    let text = format!("{dump:?}");
    assert!(
        text.contains(&Digest::of(id.as_bytes()).to_string()),
        "{text}"
    );
    assert!(!text.contains(&id[1..]), "{text}");
    assert!(!text.contains(login.split('=').nth(1).unwrap()), "{text}");
    // A name out of the store, or out of the list of logins, is not a cookie.
    let name = Digest::of(id.as_bytes()).to_string();
    for stolen in [name.clone(), format!("s{name}"), id] {
        assert!(!server.is_logged_in(&format!("__Host-session={stolen}")));
    }
    assert!(server.is_logged_in(&login));
}

fn logout_leaves_nothing(server: &Server) {
    for way in ["logout", "flush", "everywhere", "by id"] {
        let login = server.log_in("alice", "wonderland");
        let other = server.log_in("alice", "wonderland");
        server
            .send("PUT", "/state/a", Some(&login), Some(r#"{"value":1}"#))
            .expect(204);
        for cookie in [&login, &other] {
            let name = Digest::of(server.raw_id(cookie).as_bytes());
            let answer = match way {
                "logout" => server.send("POST", "/logout", Some(cookie), None),
                "flush" => server.send("DELETE", "/state", Some(cookie), None),
                "by id" => {
                    let path = format!("/logins/{name}");
                    // The second login ends the first, and then itself.
                    let by = if cookie == &login { &other } else { cookie };
                    server.send("DELETE", &path, Some(by), None)
                }
                _ => {
                    let answer = server.send("POST", "/logout/everywhere", Some(cookie), None);
                    if answer.status == 401 { break } else { answer }
                }
            };
            answer.expect(204);
            assert!(!server.is_logged_in(cookie), "{way}");
        }
        assert_eq!(server.dump(), [], "{way}");
    }
}

fn looking_leaves_nothing(server: &Server) {
    for path in ["/me", "/state", "/admin", "/logins", "/healthz", "/nowhere"] {
        assert_eq!(
            server.send("GET", path, None, None).set_cookie(),
            None,
            "{path}"
        );
    }
    let wrong = r#"{"username":"alice","password":"wrong"}"#;
    assert_eq!(
        server
            .send("POST", "/login", None, Some(wrong))
            .expect(401)
            .set_cookie(),
        None
    );
    assert_eq!(
        server
            .send("POST", "/logout", None, None)
            .expect(204)
            .set_cookie(),
        None
    );
    server.send("DELETE", "/state/a", None, None).expect(204);
    let large = format!(r#"{{"value":"{}"}}"#, "x".repeat(20_000));
    let refused = server
        .send("PUT", "/state/a", None, Some(&large))
        .expect(413);
    assert_eq!(refused.set_cookie(), None);
    assert_eq!(server.dump(), []);
}

fn never_adopted(server: &Server) {
    let put = |cookie: Option<&str>| {
        let answer = server
            .send("PUT", "/state/a", cookie, Some(r#"{"value":1}"#))
            .expect(204);
        answer.cookie()
    };
    let visitor = put(None).unwrap();
    assert_eq!(put(Some(&visitor)), None, "a live session keeps its id");
    server
        .send("DELETE", "/state", Some(&visitor), None)
        .expect(204);
    let next = put(Some(&visitor)).unwrap();
    assert_ne!(server.raw_id(&next), server.raw_id(&visitor));
    let state = server
        .send("GET", "/state", Some(&visitor), None)
        .expect(200);
    assert_eq!(state.body, r#"{"state":{}}"#);
}

fn unreadable(server: &Server) {
    for text in ["", "{}", "[]", r#"{"@in":["x",1,1]}"#] {
        let login = server.log_in("alice", "wonderland");
        server.rewrite(&login, |_| text.to_owned());
        assert!(!server.is_logged_in(&login), "{text}");
    }
    // Nor is a session believed that was written under another epoch of its account.
    let login = server.log_in("alice", "wonderland");
    server.rewrite(&login, |held| held.replace("[1,", "[1,9"));
    assert!(!server.is_logged_in(&login));
}
