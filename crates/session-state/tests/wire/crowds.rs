//! Many visitors, and many logins of one account.

use std::thread::sleep;
use std::time::Duration;

use contract::accounts::Role;

use crate::Special;
use crate::server::Server;
use crate::shop::Shop;

pub(crate) const CASES: [Special; 4] = [
    (
        "a_flood_of_visitors_pushes_out_visitors_and_no_login",
        &["--anonymous-sessions=20"],
        flood,
    ),
    (
        "a_visitor_without_a_login_gets_less_and_for_shorter",
        &["--anonymous-lifetime=3s"],
        less,
    ),
    (
        "one_login_too_many_ends_the_oldest",
        &["--logins-per-account=2"],
        one_too_many,
    ),
    (
        "an_account_that_is_closed_or_changed_bites_at_once",
        &["--lifetime=1h"],
        closed,
    ),
];

const VALUE: Option<&str> = Some(r#"{"value":1}"#);

fn put(server: &Server, cookie: Option<&str>) -> Option<String> {
    server
        .send("PUT", "/state/a", cookie, VALUE)
        .expect(204)
        .cookie()
}

fn flood(server: &Server) {
    let first = put(server, None).unwrap();
    // Who was anonymous and logs in is not of the crowd any more.
    let body = Some(r#"{"username":"alice","password":"wonderland"}"#);
    let answer = server.send("POST", "/login", Some(&first), body);
    let login = answer.expect(200).cookie().unwrap();
    let cookies: Vec<String> = (0..100).map(|_| put(server, None).unwrap()).collect();
    let sessions = server.dump();
    let sessions = sessions.iter().filter(|(key, _)| key.contains("session:"));
    assert_eq!(sessions.count(), 21, "twenty visitors and one login");
    assert!(server.is_logged_in(&login));
    let state = |cookie: &str| {
        server
            .send("GET", "/state", Some(cookie), None)
            .expect(200)
            .body
    };
    assert_eq!(state(&cookies[79]), r#"{"state":{}}"#);
    assert_eq!(state(&cookies[80]), r#"{"state":{"a":1}}"#);
    assert_eq!(state(&login), r#"{"state":{"a":1}}"#);
    // A new id is no way round it.
    let shop = Shop::beside(server);
    let renewed: Vec<String> = (0..30)
        .map(|_| {
            let visitor = shop.send("/do/set/a/1", None).cookie().unwrap();
            let renewed = shop.send("/do/hour", Some(&visitor));
            // As if the twenty seconds of its mark were over.
            server.forget(&visitor);
            renewed.expect(200).cookie().unwrap()
        })
        .collect();
    let has_it = |cookie: &String| shop.send("/do/look", Some(cookie)).body.contains("a");
    let left = renewed.iter().filter(|cookie| has_it(cookie)).count();
    assert!((1..=20).contains(&left), "{left}");
}

fn less(server: &Server) {
    let large = format!(r#"{{"value":"{}"}}"#, "x".repeat(5_000));
    let login = server.log_in("alice", "wonderland");
    let put = |cookie| server.send("PUT", "/state/a", cookie, Some(&large));
    put(Some(&login)).expect(204);
    put(None).expect(413);

    let visitor = self::put(server, None).unwrap();
    let has_it = || {
        let state = server
            .send("GET", "/state", Some(&visitor), None)
            .expect(200);
        state.body.contains(r#""a":1"#)
    };
    for _ in 0..4 {
        sleep(Duration::from_secs(1));
        assert!(has_it(), "use prolongs");
    }
    sleep(Duration::from_millis(3200));
    assert!(!has_it() && server.is_logged_in(&login));
}

fn one_too_many(server: &Server) {
    let bob = server.log_in("bob", "builder");
    let logins: Vec<String> = (0..4)
        .map(|_| server.log_in("alice", "wonderland"))
        .collect();
    let live = |login: &String| server.is_logged_in(login);
    assert_eq!(
        logins.iter().map(live).collect::<Vec<_>>(),
        [false, false, true, true]
    );
    // To change the lifetime is not to log in once more.
    let answer = server.send("PUT", "/expiry", Some(&logins[2]), Some(r#"{"after":60}"#));
    assert!(live(&answer.expect(200).cookie().unwrap()) && live(&logins[3]) && live(&bob));
}

fn closed(server: &Server) {
    let status = |login: &str, path| server.send("GET", path, Some(login), None).status;
    let roles = |roles: &[Role]| {
        server
            .run(server.accounts.set_roles("alice", roles))
            .unwrap();
    };
    let (login, other) = (
        server.log_in("alice", "wonderland"),
        server.log_in("alice", "wonderland"),
    );
    roles(&[Role::User, Role::Admin]);
    assert_eq!(
        (status(&login, "/admin"), status(&other, "/admin")),
        (200, 200)
    );
    roles(&[Role::User]);
    assert_eq!(
        (status(&login, "/admin"), status(&other, "/admin")),
        (403, 403)
    );

    let body = r#"{"current":"wonderland","new":"through the looking-glass"}"#;
    let answer = server
        .send("POST", "/password", Some(&login), Some(body))
        .expect(204);
    let login = answer.cookie().unwrap();
    assert_eq!((status(&login, "/me"), status(&other, "/me")), (200, 401));

    server
        .run(server.accounts.set_disabled("alice", true))
        .unwrap();
    assert_eq!(status(&login, "/me"), 401);
    server
        .run(server.accounts.set_disabled("alice", false))
        .unwrap();
    assert_eq!(status(&login, "/me"), 401);
}
