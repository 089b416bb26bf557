//! `conform` as a program: what it prints where, and how it ends.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::thread;

fn conform(arguments: &[&str]) -> Output {
    let run = Command::new(env!("CARGO_BIN_EXE_conform"))
        .args(arguments)
        .output();
    run.expect("the program that cargo built runs")
}

fn code(arguments: &[&str]) -> Option<i32> {
    conform(arguments).status.code()
}

/// A server that says the same to everybody.
fn parrot(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let url = format!("http://localhost:{port}");
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 8192]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    url
}

const REFUSAL: &str = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\n\
    Cache-Control: no-store\r\nContent-Length: 0\r\n\r\n";
const WELCOME: &str = "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\n\r\n\
    {\"access\":\"a\",\"refresh\":\"b\",\"user\":{\"username\":\"alice\"}}";

#[test]
fn usage_is_2_and_nothing_selected_is_4() {
    let url = "http://localhost:9";
    assert_eq!(code(&[]), Some(2));
    assert_eq!(code(&[url]), Some(2));
    assert_eq!(code(&[url, "--mechanism", "telepathy"]), Some(2));
    assert_eq!(code(&["ftp://localhost", "--mechanism", "jwt"]), Some(2));
    assert_eq!(code(&["--target", "/no/such/manifest.toml"]), Some(2));
    assert_eq!(
        code(&[url, "--mechanism", "jwt", "--only", "A01", "Z99"]),
        Some(2)
    );
    let unknown = conform(&[url, "--mechanism", "jwt", "--only", "Z99"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("`Z99`"));
    // And where nobody reads why.
    let (reader, writer) = std::io::pipe().expect("the system has pipes");
    drop(reader);
    let unheard = Command::new(env!("CARGO_BIN_EXE_conform"))
        .args(["--list", "--only", "Z99"])
        .stderr(writer)
        .status();
    assert_eq!(unheard.expect("it runs").code(), Some(2));
    assert_eq!(code(&["--list", "--only", "Z99"]), Some(2));
    assert_eq!(code(&["--list", "--only", ","]), Some(4));
    assert_eq!(
        code(&["--list", "--only", "E24", "--mechanism", "session"]),
        Some(4)
    );
}

#[test]
fn a_url_after_the_ids_is_the_url() {
    let url = parrot(REFUSAL);
    for ids in [&["--only", "D04", "D05"][..], &["--only=D04,D05"]] {
        let ended = conform(&[&["--mechanism", "session"], ids, &[&url]].concat());
        assert_eq!(ended.status.code(), Some(1), "{ids:?}");
        let report = String::from_utf8(ended.stdout).unwrap();
        assert!(report.contains("2 broken"), "{report}");
    }
}

#[test]
fn the_list_of_a_mechanism_leaves_the_others_out() {
    let list = |mechanism| {
        let ended = conform(&["--list", "--mechanism", mechanism]);
        assert_eq!(ended.status.code(), Some(0));
        String::from_utf8(ended.stdout).unwrap()
    };
    assert!(list("jwt").contains("E24  ") && !list("jwt").contains("I03  "));
    assert!(list("session").contains("I03  ") && !list("session").contains("E24  "));
}

#[test]
fn nobody_there_is_3() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let ended = conform(&[&format!("http://localhost:{free}"), "--mechanism", "jwt"]);
    assert_eq!(ended.status.code(), Some(3));
    assert!(ended.stdout.is_empty());
    assert!(
        String::from_utf8(ended.stderr)
            .unwrap()
            .contains("is the server running")
    );
}

#[test]
fn the_list_is_data() {
    let ended = conform(&["--list", "--format", "json", "--only", "D04,E24"]);
    let list: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    assert_eq!(
        (ended.status.code(), list["version"].as_u64()),
        (Some(0), Some(1))
    );
    let ids: Vec<&str> = list["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| case["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["D04", "E24"]);
}

#[test]
fn a_server_that_refuses_everything_is_not_green() {
    let url = parrot(REFUSAL);
    for mechanism in ["cookie", "session", "jwt"] {
        let ended = conform(&[&url, "--mechanism", mechanism, "--format", "json"]);
        assert_eq!(ended.status.code(), Some(1), "{mechanism}");
        let report: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
        assert_eq!(
            report["summary"]["passed"], 0,
            "{mechanism}: {}",
            report["summary"]
        );
    }
}

#[test]
fn where_no_login_works_the_exchange_stands_once() {
    let url = parrot(REFUSAL);
    let ended = conform(&[&url, "--mechanism", "session", "--only", "D04,D05,B07"]);
    let report = String::from_utf8(ended.stdout).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{report}");
    assert!(report.contains("3 broken"), "{report}");
    assert_eq!(
        report.matches("> POST /login HTTP/1.1").count(),
        1,
        "{report}"
    );
    assert!(
        report.contains("No login worked. The server refuses the user name"),
        "{report}"
    );
}

#[test]
fn a_wrong_mechanism_is_guessed_by_what_the_login_gives() {
    let token = parrot(WELCOME);
    let cookie = parrot(
        "HTTP/1.1 200 OK\r\nSet-Cookie: sid=1\r\nCache-Control: no-store\r\nContent-Length: 0\r\n\r\n",
    );
    let missing = parrot("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    for (url, mechanism, hint) in [
        (&token, "session", "--mechanism jwt instead of session?"),
        (
            &cookie,
            "jwt",
            "--mechanism session or cookie instead of jwt?",
        ),
        (&missing, "jwt", "check the URL"),
    ] {
        let ended = conform(&[url, "--mechanism", mechanism, "--only", "D04"]);
        let report = String::from_utf8(ended.stdout).unwrap();
        assert!(report.contains(hint), "{report}");
    }
    let unsaid = conform(&[&token]);
    let said = String::from_utf8(unsaid.stderr).unwrap();
    assert!(
        said.contains("--mechanism: cookie, session or jwt"),
        "{said}"
    );
    let nothing = String::from_utf8(conform(&[]).stderr).unwrap();
    assert!(nothing.contains("--target FILE"), "{nothing}");
}

#[test]
fn a_server_that_accepts_everything_is_not_green() {
    let url = parrot(WELCOME);
    let ended = conform(&[
        &url,
        "--mechanism",
        "jwt",
        "--only",
        "A01",
        "A03",
        "D04",
        "E16",
    ]);
    let report = String::from_utf8(ended.stdout).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{report}");
    assert!(report.contains("0 passed, 4 failed"), "{report}");
    // Not a terminal: no colour. And each failure says how to run it again.
    assert!(
        !report.contains('\u{1b}') && report.contains("--only A03"),
        "{report}"
    );
}
