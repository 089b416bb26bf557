//! The binary: what it prints, where, and how it ends.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

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

#[cfg(unix)]
#[test]
fn it_says_where_it_is_and_stops_when_asked() {
    let mut child = lab(&["--port", "0", "--embedded"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut greeting = String::new();
    while !greeting.contains("Ctrl-C") {
        assert_ne!(reader.read_line(&mut greeting).unwrap(), 0, "{greeting}");
    }
    assert!(greeting.contains("http://lab.localhost:"), "{greeting}");
    assert!(greeting.contains("In this process"), "{greeting}");
    assert!(greeting.contains("/etc/hosts"), "{greeting}");
    // Not a terminal: plain text.
    assert!(!greeting.contains('\u{1b}'), "{greeting}");
    let stop = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(stop.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
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

    let output = lab(&["--port", "0"])
        .env("REDIS_URL", "redis://127.0.0.1:1")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(5));
}

#[test]
fn the_benchmark_measures_every_target() {
    let output = run(&["bench", "--json", "--seconds", "1", "--embedded"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["version"], 1);
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(
        rows.len(),
        12,
        "three servers, two profiles, one store, five more ways with tokens, and the bare handler"
    );
    for row in rows {
        assert!(row["requests_per_second"].as_f64().unwrap() > 0.0, "{row}");
        if cfg!(target_os = "linux") {
            assert!(
                row["server_cpu_us_per_request"].as_f64().unwrap() > 0.0,
                "{row}"
            );
        }
    }
    let bare = rows.last().unwrap();
    assert_eq!(
        (&bare["target"], &bare["profile"], &bare["store"]),
        (&"bare".into(), &Value::Null, &Value::Null)
    );
    if cfg!(target_os = "linux") {
        assert_eq!(bare["ratio_to_bare"], 1.0);
    }
    assert!(report["notes"].to_string().contains("rows are left out"));
}

#[cfg(unix)]
#[test]
fn keys_are_made_for_their_owner_and_never_over_others() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let keys = |arguments: &[&str]| {
        let mut command = lab(&["keys", "new"]);
        command.args(arguments).current_dir(&folder);
        command.output().unwrap()
    };
    let mode = |name: &str| {
        let metadata = std::fs::metadata(folder.path().join(name)).unwrap();
        metadata.permissions().mode() & 0o777
    };
    let content = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();

    let made = keys(&["--algorithm", "ES256", "--public", "keys.json"]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let set: Value = serde_json::from_str(&content("keys.json")).unwrap();
    let kid = set["keys"][0]["kid"].as_str().unwrap();
    let told = text(&made.stdout);
    assert!(told.contains(kid), "{told}");
    assert!(
        told.contains("jwt-state --signing-key signing.pem\n"),
        "{told}"
    );
    assert_eq!((mode("signing.pem"), mode("keys.json")), (0o600, 0o644));
    let first = content("signing.pem");
    assert!(
        !told.contains(first.lines().nth(1).unwrap()),
        "the key itself"
    );

    // A file that is there stays, and nothing is left of what was begun.
    for again in [
        &["--public", "other.json"][..],
        &["--out", "other.pem", "--public", "keys.json"],
    ] {
        let refused = keys(again);
        assert_eq!(refused.status.code(), Some(1));
        assert!(text(&refused.stderr).contains("is there already"));
    }
    assert_eq!(content("signing.pem"), first);
    assert!(!folder.path().join("other.json").exists());
    assert!(!folder.path().join("other.pem").exists());

    assert!(keys(&["--algorithm", "HS512"]).status.success());
    assert!(content("signing.json").contains(r#""alg":"HS512""#));
    let rsa = text(&keys(&["--algorithm", "RS384", "--out", "rsa.pem"]).stdout);
    assert!(
        rsa.contains("--signing-key rsa.pem --algorithm RS384\n"),
        "{rsa}"
    );
    assert!(keys(&["--server-key"]).status.success());
    let key = contract::settings::MasterKey::from_base64(&content("server.key"));
    assert!(key.is_ok());
    assert_eq!(
        (content("server.key").trim().len(), mode("server.key")),
        (88, 0o600)
    );

    let no_half = keys(&[
        "--algorithm",
        "HS256",
        "--out",
        "x.json",
        "--public",
        "y.json",
    ]);
    assert_eq!(no_half.status.code(), Some(1));
    assert!(!folder.path().join("x.json").exists());
    for wrong in [
        &["--algorithm", "none"][..],
        &["--server-key", "--algorithm", "ES256"],
    ] {
        assert_eq!(keys(wrong).status.code(), Some(2));
    }
}

#[test]
fn the_doctor_says_what_is_there_and_what_is_not() {
    let findings = |output: &Output| {
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().clone();
        let about: Vec<_> = findings.iter().map(|one| one["about"].clone()).collect();
        assert_eq!(about, ["port", "store", "names", "browser"]);
        findings
    };
    // A machine without Redis and without a browser: a lab starts there all the same.
    let bare = lab(&["doctor", "--json"]).env("PATH", "").output().unwrap();
    assert_eq!(bare.status.code(), Some(0), "{}", text(&bare.stdout));
    let found = findings(&bare);
    assert_eq!(found[1]["state"], "note");
    assert!(found[1]["hint"].to_string().contains("redis-server"));
    if cfg!(target_os = "linux") {
        assert_eq!(found[3]["state"], "note");
    }
    // A Redis that was named and is not there is no other Redis.
    let gone = lab(&["doctor", "--json"])
        .env("REDIS_URL", "redis://:hunter2@127.0.0.1:1")
        .output()
        .unwrap();
    assert_eq!(gone.status.code(), Some(1));
    assert_eq!(findings(&gone)[1]["state"], "trouble");
    assert!(!text(&gone.stdout).contains("hunter2"));
    let told = run(&["doctor", "--embedded"]);
    assert!(text(&told.stdout).contains("ok      store    in the lab's own process, as asked"));
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
