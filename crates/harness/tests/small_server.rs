//! A server of somebody's who has a login and a page, and nothing else of the contract.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread;

/// Starts it on a free port. To a user name that is no string it says nothing at all.
fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://localhost:{}", listener.local_addr().unwrap().port());
    thread::spawn(move || {
        let mut sessions = Vec::new();
        for stream in listener.incoming().flatten() {
            answer(stream, &mut sessions);
        }
    });
    url
}

/// A client that goes away is no fault of the server's.
fn answer(stream: TcpStream, sessions: &mut Vec<bool>) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    while !head.ends_with("\r\n\r\n") {
        let from = head.len();
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
        let line = head[from..].to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let number = head
        .split_once("Cookie: sid=session-")
        .and_then(|(_, rest)| {
            let number: usize = rest.lines().next()?.parse().ok()?;
            sessions.get(number).map(|_| number)
        });
    let live = number.filter(|&number| sessions[number]);
    let said = if head.starts_with("POST /login ") {
        let sent: serde_json::Value = serde_json::from_slice(&body).ok()?;
        let user = sent["username"].as_str()?;
        if user == "alice" && sent["pass"] == "wonderland" {
            sessions.push(true);
            let number = sessions.len() - 1;
            format!(
                "200 OK\r\nSet-Cookie: sid=session-{number}; HttpOnly; Secure; SameSite=Lax; Path=/"
            )
        } else {
            "401 Unauthorized".to_owned()
        }
    } else if head.starts_with("GET /me ") && live.is_some() {
        let who = r#"{"user":{"username":"alice"}}"#;
        format!(
            "200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{who}",
            who.len()
        )
    } else if head.starts_with("GET /me ") {
        "401 Unauthorized".to_owned()
    } else if head.starts_with("POST /logout ") {
        if let Some(number) = live {
            sessions[number] = false;
        }
        "204 No Content".to_owned()
    } else {
        "404 Not Found".to_owned()
    };
    let end = match (said.contains("\r\n\r\n"), said.starts_with("204")) {
        (true, _) => "",
        (false, true) => "\r\n\r\n",
        (false, false) => "\r\nContent-Length: 0\r\n\r\n",
    };
    let said = format!("HTTP/1.1 {said}{end}");
    reader.get_mut().write_all(said.as_bytes()).ok()
}

/// What `conform` says of it: on standard output, and on standard error.
fn conform(routes: &str, only: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let manifest = folder.path().join("target.toml");
    let text = format!(
        "url = \"{}\"\nmechanism = \"session\"\n[fields]\npassword = \"pass\"\n[routes]\n{routes}",
        start()
    );
    std::fs::write(&manifest, text).unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_conform"))
        .arg("--target")
        .arg(&manifest)
        .args(["--only", only])
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(run.stdout), text(run.stderr))
}

#[test]
fn what_it_does_not_have_is_untestable() {
    let (report, told) = conform("", "A03,B04,D17");
    assert!(report.contains("0 failed"), "{report}");
    assert!(report.contains("0 broken"), "{report}");
    for absent in [
        "no write_state (PUT /state/{key})",
        "no delete_state (DELETE /state/{key})",
        "no end_login (DELETE /logins/{id})",
    ] {
        assert!(told.contains(absent), "{absent} is not in {told}");
    }
}

#[test]
fn what_the_manifest_names_has_to_be_there() {
    let (report, told) = conform("write_state = \"PUT /state/{key}\"\n", "A03");
    assert!(report.contains("1 broken"), "{report}");
    assert!(!told.contains("write_state"), "{told}");
    let (_, told) = conform("wirte_state = false\n", "A03");
    assert!(told.contains("`[routes]` has no `wirte_state`"), "{told}");
}

#[test]
fn a_request_without_an_answer_is_shown() {
    let (report, _) = conform("", "A07");
    assert!(
        report.contains("the connection ended before the answer"),
        "{report}"
    );
    assert!(report.contains("> POST /login HTTP/1.1"), "{report}");
    assert!(report.contains("curl -i"), "{report}");
    assert!(report.contains(r#""pass":"'"$PASS"'""#), "{report}");
}
