//! The `Cookie` header as strangers send it.

use crate::http::Browser;
use crate::server::Server;

/// `name=value` of a live login.
fn pair(browser: &Browser) -> String {
    format!("__Host-login={}", browser.cookies["__Host-login"])
}

fn me(server: &Server, lines: &[u8]) -> u16 {
    server.raw("GET", "/me", lines).status
}

#[test]
fn neighbours_do_no_harm() {
    let server = Server::new(&[]);
    let pair = pair(&server.log_in());
    for (before, after) in [
        (&b"=x; "[..], &b""[..]),
        (b"foo; ", b"; bar"),
        (b";;; ", b";;"),
        (b"a=\xff\xfe; ", b"; b=\xc3"),
        (b"\xff=a; ", b""),
        (b"a=\"b; ", b""),
        (b"a=b, c=d; ", b""),
        (b"$Version=1; ", b"; $Path=/"),
        (b"__host-login=x; __HOST-LOGIN=y; ", b"; __Secure-login=z"),
        (b"__%48ost-login=x; ", b"; \"__Host-login\"=y"),
        (b"\xc2\x85__Host-login=x; ", b"; __Host-login\xc2\xa0=y"),
        (b"\t ", b" \t"),
        (b"a=1\r\nCookie: ", b"\r\nCookie: b=2"),
        (b"z=\xff\r\nCookie: ", b""),
    ] {
        let line = [b"Cookie: ", before, pair.as_bytes(), after, b"\r\n"].concat();
        assert_eq!(me(&server, &line), 200, "{}", line.escape_ascii());
    }
}

#[test]
fn nothing_else_is_the_login_cookie() {
    let server = Server::new(&[]);
    let pair = pair(&server.log_in());
    let value = pair.split_once('=').unwrap().1;
    for name in [
        "__%48ost-login",
        "__host-login",
        "__HOST-login",
        "__Secure-login",
        "login",
        "\"__Host-login\"",
        "__Host-login ,",
        "\u{85}__Host-login",
        "\u{a0}__Host-login",
        "\u{2000}__Host-login",
        "=__Host-login",
        "$Version=1, __Host-login",
    ] {
        let line = format!("Cookie: {name}={value}\r\n");
        assert_eq!(me(&server, line.as_bytes()), 401, "{name}");
    }
    for value in [
        format!("\"{value}\""),
        format!("{value}%20"),
        format!("%{value}"),
    ] {
        let line = format!("Cookie: __Host-login={value}\r\n");
        assert_eq!(me(&server, line.as_bytes()), 401, "{value}");
    }
}

#[test]
fn two_logins_in_one_request_are_nobody() {
    let server = Server::new(&[]);
    let (one, other) = (pair(&server.log_in()), pair(&server.log_in()));
    for second in [other.as_str(), "__Host-login=junk", "__Host-login="] {
        for line in [
            format!("Cookie: {one}; {second}\r\n"),
            format!("Cookie: {second}; {one}\r\n"),
            format!("Cookie: {one}\r\nCookie: {second}\r\n"),
        ] {
            assert_eq!(me(&server, line.as_bytes()), 400);
            let answer = server.raw("POST", "/logout", line.as_bytes());
            assert!(answer.expect(400).set_cookies().is_empty());
        }
    }
    assert_eq!(
        me(&server, format!("Cookie: {one}; {one}\r\n").as_bytes()),
        200
    );
    assert_eq!(me(&server, format!("Cookie: {other}\r\n").as_bytes()), 200);
}

#[test]
fn a_cookie_bomb_is_431_and_the_next_request_is_fine() {
    let server = Server::new(&[]);
    let pair = pair(&server.log_in());
    let many = |count: usize, octets: usize| {
        let cookies: Vec<String> = (0..count)
            .map(|n| format!("c{n}={}", "x".repeat(octets)))
            .collect();
        format!("Cookie: {}; {pair}\r\n", cookies.join("; "))
    };
    assert_eq!(me(&server, many(200, 10).as_bytes()), 200);
    for bomb in [many(200, 100), many(5, 4000), many(3000, 1)] {
        let answer = server.raw("GET", "/me", bomb.as_bytes()).expect(431);
        assert!(answer.body.contains("headers-too-large"));
        assert!(answer.set_cookies().is_empty());
        server.raw("GET", "/cookies", bomb.as_bytes()).expect(431);
        assert_eq!(me(&server, format!("Cookie: {pair}\r\n").as_bytes()), 200);
    }
}
