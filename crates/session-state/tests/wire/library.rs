//! The session API in a handler of one's own.

use std::net::SocketAddr;

use contract::Problem;
use session_state::Visitor;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Special;
use crate::server::Server;
use crate::shop::Shop;

const LONG: &[&str] = &["--lifetime=1h", "--absolute-lifetime=2h"];
const EVERY: &[&str] = &[
    "--lifetime=1h",
    "--absolute-lifetime=2h",
    "--save-every-request",
];

pub(crate) const CASES: [Special; 10] = [
    ("each_call_does_what_it_says", LONG, each_call),
    ("what_ends_in_a_5xx_changes_nothing", LONG, failed),
    ("a_lifetime_is_changed_and_told", LONG, expiry),
    ("only_who_looks_says_vary", LONG, vary),
    (
        "anonymous_data_is_kept_and_another_accounts_is_not",
        LONG,
        logins,
    ),
    ("a_test_cookie_comes_back", LONG, test_cookie),
    ("a_thousand_increments_are_a_thousand", LONG, increments),
    (
        "each_request_is_saved_when_that_is_set",
        EVERY,
        every_request,
    ),
    ("a_reader_sees_what_a_visitor_keeps", LONG, reader),
    ("a_reader_brings_no_session_back", EVERY, reader_and_logout),
];

/// Runs inside a handler, on a session that is empty.
pub(crate) fn script(visitor: &Visitor) -> Result<(), Problem> {
    assert_eq!(visitor.get::<u8>("a"), Ok(None));
    assert_eq!(visitor.get_or("a", 7), Ok(7));
    assert!(!visitor.delete("a") && visitor.pop::<u8>("a") == Ok(None) && !visitor.has("a"));
    visitor.set("a", 1)?;
    assert_eq!(
        (visitor.get("a"), visitor.get_or("a", 7)),
        (Ok(Some(1)), Ok(1))
    );
    assert!(visitor.get::<String>("a").is_err() && visitor.pop::<String>("a").is_err());
    assert_eq!(visitor.set_default("a", 2), Ok(1));
    assert_eq!(visitor.set_default("b", 2), Ok(2));
    assert_eq!(visitor.keys(), ["a", "b"]);
    assert_eq!((visitor.pop("a"), visitor.has("a")), (Ok(Some(1)), false));
    assert!(visitor.delete("b") && visitor.keys().is_empty());
    visitor.set("c", [1, 2])?;
    visitor.clear();
    assert!(visitor.keys().is_empty());
    // The server's own entries are neither shown nor changed.
    visitor.set("@account", 3).unwrap_err();
    visitor.update("@account", |_: Option<u8>| 3).unwrap_err();
    assert_eq!(
        (visitor.get::<String>("@account"), visitor.has("@account")),
        (Ok(None), false)
    );
    assert!(!visitor.delete("@account") && visitor.keys().is_empty());
    // Two counts, and a value that is set after a count.
    assert_eq!(visitor.increment("n", 2), Ok(2));
    assert_eq!(visitor.increment("n", -1), Ok(1));
    assert_eq!(
        visitor.update("m", |m: Option<u8>| m.unwrap_or(5) + 1),
        Ok(6)
    );
    visitor.set("m", 1)?;
    assert_eq!(visitor.keys(), ["m", "n"]);
    assert!(visitor.expires_at_browser_close());
    let idle = visitor.expiry_age().as_secs();
    assert!((3599..=3600).contains(&idle), "{idle}");
    Ok(())
}

