//! The binary: what it says, where, and how it ends.
#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};

fn server(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_session-state"));
    command
        .args(arguments)
        .env_remove("REDIS_URL")
        .stdin(Stdio::null());
    command
}

fn ended(output: &Output) -> (Option<i32>, String) {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    (output.status.code(), said)
}

#[test]
fn settings_that_make_no_sense_end_with_2() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    for (arguments, word) in [
        (&["--no-such"][..], "--no-such"),
        (&["--lifetime", "31d"], "--absolute-lifetime"),
        (&["--logins-per-account", "1001"], "--logins-per-account"),
        (&["--listen", "0.0.0.0:0"], "--key-file"),
        (&["--listen", &taken], "--listen"),
        (&["--key-file", "/no/such/file"], "key file"),
        (&["--accounts", "/no/such/folder/x"], "--accounts"),
        (&["--redis", "http://localhost"], "redis://"),
    ] {
        let (code, said) = ended(&server(arguments).output().unwrap());
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.contains(word), "{arguments:?}: {said}");
    }
}

#[cfg(unix)]
#[test]
fn without_its_redis_it_says_so_stays_up_and_refuses() {
    // Nobody listens on a port of a moment ago.
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let redis = format!("redis://:hunter2@{}", gone.local_addr().unwrap());
    drop(gone);
    let mut child = server(&["--listen", "127.0.0.1:0"])
        .env("REDIS_URL", redis)
        .env("RUST_LOG", "off")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let (_, rest) = line.split_once("http://").unwrap();
    let address = rest.split(' ').next().unwrap().to_owned();

    let mut warning = String::new();
    let mut err = BufReader::new(child.stderr.take().unwrap());
    err.read_line(&mut warning).unwrap();
    assert!(
        warning.starts_with("warning: Redis at 127.0.0.1:"),
        "{warning}"
    );
    assert!(
        warning.contains("Is it running") && warning.contains("503"),
        "{warning}"
    );
    assert!(!warning.contains("hunter2"), "{warning}");

    let mut stream = TcpStream::connect(&address).unwrap();
    let request = format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");

    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut more = String::new();
    err.read_to_string(&mut more).unwrap();
    assert_eq!(more, "", "it says it once");
}
