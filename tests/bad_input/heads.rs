//! Heads of requests: headers, media types, routes, methods, and a sweep of random bytes.

use super::{
    exchange::{MARKER, send, send_all},
    servers::Server,
};

pub(crate) fn large_headers(server: Server) -> Result<(), String> {
    let long = format!("GET /me HTTP/1.1\r\nX-Long: {}", "a".repeat(20_000));
    send(server.address, long.as_bytes(), b"")?.is(431, "headers-too-large")?;
    let bomb = format!(
        "GET /me HTTP/1.1\r\nCookie: {}",
        "a=aaaaaaaa; ".repeat(2_000)
    );
    send(server.address, bomb.as_bytes(), b"")?.is(431, "headers-too-large")?;
    send(server.address, b"GET /me HTTP/1.1", b"")?.is(401, "login-required")
}

pub(crate) fn other_media_types(server: Server) -> Result<(), String> {
    let body = br#"{"username":"alice","password":"wonderland"}"#;
    for line in [
        "Content-Type: text/plain",
        "Content-Type: text/plain; application/json",
        "Content-Type: application/x-www-form-urlencoded",
        "Content-Type: multipart/form-data; boundary=b",
        "Content-Type: application/jsonp",
        "Content-Type: ",
        "X-Nothing: 1",
    ] {
        let head = format!(
            "POST /login HTTP/1.1\r\n{line}\r\nContent-Length: {}",
            body.len()
        );
        send(server.address, head.as_bytes(), body)?
            .is(415, "unsupported-media-type")
            .map_err(|e| format!("{line}: {e}"))?;
    }
    Ok(())
}

pub(crate) fn odd_bytes(server: Server) -> Result<(), String> {
    for name in [
        "Cookie",
        "Authorization",
        "User-Agent",
        "Origin",
        "Referer",
        "X-Forwarded-For",
    ] {
        let values: &[&[u8]] = &[
            b"\xff\xfe\x80",
            b"Bearer \xff\xff",
            b"a=\xff; __Host-login=\xff; __Host-session=\xff",
            b"Bearer a.b.c",
            b"",
            b";;;=;=",
        ];
        for value in values {
            let mut head = format!("GET /me HTTP/1.1\r\n{name}: ").into_bytes();
            head.extend_from_slice(value);
            send(server.address, &head, b"")?.is(401, "login-required")?;
        }
    }
    Ok(())
}

pub(crate) fn unknown_routes(server: Server) -> Result<(), String> {
    for path in [
        "/",
        "/nothing",
        "/me/",
        "//me",
        "/ME",
        "/me;x",
        "/me/x.css",
        "/%ff",
        "/..",
        "/state/",
    ] {
        let path = format!("{path}?{MARKER}");
        send(
            server.address,
            format!("GET {path} HTTP/1.1").as_bytes(),
            b"",
        )?
        .is(404, "not-found")
        .map_err(|e| format!("{path}: {e}"))?;
    }
    Ok(())
}

pub(crate) fn wrong_methods(server: Server) -> Result<(), String> {
    for (path, methods) in [
        (
            "/login",
            &["GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"][..],
        ),
        (
            "/me",
            &["POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW"],
        ),
        ("/logout", &["GET", "HEAD", "PUT"]),
        ("/state", &["POST", "PUT", "PATCH"]),
        ("/state/a", &["GET", "POST", "PATCH"]),
        ("/expiry", &["GET", "POST"]),
        ("/healthz", &["POST", "DELETE"]),
    ] {
        for method in methods {
            let answer = send(
                server.address,
                format!("{method} {path} HTTP/1.1").as_bytes(),
                b"",
            )?;
            let fault = || format!("{method} {path}: {}", answer.text);
            if answer.status != 405 || !answer.text.to_lowercase().contains("\r\nallow: ") {
                return Err(fault());
            }
            if *method != "HEAD" {
                answer.is(405, "method-not-allowed").map_err(|_| fault())?;
            }
        }
    }
    Ok(())
}

/// Not a fuzzer: a bounded, repeatable sweep. Bytes are replaced in requests that are right.
pub(crate) fn random_bytes(server: Server) -> Result<(), String> {
    const ROUNDS: u32 = 600;
    let body = br#"{"username":"nobody","password":"nothing"}"#;
    let templates: [(Vec<u8>, &[u8]); 3] = [
        (
            b"GET /me HTTP/1.1\r\nCookie: __Host-login=abc; __Host-session=abc".to_vec(),
            b"",
        ),
        (
            b"GET /state HTTP/1.1\r\nAuthorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA".to_vec(),
            b"",
        ),
        (
            format!(
                "PUT /state/key HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}",
                body.len()
            )
            .into_bytes(),
            body,
        ),
    ];
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..ROUNDS {
        let (head, body) = &templates[round as usize % templates.len()];
        let (mut head, mut body) = (head.clone(), body.to_vec());
        for _ in 0..3 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let [byte, which, ..] = random.to_le_bytes();
            let place = (random >> 24) as usize;
            if which % 2 == 0 && !body.is_empty() {
                let at = place % body.len();
                body[at] = byte;
            } else {
                // The request line and the framing are the parser's own business.
                let from = head.windows(2).position(|w| w == b"\r\n").unwrap_or(0) + 2;
                let at = from + place % (head.len() - from);
                if byte != b'\n' && byte != b'\r' {
                    head[at] = byte;
                }
            }
        }
        // Where the framing was hit, there may be no answer; the last line sees whether it lives.
        let Ok(answer) = send_all(server.address, &head, &body) else {
            continue;
        };
        if answer.status >= 500 && answer.status != 501 {
            return Err(format!(
                "round {round}: {:?}: {}",
                String::from_utf8_lossy(&head),
                answer.text
            ));
        }
        answer.leaks_nothing()?;
    }
    send(server.address, b"GET /me HTTP/1.1", b"")?.is(401, "login-required")
}
