//! What the API does not do, and that nothing has happened then.

use crate::http::{Browser, send};
use crate::server::Server;

#[test]
fn what_a_browser_would_drop_is_422_with_the_reason() {
    let server = Server::new(&[]);
    for (name, body, reason) in [
        (
            "a",
            r#"{"value":"b","samesite":"none"}"#,
            "SameSite=None without Secure",
        ),
        (
            "a",
            r#"{"value":"b","samesite":"some"}"#,
            "Strict, Lax or None",
        ),
        (
            "a",
            r#"{"value":"b","partitioned":true}"#,
            "Partitioned without Secure",
        ),
        (
            "__Host-a",
            r#"{"value":"b","secure":true,"domain":"a.test"}"#,
            "__Host-",
        ),
        (
            "__Host-a",
            r#"{"value":"b","secure":true,"path":"/x"}"#,
            "__Host-",
        ),
        (
            "__Host-a",
            r#"{"value":"b","secure":true,"path":null}"#,
            "__Host-",
        ),
        ("__Host-a", r#"{"value":"b"}"#, "__Host-"),
        (
            "__Secure-a",
            r#"{"value":"b"}"#,
            "__Secure- cookie without Secure",
        ),
        ("__HOST-a", r#"{"value":"b","secure":true}"#, "spelt"),
        (
            "a",
            r#"{"value":"b","max_age":1,"expires":"2030-01-01T00:00:00Z"}"#,
            "not both",
        ),
        ("a", r#"{"value":"b","expires":"soon"}"#, "instant"),
        ("a", r#"{"value":"b","max_age":1e300}"#, "number of seconds"),
        ("a", r#"{"value":"b;c"}"#, "semicolon"),
        ("a", r#"{"value":"b c"}"#, "no space"),
        ("a", r#"{"value":"b,c","protection":"signed"}"#, "comma"),
        ("a", r#"{"value":"b\\c"}"#, "backslash"),
        ("a", r#"{"value":"\"b\""}"#, "quote"),
        ("a", r#"{"value":"b\r\nSet-Cookie: c=d"}"#, "control"),
        ("a", r#"{"value":"b\u0000"}"#, "control"),
        ("a", r#"{"value":"\u00e4"}"#, "ASCII"),
        ("a", r#"{"value":"b","path":"x"}"#, "begins with /"),
        ("a", r#"{"value":"b","path":"/x; Secure"}"#, "semicolons"),
        (
            "a",
            r#"{"value":"b","domain":"a.test; Secure"}"#,
            "host name",
        ),
        ("a", r#"{"value":"b","domain":""}"#, "host name"),
        (
            "a",
            r#"{"value":"b","protection":"magic"}"#,
            "plain, signed or private",
        ),
        ("a%20b", r#"{"value":"b"}"#, "letters, digits"),
        ("a%3Db", r#"{"value":"b"}"#, "letters, digits"),
        ("a%0D%0AX", r#"{"value":"b"}"#, "letters, digits"),
        ("%C3%A4", r#"{"value":"b"}"#, "letters, digits"),
    ] {
        let path = format!("/cookies/{name}");
        let answer = server.send(&mut Browser::default(), "PUT", &path, Some(body));
        let answer = answer.expect(422);
        assert!(answer.detail().contains(reason), "{body}: {answer:?}");
        assert!(answer.set_cookies().is_empty(), "{body}");
        assert!(answer.head.contains("application/problem+json"));
    }
}

#[test]
fn what_is_no_request_of_the_api_is_400() {
    let server = Server::new(&[]);
    for body in [
        "",
        "{}",
        "[]",
        r#"["b"]"#,
        r#"{"value":1}"#,
        r#"{"value":null}"#,
        r#"{"value":"b","secure":"yes"}"#,
        r#"{"value":"b","secure":null}"#,
        r#"{"value":"b","max_age":"60"}"#,
        r#"{"value":"b","max_age":1e999}"#,
        // Not known, and the cookie would be weaker than was meant.
        r#"{"value":"b","same_site":"Lax"}"#,
        r#"{"value":"b","HttpOnly":true}"#,
        r#"{"value":"b","value":"c"}"#,
    ] {
        let answer = server.send(&mut Browser::default(), "PUT", "/cookies/a", Some(body));
        assert!(answer.expect(400).set_cookies().is_empty(), "{body}");
    }
}

#[test]
fn the_login_cookie_is_out_of_reach() {
    let server = Server::new(&[]);
    let mut browser = server.log_in();
    let names = [
        "__Host-login",
        "__Host-Login",
        "__HOST-LOGIN",
        "__host-login",
        "__%48ost-login",
        "__Secure-login",
        "__Http-login",
        "__Host-Http-login",
        "__Host-cookies",
        "__secure-Cookies",
    ];
    for name in names {
        let path = format!("/cookies/{name}");
        for (method, body) in [
            (
                "PUT",
                Some(r#"{"value":"b","secure":true,"httponly":true}"#),
            ),
            ("DELETE", None),
            ("GET", None),
        ] {
            let answer = server.send(&mut browser, method, &path, body).expect(422);
            assert!(answer.detail().contains("belongs to the server"), "{name}");
            assert!(answer.set_cookies().is_empty(), "{name}");
        }
    }
    let put = Some(r#"{"value":"b"}"#);
    server
        .send(&mut browser, "PUT", "/cookies/login", put)
        .expect(204);
    let listed = server
        .send(&mut browser, "GET", "/cookies", None)
        .expect(200);
    assert!(listed.body.contains(r#""name":"login""#) && !listed.body.contains("__Host"));
    server
        .send(&mut browser, "DELETE", "/cookies/login", None)
        .expect(204);
    assert_eq!(server.me(&browser), 200);
}

#[test]
fn another_site_sets_and_deletes_nothing() {
    let server = Server::new(&[]);
    let body = Some(r#"{"value":"planted"}"#);
    for line in [
        "Origin: https://evil.test\r\n",
        "Origin: null\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
    ] {
        for (method, body) in [("PUT", body), ("DELETE", None)] {
            let answer = send(
                server.address(),
                method,
                "/cookies/a",
                line.as_bytes(),
                body,
            );
            assert!(answer.expect(403).set_cookies().is_empty(), "{line}");
        }
    }
    let lines = b"Content-Type: text/plain\r\nContent-Length: 11\r\n\r\n{\"value\":1}";
    let answer = send(server.address(), "PUT", "/cookies/a", lines, None);
    assert!(answer.expect(415).set_cookies().is_empty());
}

#[test]
fn other_methods_are_told_which_there_are() {
    let server = Server::new(&[]);
    for (path, allow) in [
        ("/cookies", "GET, HEAD"),
        ("/cookies/a", "GET, HEAD, PUT, DELETE"),
    ] {
        let answer = server.raw("POST", path, b"").expect(405);
        assert!(
            answer.head.contains(&format!("allow: {allow}")),
            "{answer:?}"
        );
    }
    server.raw("HEAD", "/cookies", b"").expect(200);
}

/// actix-http hands both over with a body that never ends.
#[test]
fn what_follows_an_upgrade_or_connect_is_no_body() {
    use std::io::{Read, Write};

    let server = Server::new(&[]);
    let line = server.log_in().line();
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    for (head, status) in [
        (format!("GET /me HTTP/1.1\r\n{upgrade}{line}"), "200"),
        (format!("GET /me HTTP/1.1\r\n{upgrade}"), "401"),
        (format!("POST /logout HTTP/1.1\r\n{upgrade}"), "204"),
        ("CONNECT good.test:443 HTTP/1.1\r\n".to_owned(), "405"),
        ("CONNECT /me HTTP/1.1\r\n".to_owned(), "405"),
    ] {
        let mut connection = std::net::TcpStream::connect(server.address()).unwrap();
        let request = format!("{head}Host: {}\r\n\r\n", server.address());
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        let first = answer.lines().next().unwrap_or_default();
        assert_eq!(first.split(' ').nth(1), Some(status), "{head}: {first}");
        assert_eq!(status == "405", answer.contains("\r\nallow: "), "{head}");
    }
}

#[test]
fn where_there_is_nothing_it_is_said_what_there_is() {
    let server = Server::new(&[]);
    let answer = server.raw("GET", "/", b"").expect(404);
    assert!(answer.detail().contains("GET /openapi.json"));
    server.raw("GET", "/openapi.json", b"").expect(200);
}
