//! The state of the house: what ARCHITECTURE.md promises, as tests.
//!
//! Each module holds checks that return what they found wrong, one sentence per
//! finding, so that every check can also be shown a broken example and has to
//! find the fault in it.
//!
//! * `rooms`: who depends on whom, and that the three servers are built alike;
//! * `dependencies`: the table in ARCHITECTURE.md is the truth;
//! * `sources`: length of files, words and paths that do not belong;
//! * `links`, `book`: Markdown links, the book's summary and its excerpts;
//! * `settings`: the tables of settings are what `--help` says;
//! * `commands`: every command in the documents exists, with its flags;
//! * `api`: the contract is sound and documented;
//! * `image`, `compose`: the container files, without a container engine;
//! * `automation`: the test command and the CI.

mod api;
mod automation;
mod binaries;
mod book;
mod commands;
mod compose;
mod dependencies;
mod image;
mod links;
mod manifests;
mod markdown;
mod rooms;
mod settings;
mod sources;
mod tree;

/// Fails with every finding, so that one run shows all there is to repair.
#[track_caller]
fn assert_none(findings: &[String]) {
    assert!(
        findings.is_empty(),
        "{} finding(s):\n  {}",
        findings.len(),
        findings.join("\n  ")
    );
}

/// Fails unless some finding contains the words: the check can see this fault.
#[track_caller]
fn assert_found(findings: &[String], words: &str) {
    assert!(
        findings.iter().any(|finding| finding.contains(words)),
        "no finding says {words:?}; found: {findings:?}"
    );
}
