//! Sessions and their account: whose they are, and what the account says at each request.

use contract::accounts::Role;

use crate::Case;
use crate::server::Server;

pub(crate) const CASES: [Case; 3] = [
    ("a_list_shows_and_ends_the_own_logins_only", own_logins),
    ("the_account_is_asked_at_each_request", asked_each_time),
    ("a_login_replaces_the_session_that_came_with_it", replaced),
];

fn ids(server: &Server, login: &str) -> Vec<String> {
    let list = server
        .send("GET", "/logins", Some(login), None)
        .expect(200)
        .body;
    list.split(r#""id":""#)
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

fn own_logins(server: &Server) {
    let (first, second) = (
        server.log_in("alice", "wonderland"),
        server.log_in("alice", "wonderland"),
    );
    let bob = server.log_in("bob", "builder");
    assert_eq!((ids(server, &first).len(), ids(server, &bob).len()), (2, 1));
    let end = |by: &str, id: &str| {
        server
            .send("DELETE", &format!("/logins/{id}"), Some(by), None)
            .status
    };
    for of_alice in ids(server, &first) {
        assert_eq!(end(&bob, &of_alice), 404);
    }
    assert_eq!(end(&bob, "nobody"), 404);
    // A visitor without a login has a session and no list, and is on none.
    let visitor = server
        .send("PUT", "/state/a", None, Some(r#"{"value":1}"#))
        .cookie()
        .unwrap();
    server
        .send("GET", "/logins", Some(&visitor), None)
        .expect(401);
    assert!(server.is_logged_in(&first) && server.is_logged_in(&second));

    let before = ids(server, &second);
    server
        .send("POST", "/logout", Some(&first), None)
        .expect(204);
    let after = ids(server, &second);
    assert_eq!(after.len(), 1);
    let gone = before.iter().find(|id| !after.contains(id)).unwrap();
    assert_eq!(end(&second, gone), 404);
    assert_eq!(end(&second, &after[0]), 204);
    assert!(!server.is_logged_in(&second) && server.is_logged_in(&bob));
}

fn asked_each_time(server: &Server) {
    let login = server.log_in("alice", "wonderland");
    let admin = || server.send("GET", "/admin", Some(&login), None).status;
    assert_eq!(admin(), 403);
    server
        .run(
            server
                .accounts
                .set_roles("alice", &[Role::User, Role::Admin]),
        )
        .unwrap();
    assert_eq!(admin(), 200);
    server
        .run(server.accounts.set_roles("alice", &[Role::User]))
        .unwrap();
    assert_eq!(admin(), 403);

    server
        .run(server.accounts.set_disabled("alice", true))
        .unwrap();
    assert_eq!(admin(), 401);
    // And opening the account again opens no old session.
    server
        .run(server.accounts.set_disabled("alice", false))
        .unwrap();
    assert_eq!(admin(), 401);
    assert_eq!(server.dump(), []);
}

fn replaced(server: &Server) {
    let visitor = server
        .send("PUT", "/state/a", None, Some(r#"{"value":1}"#))
        .cookie()
        .unwrap();
    let log_in = |cookie: &str, body: &str| {
        server
            .send("POST", "/login", Some(cookie), Some(body))
            .expect(200)
            .cookie()
            .unwrap()
    };
    let state = |cookie: &str| {
        server
            .send("GET", "/state", Some(cookie), None)
            .expect(200)
            .body
    };
    let alice = log_in(&visitor, r#"{"username":"alice","password":"wonderland"}"#);
    assert_eq!(
        (state(&visitor), state(&alice)),
        (
            r#"{"state":{}}"#.to_owned(),
            r#"{"state":{"a":1}}"#.to_owned()
        )
    );
    // The same account again keeps what it had; another one gets nothing of it.
    let again = log_in(
        &alice,
        r#"{"username":"alice@example.test","password":"wonderland"}"#,
    );
    assert!(!server.is_logged_in(&alice));
    assert_eq!(state(&again), r#"{"state":{"a":1}}"#);
    let bob = log_in(&again, r#"{"username":"bob","password":"builder"}"#);
    assert!(!server.is_logged_in(&again));
    assert_eq!(state(&bob), r#"{"state":{}}"#);
    assert_eq!(server.dump().len(), 2, "bob's session and his list");
    // A wrong password changes nothing.
    let wrong = r#"{"username":"alice","password":"builder"}"#;
    server
        .send("POST", "/login", Some(&bob), Some(wrong))
        .expect(401);
    assert!(server.is_logged_in(&bob));
}
