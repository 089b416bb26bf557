//! `DELETE` of cookies: the browser ends without them.

use crate::http::{Answer, Browser};
use crate::server::Server;

fn delete(server: &Server, browser: &mut Browser, path: &str) -> Answer {
    server.send(browser, "DELETE", &format!("/cookies/{path}"), None)
}

fn put(server: &Server, browser: &mut Browser, name: &str, body: &str) {
    let path = format!("/cookies/{name}");
    server.send(browser, "PUT", &path, Some(body)).expect(204);
}

const OVER: &str = "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";

#[test]
fn a_deletion_repeats_what_the_cookie_was_set_with() {
    let server = Server::new(&[]);
    for (name, asked, before, after) in [
        ("a", r#""max_age":60"#, "; Path=/", ""),
        ("a", r#""path":null"#, "", ""),
        (
            "a",
            r#""path":"/x","domain":"example.test","httponly":true,"protection":"private""#,
            "; Path=/x; Domain=example.test",
            "; HttpOnly",
        ),
        (
            "__Host-a",
            r#""secure":true,"httponly":true,"samesite":"strict","partitioned":true,"protection":"signed""#,
            "; Path=/",
            "; Secure; HttpOnly; SameSite=Strict; Partitioned",
        ),
    ] {
        let mut browser = Browser::default();
        put(
            &server,
            &mut browser,
            name,
            &format!(r#"{{"value":"v",{asked}}}"#),
        );
        assert_eq!(browser.cookies.len(), 2);
        let answer = delete(&server, &mut browser, name).expect(204);
        let line = format!("{name}={before}{OVER}{after}");
        // Last, for a curl that forgets no more than one.
        assert_eq!(answer.set_cookies()[1], line);
        // The list went with the last of what it lists.
        assert!(browser.cookies.is_empty(), "{answer:?}");
    }
}

#[test]
fn a_cookie_of_somebody_else_is_deleted_as_the_request_says() {
    let server = Server::new(&[]);
    for (path, line) in [
        ("a", format!("a=; Path=/{OVER}")),
        (
            "__Secure-a",
            format!("__Secure-a=; Path=/{OVER}; Secure; HttpOnly"),
        ),
        (
            "a?path=/x&domain=example.test",
            format!("a=; Path=/x; Domain=example.test{OVER}"),
        ),
        ("a?path=", format!("a={OVER}")),
        (
            "a?samesite=none",
            format!("a=; Path=/{OVER}; Secure; SameSite=None"),
        ),
        (
            "a?partitioned=true",
            format!("a=; Path=/{OVER}; Secure; Partitioned"),
        ),
        (
            "a?secure=true&httponly=true&samesite=lax",
            format!("a=; Path=/{OVER}; Secure; HttpOnly; SameSite=Lax"),
        ),
    ] {
        let answer = delete(&server, &mut Browser::default(), path).expect(204);
        assert_eq!(answer.set_cookies()[1], line);
    }
    for path in [
        "a?path=x",
        "a?domain=.a",
        "a?samesite=x",
        "__Host-a?domain=a.test",
        "a%20b",
    ] {
        let answer = delete(&server, &mut Browser::default(), path).expect(422);
        assert!(answer.set_cookies().is_empty());
    }
    delete(&server, &mut Browser::default(), "a?Path=/x").expect(400);
}

#[test]
fn of_several_one_has_to_be_named() {
    let server = Server::new(&[]);
    let mut browser = Browser::default();
    for place in [
        r#""path":"/x""#,
        r#""domain":"example.test""#,
        r#""secure":true"#,
    ] {
        put(
            &server,
            &mut browser,
            "a",
            &format!(r#"{{"value":"v",{place}}}"#),
        );
    }
    let answer = delete(&server, &mut browser, "a").expect(422);
    assert!(answer.detail().contains("several cookies"));
    for (path, line) in [
        ("a?path=/x", format!("a=; Path=/x{OVER}")),
        (
            "a?domain=EXAMPLE.test",
            format!("a=; Path=/; Domain=example.test{OVER}"),
        ),
        ("a", format!("a=; Path=/{OVER}; Secure")),
    ] {
        let answer = delete(&server, &mut browser, path).expect(204);
        assert_eq!(answer.set_cookies()[1], line);
    }
    assert!(browser.cookies.is_empty());
}

#[test]
fn a_cookie_that_is_over_at_once_leaves_the_list() {
    let server = Server::new(&[]);
    for over in [
        r#""max_age":0"#,
        r#""max_age":-5"#,
        r#""expires":"2001-01-01T00:00:00Z""#,
    ] {
        let mut browser = Browser::default();
        put(&server, &mut browser, "a", r#"{"value":"v"}"#);
        assert_eq!(browser.cookies.len(), 2);
        put(
            &server,
            &mut browser,
            "a",
            &format!(r#"{{"value":"v",{over}}}"#),
        );
        assert!(!browser.cookies.contains_key("__Host-cookies"));
    }
}
