//! The test command and the CI that runs it.

use crate::{assert_none, tree};
use serde_json::Value;

fn steps(job: &Value) -> Vec<&str> {
    job["steps"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|step| step["run"].as_str())
        .collect()
}

/// What is green here is green there: the CI runs the command of the README.
#[test]
fn the_ci_runs_the_test_command() {
    let workflow: Value = serde_saphyr::from_str(&tree::read(".github/workflows/ci.yml"))
        .expect("ci.yml is YAML without duplicate keys");
    let jobs = workflow["jobs"].as_object().expect("the workflow has jobs");
    assert!(jobs.values().any(|job| steps(job).contains(&"tests/run")));
    let actions: Vec<&str> = jobs
        .values()
        .filter_map(|job| job["steps"].as_array())
        .flatten()
        .filter_map(|step| step["uses"].as_str())
        .collect();
    assert!(
        actions.iter().any(|action| action.contains("cargo-deny")),
        "{actions:?}"
    );
    let findings: Vec<String> = jobs
        .iter()
        .filter(|(_, job)| job["timeout-minutes"].as_u64().is_none())
        .map(|(name, _)| format!("the job {name} has no time limit"))
        .collect();
    assert_none(&findings);
    assert!(
        tree::read(".ci/run")
            .lines()
            .any(|line| line.ends_with("/../tests/run\""))
    );
}

/// Left out must mean failed where everything can be installed.
#[test]
fn the_test_command_leaves_nothing_out() {
    let script = tree::read("tests/run");
    assert!(script.contains("export STATELAB_REQUIRE=redis,browser,firefox,axe,interop"));
    for step in [
        "cargo fmt --all --check",
        "cargo clippy --workspace --all-targets -- -D warnings",
        "RUSTDOCFLAGS=\"-D warnings\" cargo doc --workspace --no-deps",
        "cargo test --workspace",
        "--test \"${files[@]}\"",
    ] {
        assert!(script.contains(step), "tests/run does not run {step}");
    }
}

#[cfg(unix)]
#[test]
fn scripts_can_be_executed() {
    use std::os::unix::fs::PermissionsExt;
    let mut findings = Vec::new();
    for file in tree::files() {
        let path = tree::root().join(&file);
        let is_script = std::fs::read(&path).is_ok_and(|bytes| bytes.starts_with(b"#!"));
        let mode = std::fs::metadata(&path)
            .expect("a walked file has a mode")
            .permissions()
            .mode();
        if is_script != (mode & 0o111 != 0) {
            findings.push(format!(
                "{file}: a script is executable, and nothing else is"
            ));
        }
        let checked = tree::read("tests/run").contains(&file) || file == "tests/run";
        if is_script && !checked {
            findings.push(format!("{file}: tests/run does not give it to shellcheck"));
        }
    }
    assert_none(&findings);
}

/// The licence that every manifest names is here.
#[test]
fn the_licences_are_here() {
    let names = [
        ("LICENSE-MIT", "Permission is hereby granted"),
        ("LICENSE-APACHE", "Version 2.0"),
    ];
    for (file, words) in names {
        let text = tree::read(file);
        assert!(
            text.contains(words) && text.contains("the statelab authors"),
            "{file}"
        );
    }
}