fn each_call(server: &Server) {
    let shop = Shop::beside(server);
    let login = server.log_in("alice", "wonderland");
    for cookie in [None, Some(login.as_str())] {
        let answer = shop.send("/do/script", cookie).expect(200);
        assert_eq!(answer.body, r#"{"m":1,"n":1}"#);
        let kept = answer.cookie().unwrap_or(login.clone());
        let read = shop.send("/do/look", Some(&kept)).expect(200);
        assert_eq!(read.body, r#"{"m":1,"n":1}"#);
        // To clear is to forget the values and nothing else.
        assert_eq!(
            shop.send("/do/clear", Some(&kept)).expect(200).set_cookie(),
            None
        );
        assert_eq!(shop.send("/do/look", Some(&kept)).expect(200).body, "{}");
        assert_eq!(server.is_logged_in(&kept), cookie.is_some());
        shop.send("/do/flush", Some(&kept)).expect(200);
    }
    assert_eq!(server.dump(), []);
}

fn failed(server: &Server) {
    let shop = Shop::beside(server);
    let login = server.log_in("alice", "wonderland");
    let before = server.dump();
    for cookie in [None, Some(login.as_str())] {
        assert_eq!(shop.send("/do/fail", cookie).expect(502).set_cookie(), None);
        assert_eq!(server.dump(), before);
    }
    assert!(server.is_logged_in(&login));
}

fn expiry(server: &Server) {
    let shop = Shop::beside(server);
    let login = server.log_in("alice", "wonderland");
    let answer = shop.send("/do/hour", Some(&login)).expect(200);
    assert!(
        answer
            .max_age()
            .is_some_and(|age| (3599..=3600).contains(&age))
    );
    let hour = answer.cookie().unwrap();
    assert!(server.is_logged_in(&hour) && !server.is_logged_in(&login));
    let past = shop.send("/do/past", Some(&hour)).expect(200);
    assert_eq!(past.max_age(), Some(0), "{past:?}");
    assert!(!server.is_logged_in(&hour));
    // A visitor for whom nothing is kept has nothing that could last.
    assert_eq!(shop.send("/do/hour", None).expect(200).set_cookie(), None);
}

fn vary(server: &Server) {
    let shop = Shop::beside(server);
    let login = server.log_in("alice", "wonderland");
    let varies = |path: &str, cookie| shop.send(path, cookie).head.contains("vary: Cookie");
    for cookie in [None, Some(login.as_str())] {
        assert!(varies("/do/look", cookie));
        assert!(!varies("/untouched", cookie));
    }
    assert!(
        varies("/do/read", None),
        "the 401 depends on the cookie too"
    );
    let of_server = |path: &str| {
        server
            .send("GET", path, None, None)
            .head
            .contains("vary: Cookie")
    };
    assert!(of_server("/me") && of_server("/state"));
    assert!(!of_server("/healthz") && !of_server("/openapi.json") && !of_server("/login"));
}

/// What a visitor writes is what a reader reads, and nothing of the server's own.
fn reader(server: &Server) {
    let shop = Shop::beside(server);
    let read = |key: &str, cookie| shop.send(&format!("/read/{key}"), cookie).expect(200);
    let visitor = shop.send("/do/set/basket/tea", None).cookie().unwrap();
    let alice = shop.send("/do/login/1", Some(&visitor)).cookie().unwrap();
    for (key, cookie, seen) in [
        ("basket", Some(&alice), r#"["alice","tea"]"#),
        ("@account", Some(&alice), r#"["alice",null]"#),
        ("basket", Some(&visitor), "[null,null]"),
        ("basket", None, "[null,null]"),
    ] {
        let answer = read(key, cookie.map(String::as_str));
        assert_eq!(answer.body, seen, "{key}");
        assert_eq!(answer.set_cookie(), None);
        assert!(answer.head.contains("vary: Cookie"), "{answer:?}");
    }
    let two = format!("{alice}; {visitor}");
    shop.send("/read/basket", Some(&two)).expect(400);
}

/// The use of a session is written down here, and to write brings no session back.
fn reader_and_logout(server: &Server) {
    let shop = Shop::beside(server);
    let login = server.log_in("alice", "wonderland");
    let slow = shop.begin(server, "/read/basket", &login);
    server
        .send("POST", "/logout", Some(&login), None)
        .expect(204);
    slow.finish().expect(401);
    assert_eq!(server.dump(), []);
    // "503: nothing was changed", nor is it tried.
    let login = server.log_in("alice", "wonderland");
    let slow = shop.begin(server, "/read/fail", &login);
    server
        .send("POST", "/logout", Some(&login), None)
        .expect(204);
    slow.finish().expect(502);
}

fn logins(server: &Server) {
    let shop = Shop::beside(server);
    let visitor = shop.send("/do/set/basket/tea", None).cookie().unwrap();
    let alice = shop
        .send("/do/login/1", Some(&visitor))
        .expect(200)
        .cookie()
        .unwrap();
    let look = |cookie: &str| shop.send("/do/look", Some(cookie)).expect(200).body;
    assert_eq!(
        (look(&alice), look(&visitor)),
        (r#"{"basket":"tea"}"#.into(), "{}".into())
    );
    let again = shop
        .send("/do/login/1", Some(&alice))
        .expect(200)
        .cookie()
        .unwrap();
    assert_eq!(look(&again), r#"{"basket":"tea"}"#);
    assert!(!server.is_logged_in(&alice));
    let bob = shop
        .send("/do/login/2", Some(&again))
        .expect(200)
        .cookie()
        .unwrap();
    assert_eq!(look(&bob), "{}");
    assert!(!server.is_logged_in(&again) && server.is_logged_in(&bob));
}

fn test_cookie(server: &Server) {
    let shop = Shop::beside(server);
    let set = shop.send("/do/test-cookie/set", None).cookie().unwrap();
    let ask = |what: &str, cookie| shop.send(&format!("/do/test-cookie/{what}"), cookie).body;
    assert_eq!(ask("worked", None), "false");
    assert_eq!(ask("worked", Some(&set)), "true");
    assert_eq!(
        (ask("delete", Some(&set)), ask("delete", Some(&set))),
        ("true".into(), "false".into())
    );
    assert_eq!(ask("worked", Some(&set)), "false");
}

/// All at once: each handler waits until the others have read the session too.
fn increments(server: &Server) {
    let shop = Shop::beside(server);
    let login = server.log_in("alice", "wonderland");
    let address = shop.address();
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let login = login.clone();
            server.spawn(async move {
                for _ in 0..10 {
                    let answer = ask(address, &login).await;
                    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
                }
            })
        })
        .collect();
    for task in tasks {
        server.run(task).unwrap();
    }
    let read = shop.send("/do/read", Some(&login)).expect(200);
    assert_eq!(read.body, r#"{"n":1000}"#);
}

async fn ask(address: SocketAddr, cookie: &str) -> String {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST /do/add/n HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nX-Pause: 100\r\nCookie: {cookie}\r\n\r\n"
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}

fn every_request(server: &Server) {
    let body = r#"{"username":"alice","password":"wonderland","remember":true}"#;
    let answer = server.send("POST", "/login", None, Some(body));
    let login = answer.expect(200).cookie().unwrap();
    let me = server.send("GET", "/me", Some(&login), None).expect(200);
    assert_eq!(
        me.cookie().as_deref().map(|cookie| server.raw_id(cookie)),
        Some(server.raw_id(&login))
    );
    assert!(me.max_age().is_some());
    // A dead id gets no session, as it would elsewhere.
    server
        .send("POST", "/logout", Some(&login), None)
        .expect(204);
    assert_eq!(
        server
            .send("GET", "/state", Some(&login), None)
            .set_cookie(),
        None
    );
    assert_eq!(server.dump(), []);
}
