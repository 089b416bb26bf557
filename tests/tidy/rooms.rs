//! Who may depend on whom, and that the three servers are built alike.

use crate::manifests::{self, Member};
use crate::{assert_found, assert_none, tree};
use std::collections::BTreeSet;

const SERVERS: [&str; 3] = ["cookie-state", "session-state", "jwt-state"];

/// What each room may depend on. A room that is not listed is a finding.
const ALLOWED: [(&str, &[&str]); 9] = [
    ("store", &[]),
    ("contract", &["store"]),
    ("cookie-state", &["contract", "store"]),
    ("session-state", &["contract", "store"]),
    ("jwt-state", &["contract", "store"]),
    (
        "auth-chain",
        &["contract", "store", "jwt-state", "session-state"],
    ),
    ("harness", &[]),
    (
        "lab",
        &[
            "contract",
            "store",
            "cookie-state",
            "session-state",
            "jwt-state",
            "harness",
        ],
    ),
    (
        "tests",
        &[
            "contract",
            "store",
            "cookie-state",
            "session-state",
            "jwt-state",
            "auth-chain",
            "harness",
            "lab",
        ],
    ),
];

fn faults(name: &str, dependencies: &[String], rooms: &BTreeSet<String>) -> Vec<String> {
    let Some((_, allowed)) = ALLOWED.iter().find(|(room, _)| *room == name) else {
        return vec![format!(
            "{name} is a new room: say in tests/tidy/rooms.rs what it may use"
        )];
    };
    dependencies
        .iter()
        .filter(|dependency| rooms.contains(*dependency))
        .filter(|dependency| !allowed.contains(&dependency.as_str()))
        .map(|dependency| format!("{name} must not depend on {dependency}"))
        .collect()
}

#[test]
fn dependencies_point_one_way() {
    let members = manifests::members();
    let rooms: BTreeSet<String> = members.keys().cloned().collect();
    let findings: Vec<String> = members
        .values()
        .flat_map(|member| faults(&member.name, &member.dependencies(), &rooms))
        .collect();
    assert_none(&findings);

    let wrong = faults("jwt-state", &["cookie-state".to_owned()], &rooms);
    assert_found(&wrong, "jwt-state must not depend on cookie-state");
    assert_found(&faults("attic", &[], &rooms), "attic is a new room");
}

/// Lines outside comments that name one of the words as a path or a string.
fn mentions(file: &str, text: &str, words: &[&str]) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let code = line.split("//").next().unwrap_or_default();
        for word in words {
            let named = code
                .split(|character: char| !(character.is_alphanumeric() || character == '_'))
                .any(|token| token == *word);
            if named {
                findings.push(format!("{file}:{number} names {word}"));
            }
        }
    }
    findings
}

fn mentions_in(member: &Member, words: &[&str]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in member.sources() {
        findings.extend(mentions(&file, &tree::read(&file), words));
    }
    findings
}

/// A suite that shares a type with the servers would not notice a renamed field.
#[test]
fn the_suite_knows_no_server() {
    let members = manifests::members();
    let words = ["cookie_state", "session_state", "jwt_state", "lab"];
    assert_none(&mentions_in(&members["harness"], &words));
    let crates = ["contract::", "store::"];
    let mut findings = Vec::new();
    for file in members["harness"].sources() {
        for (number, line) in (1..).zip(tree::read(&file).lines()) {
            let code = line.trim_start().trim_start_matches("use ");
            if crates.iter().any(|path| code.starts_with(path)) {
                findings.push(format!("{file}:{number} uses a type of the servers"));
            }
        }
    }
    assert_none(&findings);
    assert_found(
        &mentions("x.rs", "use jwt_state::Claims;", &words),
        "x.rs:1 names jwt_state",
    );
}

/// The lab watches from outside: no recording and no lesson in a server.
#[test]
fn the_servers_do_not_know_the_lab() {
    let members = manifests::members();
    let mut findings = Vec::new();
    for room in SERVERS.iter().chain(&["auth-chain", "contract", "store"]) {
        let shipped = |file: &String| file.contains("/src/");
        for file in members[*room].sources().into_iter().filter(shipped) {
            findings.extend(mentions(&file, &tree::read(&file), &["lab", "LAB"]));
        }
    }
    assert_none(&findings);
    assert_found(
        &mentions("x.rs", "if lab { record() }", &["lab"]),
        "names lab",
    );
}

/// `diff -u` of two servers is a lesson only while they have the same files. A
/// file may have parts in a folder of its own name; what one server has beyond the
/// contract is a folder with a `mod.rs`.
#[test]
fn the_three_servers_have_the_same_files() {
    let members = manifests::members();
    let mut findings = Vec::new();
    let mut names = |room: &str| -> BTreeSet<String> {
        let folder = format!("{}/src/", members[room].folder);
        let sources = members[room].sources();
        let inside: BTreeSet<String> = sources
            .iter()
            .filter_map(|file| file.strip_prefix(&folder))
            .map(str::to_owned)
            .collect();
        for part in inside.iter().filter_map(|file| file.split_once('/')) {
            let whole = [format!("{}.rs", part.0), format!("{}/mod.rs", part.0)];
            if !whole.iter().any(|file| inside.contains(file)) {
                findings.push(format!(
                    "{room}: src/{}/{} is part of no file",
                    part.0, part.1
                ));
            }
        }
        inside
            .into_iter()
            .filter(|file| !file.contains('/'))
            .collect()
    };
    let all = SERVERS.map(|room| (room, names(room)));
    let (first, expected) = &all[0];
    for (room, files) in &all[1..] {
        for file in expected.symmetric_difference(files) {
            findings.push(format!("{first} and {room} do not both have src/{file}"));
        }
    }
    assert_none(&findings);
}

/// One place for versions and lints; a member that opts out is an accident.
#[test]
fn every_room_keeps_the_shared_settings() {
    let mut findings = Vec::new();
    for member in manifests::members().values() {
        let shared = |table: &str, key: &str| {
            let value = member.manifest.get(table).and_then(|table| table.get(key));
            value.and_then(|value| value.get("workspace").or(Some(value))) == Some(&true.into())
        };
        if !shared("lints", "workspace") {
            findings.push(format!(
                "{}/Cargo.toml lacks [lints] workspace = true",
                member.folder
            ));
        }
        for key in ["version", "edition", "rust-version", "license", "publish"] {
            if !shared("package", key) {
                findings.push(format!(
                    "{}/Cargo.toml lacks {key}.workspace = true",
                    member.folder
                ));
            }
        }
    }
    let workspace = manifests::workspace();
    let package = &workspace["workspace"]["package"];
    if package.get("rust-version").is_none() {
        findings.push("the root Cargo.toml lacks rust-version".to_owned());
    }
    assert_none(&findings);
}
