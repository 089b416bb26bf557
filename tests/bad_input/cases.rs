//! What is sent, and what has to come back.

use super::{
    exchange::{MARKER, post_json, send, send_all},
    servers::Server,
};

pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) check: fn(Server) -> Result<(), String>,
}

pub(crate) const ALL: &[Case] = &[
    Case {
        name: "wrong_json_is_400",
        check: wrong_json,
    },
    Case {
        name: "large_bodies_are_413",
        check: large_bodies,
    },
    Case {
        name: "an_endless_body_is_408",
        check: endless_body,
    },
    Case {
        name: "an_endless_chunked_body_is_408_and_the_end",
        check: endless_chunks,
    },
    Case {
        name: "large_headers_are_431",
        check: large_headers,
    },
    Case {
        name: "other_media_types_are_415",
        check: other_media_types,
    },
    Case {
        name: "odd_bytes_in_headers_are_a_401",
        check: odd_bytes,
    },
    Case {
        name: "unknown_routes_are_404",
        check: unknown_routes,
    },
    Case {
        name: "wrong_methods_are_405_with_allow",
        check: wrong_methods,
    },
    Case {
        name: "random_bytes_are_never_a_5xx",
        check: random_bytes,
    },
];

fn wrong_json(server: Server) -> Result<(), String> {
    let deep = "[".repeat(10_000);
    let deep_field = format!("{{\"username\":{deep}");
    let marked = format!("{{\"username\":\"{MARKER}\",\"password\":{MARKER}}}");
    let twice = r#"{"username":"a","username":"b","password":"c"}"#;
    let bodies: &[&[u8]] = &[
        b"",
        b"{",
        b"null",
        b"[]",
        b"\"alice\"",
        b"{}",
        br#"["alice","wonderland"]"#,
        br#"["alice","wonderland",true]"#,
        br#"{"username":"alice"}"#,
        br#"{"username":1,"password":2}"#,
        br#"{"username":"alice","password":1e400}"#,
        br#"{"username":"alice","password":"\ud800"}"#,
        br#"{"username":"alice","password":"x"} trailing"#,
        b"{\"username\":\"alice\",\"password\":\"\xff\xfe\"}",
        b"\x00",
        deep.as_bytes(),
        deep_field.as_bytes(),
        marked.as_bytes(),
        twice.as_bytes(),
    ];
    for body in bodies {
        let answer = post_json(server.address, "/login", body)?;
        answer.is(400, "malformed-request").map_err(|e| {
            format!(
                "{:?}: {e}",
                String::from_utf8_lossy(&body[..body.len().min(60)])
            )
        })?;
    }
    Ok(())
}

fn large_bodies(server: Server) -> Result<(), String> {
    let body = vec![b'a'; 1024 * 1024];
    post_json(server.address, "/login", &body)?.is(413, "payload-too-large")?;
    let quoted = format!(
        "{{\"username\":\"{}\",\"password\":\"x\"}}",
        "a".repeat(70_000)
    );
    post_json(server.address, "/login", quoted.as_bytes())?.is(413, "payload-too-large")?;
    let head =
        b"POST /login HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked";
    let mut chunked = format!("{:x}\r\n", body.len()).into_bytes();
    chunked.extend_from_slice(&body);
    chunked.extend_from_slice(b"\r\n0\r\n\r\n");
    send(server.address, head, &chunked)?.is(413, "payload-too-large")
}

fn endless_body(server: Server) -> Result<(), String> {
    let head = b"POST /login HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 50";
    send(server.address, head, b"{\"username\":")?.is(408, "request-timeout")
}

/// Also where the body would not be looked at: a connection must not be held for ever.
fn endless_chunks(server: Server) -> Result<(), String> {
    let check = |route: &str| {
        let head = format!("{route} HTTP/1.1\r\nTransfer-Encoding: chunked");
        let answer = send(server.address, head.as_bytes(), b"5\r\nhello\r\n")?;
        if route.starts_with("GET") || answer.status != 415 {
            answer.is(408, "request-timeout")?;
        }
        if answer.closed {
            Ok(())
        } else {
            Err(format!("{route}: the connection is still open"))
        }
    };
    let routes = ["GET /healthz", "GET /nothing", "POST /logout", "GET /me"];
    std::thread::scope(|scope| {
        let checks: Vec<_> = routes.map(|route| scope.spawn(move || check(route))).into();
        checks
            .into_iter()
            .try_for_each(|check| check.join().unwrap_or(Err("panicked".to_owned())))
    })
}

fn large_headers(server: Server) -> Result<(), String> {
    let long = format!("GET /me HTTP/1.1\r\nX-Long: {}", "a".repeat(20_000));
    send(server.address, long.as_bytes(), b"")?.is(431, "headers-too-large")?;
    let bomb = format!(
        "GET /me HTTP/1.1\r\nCookie: {}",
        "a=aaaaaaaa; ".repeat(2_000)
    );
    send(server.address, bomb.as_bytes(), b"")?.is(431, "headers-too-large")?;
    send(server.address, b"GET /me HTTP/1.1", b"")?.is(401, "login-required")
}

fn other_media_types(server: Server) -> Result<(), String> {
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

fn odd_bytes(server: Server) -> Result<(), String> {
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

fn unknown_routes(server: Server) -> Result<(), String> {
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

fn wrong_methods(server: Server) -> Result<(), String> {
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
fn random_bytes(server: Server) -> Result<(), String> {
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
