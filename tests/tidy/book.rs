//! The book: its summary lists every page, and its excerpts can be cut.

use crate::links::resolve;
use crate::markdown::Document;
use crate::{assert_found, assert_none, tree};
use std::collections::BTreeSet;

const SOURCE: &str = "docs/src/";

#[test]
fn the_summary_lists_every_page_once() {
    let summary = Document::parse(&tree::read("docs/src/SUMMARY.md"));
    let listed: Vec<String> = summary
        .links()
        .into_iter()
        .map(|(_, target)| format!("{SOURCE}{target}"))
        .collect();
    let mut findings = Vec::new();
    for page in &listed {
        if !tree::exists(page) {
            findings.push(format!("SUMMARY.md lists {page}, which is not there"));
        }
    }
    let once: BTreeSet<&String> = listed.iter().collect();
    if once.len() != listed.len() {
        findings.push("SUMMARY.md lists a page twice".to_owned());
    }
    for page in tree::files_ending(".md") {
        let in_book = page.starts_with(SOURCE) && !page.ends_with("SUMMARY.md");
        if in_book && !listed.contains(&page) {
            findings.push(format!("SUMMARY.md does not list {page}"));
        }
    }
    assert_none(&findings);
}

#[test]
fn the_settings_of_the_book_are_toml() {
    let settings: toml::Table = tree::read("docs/book.toml")
        .parse()
        .expect("book.toml is TOML");
    assert_eq!(settings["book"]["src"].as_str(), Some("src"));
}

fn is_code(path: &str) -> bool {
    [".rs", ".js"].iter().any(|ending| path.ends_with(ending))
}

/// The directives `{{#include path:anchor}}` of a page that cannot be cut.
fn uncuttable(file: &str, text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let Some((_, rest)) = line.split_once("{{#") else {
            continue;
        };
        let directive = rest.split("}}").next().unwrap_or_default();
        let Some(target) = directive.split_whitespace().nth(1) else {
            findings.push(format!("{file}:{number} includes nothing"));
            continue;
        };
        let (path, anchor) = target.split_once(':').unwrap_or((target, ""));
        let resolved = resolve(file, path);
        if !tree::exists(&resolved) {
            findings.push(format!(
                "{file}:{number} includes {path}, which is not there"
            ));
        } else if anchor.is_empty() && !is_code(path) {
            // A whole document may be shown: it has no lines to slip.
        } else if anchor.is_empty() || anchor.starts_with(|first: char| first.is_ascii_digit()) {
            findings.push(format!(
                "{file}:{number} includes {path} without a named anchor"
            ));
        } else {
            let source = tree::read(&resolved);
            let has = |mark: &str| source.lines().any(|line| line.trim_end().ends_with(mark));
            if !has(&format!("ANCHOR: {anchor}")) || !has(&format!("ANCHOR_END: {anchor}")) {
                findings.push(format!(
                    "{file}:{number} cuts {anchor}, which {path} does not mark"
                ));
            }
        }
    }
    findings
}

/// An excerpt is cut from a file that compiles, by name, so it cannot go stale.
#[test]
fn every_excerpt_can_be_cut() {
    let mut findings = Vec::new();
    for file in tree::files_ending(".md") {
        if file.starts_with(SOURCE) {
            findings.extend(uncuttable(&file, &tree::read(&file)));
        }
    }
    assert_none(&findings);
    let absent = "{{#include ../../crates/absent.rs:a}}";
    assert_found(&uncuttable("docs/src/x.md", absent), "which is not there");
    let unmarked = "{{#include ../../Cargo.toml:nothing}}";
    assert_found(&uncuttable("docs/src/x.md", unmarked), "does not mark");
    let whole = "{{#include ../../tests/tidy/main.rs}}";
    assert_found(
        &uncuttable("docs/src/x.md", whole),
        "without a named anchor",
    );
}

/// A code block that is typed into a page can lie; one that is cut cannot.
#[test]
fn rust_in_the_book_is_cut_from_sources() {
    let mut findings = Vec::new();
    for file in tree::files_ending(".md") {
        for block in Document::parse(&tree::read(&file)).blocks {
            let cut = block
                .lines
                .iter()
                .any(|(_, line)| line.contains("{{#include"));
            let number = block.lines.first().map_or(0, |(number, _)| *number);
            if block.language == "rust" && !cut {
                findings.push(format!(
                    "{file}:{number} has Rust that no compiler has seen"
                ));
            }
        }
    }
    assert_none(&findings);
}
