//! What the verbs print for programs: one document with its version on standard output, the
//! progress on standard error, and every member of it explained in the book.

use std::collections::BTreeSet;
use std::process::Output;

use serde_json::{Value, json};

use crate::{lab, run, text};

const PAGE: &str = include_str!("../../../../docs/src/command-line.md");

/// The document; each of its members stands in the book, in backticks.
fn document(output: &Output) -> Value {
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["version"], 1);
    let mut members = BTreeSet::new();
    collect(&document, &mut members);
    let unexplained: Vec<_> = members
        .iter()
        .filter(|member| !PAGE.contains(&format!("`{member}`")))
        .collect();
    assert!(unexplained.is_empty(), "not in the book: {unexplained:?}");
    document
}

fn collect(value: &Value, members: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (member, value) in object {
                members.insert(member.clone());
                collect(value, members);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, members)),
        _ => {}
    }
}

#[test]
fn a_lesson_as_json_has_what_was_expected_and_what_came() {
    let output = run(&[
        "run",
        "replay",
        "--profile",
        "stateless",
        "--embedded",
        "--json",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let report = document(&output);
    assert_eq!(report["store"]["kind"], "embedded");
    let lesson = &report["lessons"][0];
    assert_eq!(lesson["as_expected"], true);
    let replay = lesson["steps"].as_array().unwrap().last().unwrap();
    assert_eq!(replay["act"], "replay");
    assert_eq!(replay["verdicts"]["cookie"], "STALE");
    assert_eq!(replay["verdicts"], replay["expected"]);
    assert!(replay["ask"]["zh"].is_string());
    assert_eq!(text(&output.stderr), "replay\n");
}

#[test]
fn without_a_redis_a_lesson_is_played_up_to_where_it_needs_one() {
    let output = run(&["run", "cost", "--embedded", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let lesson = &document(&output)["lessons"][0];
    assert_eq!(
        (&lesson["as_expected"], &lesson["left_out"]),
        (&json!(true), &json!(2))
    );
    let steps = lesson["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 3);
    let weighed = &steps[1]["measured"];
    assert_eq!(weighed["most"], json!(["jwt"]));
    assert_eq!(weighed["most"], weighed["expected_most"]);
    assert!(weighed["session"].as_u64() < weighed["jwt"].as_u64());
}

#[test]
fn a_folder_that_cannot_be_written_is_noticed_before_anything_is_played() {
    let output = run(&["run", "--diagrams", "/dev/null/there", "--embedded"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stdout), "");
    let said = text(&output.stderr);
    assert!(said.contains("cannot write into /dev/null/there"), "{said}");
}

#[test]
fn an_attack_as_json_has_its_exchanges_and_a_summary() {
    let output = run(&["attack", "replay", "--profile", "stateless", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let report = document(&output);
    assert_eq!(report["profile"], "stateless");
    assert_eq!(report["summary"]["tried"], 3);
    assert_eq!(report["summary"]["surprises"], 0);
    assert_eq!(report["summary"]["trade_offs"], 2);
    let first = &report["attacks"][0];
    assert!(first["exchanges"][0].as_str().unwrap().contains("HTTP/1.1"));
}

#[test]
fn an_attack_is_on_the_variant_that_is_named() {
    let output = run(&["attack", "edit", "--cookie", "plain", "--json"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let report = document(&output);
    let cookie = &report["attacks"][0];
    assert_eq!(cookie["word"], "FORGED");
    assert_eq!(cookie["variants"], json!(["hardened", "plain"]));
    assert_eq!(cookie["switch"], "private");
    assert_eq!(report["summary"]["surprises"], 1);
}

#[test]
fn the_benchmark_measures_every_target() {
    let output = run(&["bench", "--json", "--seconds", "1", "--embedded"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report = document(&output);
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(
        rows.len(),
        13,
        "three servers, two profiles, one store, a cookie opened anew, five more ways with tokens, \
         and the bare handler"
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

#[test]
fn the_doctor_says_what_is_there_and_what_is_not() {
    let findings = |output: &Output| {
        let report = document(output);
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
    assert_eq!(gone.status.code(), Some(5));
    assert_eq!(findings(&gone)[1]["state"], "trouble");
    assert!(!text(&gone.stdout).contains("hunter2"));
    let told = run(&["doctor", "--embedded"]);
    assert!(text(&told.stdout).contains("ok      store    in the lab's own process, as asked"));
}
