//! The example `jar`, as a runner of a public parser suite drives it.

// Clippy's setting for tests does not reach what a test calls.
#![allow(clippy::unwrap_used)]

use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Cargo builds the examples along with the tests, into a folder beside theirs.
fn example() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.join("examples")
        .join(format!("jar{}", std::env::consts::EXE_SUFFIX))
}

fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(example())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // One that refuses its arguments has ended before it reads.
    if let Err(error) = pipe.write_all(input.as_bytes()) {
        assert_eq!(error.kind(), ErrorKind::BrokenPipe);
    }
    drop(pipe);
    child.wait_with_output().unwrap()
}

#[test]
fn a_line_for_each_case() {
    let cases = r#"
{"set": [{"url": "http://a.test/", "set_cookie": ["a=1", "b=2; Secure", ""]}], "get": "http://a.test/"}
{"get": "http://a.test/"}
{"set": [{"url": "http://a.test/", "set_cookie": ["a=1; Max-Age=5"], "now": 100}], "get": {"url": "http://a.test/", "now": 104.5}}
{"set": [{"url": "http://a.test/", "set_cookie": ["a=1; Max-Age=5"], "now": "1970-01-01T00:00:10Z"}], "get": "http://a.test/", "now": 15}
{"set": [{"url": "http://a.app.localhost/", "set_cookie": ["a=1", "b=2; SameSite=None; Secure"]}], "get": {"url": "http://a.app.localhost/", "from": "http://evil.localhost/"}}
{"set": [{"url": "http://a.test/", "set_cookie": ["a=1; HttpOnly", "b=2"]}], "get": {"url": "http://a.test/", "script": true}}
{"set": [{"url": "http://a.test/", "set_cookie": [{"latin1": "a=\u00e9"}, "b=é"]}], "get": "http://a.test/"}"#;
    let output = run(&[], cases);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert_eq!(
        output.stdout,
        b"a=1\n\na=1\n\nb=2\nb=2\na=\xE9; b=\xC3\xA9\n"
    );
}

#[test]
fn what_is_no_case_is_named_and_the_others_are_answered() {
    let good =
        r#"{"set": [{"url": "http://a.test/", "set_cookie": ["a=1"]}], "get": "http://a.test/"}"#;
    let bad = [
        "nonsense",
        "{}",
        r#"{"get": "no address"}"#,
        r#"{"get": "data:text/plain,x"}"#,
        r#"{"get": "http://a.test/", "now": "soon"}"#,
        r#"{"get": "http://a.test/", "now": 1e300}"#,
        r#"{"set": [{"url": "http://a.test/", "set_cookie": [{"latin1": "春"}]}], "get": "http://a.test/"}"#,
    ];
    for bad in bad {
        let output = run(&[], &format!("{good}\n{bad}\n{good}"));
        assert_eq!(output.status.code(), Some(2), "{bad}");
        assert_eq!(output.stdout, b"a=1\n\na=1\n", "{bad}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            stderr.starts_with("jar: line 2: ") && stderr.lines().count() == 1,
            "{stderr}"
        );
    }
}

#[test]
fn a_list_of_public_suffixes_can_be_given() {
    let case = r#"{"set": [{"url": "http://a.co.test/", "set_cookie": ["a=1; Domain=co.test"]}], "get": "http://b.co.test/"}"#;
    assert_eq!(run(&[], case).stdout, b"a=1\n");
    let mut list = tempfile::NamedTempFile::new().unwrap();
    list.write_all(b"// a list\nco.test\n").unwrap();
    let path = list.path().to_str().unwrap();
    assert_eq!(run(&["--suffixes", path], case).stdout, b"\n");
    assert_eq!(
        run(&["--suffixes", "no/such/file"], case).status.code(),
        Some(2)
    );
}
