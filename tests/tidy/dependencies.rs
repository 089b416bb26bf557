//! Each direct dependency has a reason, written down in ARCHITECTURE.md.

use crate::{assert_found, assert_none, manifests, tree};
use std::collections::BTreeSet;

const TABLE: &str = "| dependency |";

/// The names in the first column of the dependency table.
fn explained(architecture: &str) -> BTreeSet<String> {
    architecture
        .lines()
        .skip_while(|line| !line.starts_with(TABLE))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| line.split('|').nth(1))
        .flat_map(|cell| cell.split(','))
        .map(|name| name.trim().trim_matches('`').to_owned())
        .collect()
}

fn differences(declared: &BTreeSet<String>, explained: &BTreeSet<String>) -> Vec<String> {
    let missing = declared
        .difference(explained)
        .map(|name| format!("ARCHITECTURE.md does not say why {name} is here"));
    let stale = explained
        .difference(declared)
        .map(|name| format!("ARCHITECTURE.md explains {name}, which nobody uses"));
    missing.chain(stale).collect()
}

#[test]
fn each_direct_dependency_is_explained() {
    let members = manifests::members();
    let declared: BTreeSet<String> = members
        .values()
        .flat_map(manifests::Member::dependencies)
        .filter(|name| !members.contains_key(name))
        .collect();
    let explained = explained(&tree::read("ARCHITECTURE.md"));
    assert_none(&differences(&declared, &explained));

    let invented = BTreeSet::from(["left-pad".to_owned()]);
    assert_found(
        &differences(&invented, &explained),
        "does not say why left-pad",
    );
    assert_found(&differences(&invented, &explained), "which nobody uses");
}

/// What the root offers and nobody takes is a leftover.
#[test]
fn each_shared_version_is_used() {
    let members = manifests::members();
    let used: BTreeSet<String> = members
        .values()
        .flat_map(manifests::Member::dependencies)
        .collect();
    let workspace = manifests::workspace();
    let offered = workspace["workspace"]["dependencies"]
        .as_table()
        .expect("the workspace lists shared versions");
    let findings: Vec<String> = offered
        .keys()
        .filter(|name| !used.contains(*name))
        .map(|name| format!("Cargo.toml offers {name}, which no member uses"))
        .collect();
    assert_none(&findings);
}

/// Whether the source names the crate: as a path, in a `use`, or in a macro.
fn names(source: &str, dependency: &str) -> bool {
    let ident = dependency.replace('-', "_");
    source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .any(|line| {
            line.match_indices(&ident).any(|(start, _)| {
                let before = line[..start].chars().next_back();
                let after = line[start + ident.len()..].chars().next();
                let inside =
                    |edge: Option<char>| edge.is_some_and(|c| c.is_alphanumeric() || c == '_');
                !inside(before) && !inside(after)
            })
        })
}

/// A dependency that no line uses costs every clean build.
#[test]
fn each_member_uses_what_it_declares() {
    let mut findings = Vec::new();
    for member in manifests::members().values() {
        let source: String = member
            .sources()
            .iter()
            .map(|file| tree::read(file))
            .collect();
        for dependency in member.dependencies() {
            if !names(&source, &dependency) {
                findings.push(format!(
                    "{} declares {dependency} and never uses it",
                    member.name
                ));
            }
        }
    }
    assert_none(&findings);
    assert!(names("use serde_json::Value;", "serde-json"));
    assert!(!names(
        "// serde_json would do\nmy_serde_json();",
        "serde-json"
    ));
}
