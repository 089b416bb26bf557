//! What is sent, and what has to come back.

use super::{
    exchange::{MARKER, post_json, send},
    heads,
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
        check: heads::large_headers,
    },
    Case {
        name: "other_media_types_are_415",
        check: heads::other_media_types,
    },
    Case {
        name: "odd_bytes_in_headers_are_a_401",
        check: heads::odd_bytes,
    },
    Case {
        name: "unknown_routes_are_404",
        check: heads::unknown_routes,
    },
    Case {
        name: "wrong_methods_are_405_with_allow",
        check: heads::wrong_methods,
    },
    Case {
        name: "random_bytes_are_never_a_5xx",
        check: heads::random_bytes,
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
