//! The binary: what it prints, where, and how it ends.
#![allow(clippy::unwrap_used)]

mod chinese;
mod completions;
mod help;
mod json;
mod keys;
#[cfg(target_os = "linux")]
mod private;
mod watch;

#[cfg(unix)]
use std::io::{BufRead, BufReader, Read};
#[cfg(unix)]
use std::process::{Child, ChildStdout};
use std::process::{Command, Output, Stdio};

fn lab(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    command
        .args(arguments)
        .env_remove("REDIS_URL")
        .stdin(Stdio::null());
    command
}

fn text(output: &[u8]) -> String {
    String::from_utf8(output.to_vec()).unwrap()
}

fn run(arguments: &[&str]) -> Output {
    lab(arguments).output().unwrap()
}

/// One that runs, its greeting, and what it prints after that.
#[cfg(unix)]
fn started(lab: &mut Command) -> (Child, String, BufReader<ChildStdout>) {
    let mut child = lab.stdout(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut greeting = String::new();
    while !greeting.contains("Ctrl-C") {
        assert_ne!(reader.read_line(&mut greeting).unwrap(), 0, "{greeting}");
    }
    (child, greeting, reader)
}

/// Asks it to stop, and waits for it.
#[cfg(unix)]
fn stop(child: &mut Child) {
    let stop = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(stop.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn it_says_where_it_is_and_stops_when_asked() {
    let (mut child, greeting, mut reader) = started(&mut lab(&["--port", "0", "--embedded"]));
    assert!(greeting.contains("http://lab.localhost:"), "{greeting}");
    assert!(greeting.contains("In this process"), "{greeting}");
    assert!(greeting.contains("/etc/hosts"), "{greeting}");
    // Not a terminal: plain text.
    assert!(!greeting.contains('\u{1b}'), "{greeting}");
    stop(&mut child);
    let mut rest = String::new();
    reader.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

#[test]
fn wrong_settings_end_with_2_and_a_sentence() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = run(&["--embedded", "--port", &port]);
    assert_eq!(
        (output.status.code(), text(&output.stdout)),
        (Some(2), String::new())
    );
    assert!(text(&output.stderr).contains("--port"));

    let output = run(&["--redis", "redis://user:hunter2@127.0.0.1"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.contains("REDIS_URL") && !said.contains("hunter2"),
        "{said}"
    );

    // A class without encryption, on no address in particular, or in halves.
    let class = ["up", "--class", "--listen"];
    for (more, word) in [
        (&["127.0.0.1:0"][..], "--tls"),
        (&["0.0.0.0:8443", "--tls"], "hostname -I"),
        (&["192.0.2.1:8443", "--tls", "--rooms", "0"], "--rooms"),
        (&["127.0.0.1:65500", "--tls"], "65535"),
        (
            &["127.0.0.1:8443", "--tls", "--port", &port],
            "--port is for",
        ),
    ] {
        let output = run(&[&class, more].concat());
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        let said = text(&output.stderr);
        assert!(said.contains(word), "{said}");
    }
    // What only a class has. The port is taken: where this were ignored, it would still not start.
    for more in [
        &["--listen", "127.0.0.1:8443"][..],
        &["--tls"],
        &["--rooms", "3"],
        &["--rooms-per-address", "2"],
        &["--idle", "10m"],
    ] {
        let output = run(&[&["up", "--embedded", "--port", &port], more].concat());
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        let said = text(&output.stderr);
        assert!(said.contains("--class"), "{more:?}: {said}");
    }

    let output = lab(&["--port", "0"])
        .env("REDIS_URL", "redis://127.0.0.1:1")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(5));
}

/// `lab run nosuch 2>&1 | true`: there is nobody to tell, and the exit code is the same.
#[test]
fn a_closed_standard_error_changes_no_exit_code() {
    for (arguments, code) in [
        (&["run", "nosuch"][..], 2),
        (&["attack", "nosuch"], 2),
        (&["--embedded", "--redis", "redis://127.0.0.1"], 2),
        (&["reset", "--port", "1"], 3),
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status = lab(arguments).stderr(writer).status().unwrap();
        assert_eq!(status.code(), Some(code), "{arguments:?}");
    }
}

#[test]
fn two_stores_are_one_too_many() {
    let both = run(&["--embedded", "--redis", "redis://127.0.0.1"]);
    assert_eq!(both.status.code(), Some(2));
    let said = text(&both.stderr);
    assert!(said.contains("--embedded keeps"), "{said}");
    // The variable is for all of a shell, and may be overruled.
    let mut doctor = lab(&["doctor", "--embedded", "--json"]);
    let doctor = doctor.env("REDIS_URL", "redis://127.0.0.1:1").output();
    assert_ne!(doctor.unwrap().status.code(), Some(5));
}

#[test]
fn the_doctor_looks_at_the_port_that_is_asked_for() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ask = || {
        let output = run(&["doctor", "--embedded", "--json", "--port", &port]);
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let says = found["findings"][0]["says"].as_str().unwrap().to_owned();
        (output.status.code(), says)
    };
    assert_eq!(
        ask(),
        (Some(1), format!("something else listens on {port}"))
    );
    drop(taken);
    assert_eq!(ask(), (Some(0), format!("{port} is free")));
}

#[test]
fn there_is_nothing_to_reset_where_no_lab_runs() {
    // A port that was free a moment ago.
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    drop(other);
    let output = run(&["reset", "--port", &port]);
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains(&port));
}
