//! What does not belong in a source file: length, leftovers, machine paths.

use crate::{assert_found, assert_none, tree};

/// Longer than this, a file has more than one subject.
const LONGEST: usize = 300;

/// Spelt in pieces, so that this file does not find itself.
const LEFTOVERS: [&str; 7] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("HA", "CK:"),
    concat!("to", "do!("),
    concat!("db", "g!("),
    concat!("unimple", "mented!("),
];

/// Folders of the machine on which somebody worked.
const MACHINE_PATHS: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/Us", "ers/"),
    concat!("C:\\Us", "ers"),
];

const CODE: [&str; 6] = [".rs", ".js", ".mjs", ".css", ".html", ".ts"];
const TEXT: [&str; 9] = [
    ".md",
    ".toml",
    ".yml",
    ".yaml",
    ".json",
    ".sh",
    ".svg",
    "/run",
    "Dockerfile",
];

fn is_one_of(file: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| file.ends_with(ending))
}

fn long_files(file: &str, text: &str) -> Vec<String> {
    let lines = text.lines().count();
    if lines <= LONGEST {
        return Vec::new();
    }
    vec![format!(
        "{file} has {lines} lines; over {LONGEST} it has more than one subject"
    )]
}

fn words(file: &str, text: &str, unwanted: &[&str]) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for word in unwanted {
            let alone = line.match_indices(word).any(|(start, _)| {
                !line[..start]
                    .chars()
                    .next_back()
                    .is_some_and(char::is_alphanumeric)
            });
            if alone {
                findings.push(format!("{file}:{number} says {word}"));
            }
        }
    }
    findings
}

/// `unwrap()` before the file's tests begin. Examples in comments are left out.
fn unwraps(file: &str, text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let tests_begin = lines.windows(2).position(|pair| {
        pair[0].starts_with("#[cfg(") && pair[0].contains("test") && pair[1].ends_with(" {")
    });
    let code = &lines[..tests_begin.unwrap_or(lines.len())];
    (1..)
        .zip(code)
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .filter(|(_, line)| line.contains(".unwrap()"))
        .map(|(number, _)| format!("{file}:{number} unwraps; say the invariant with expect()"))
        .collect()
}

#[test]
fn files_are_short() {
    let mut findings = Vec::new();
    for file in tree::files() {
        if is_one_of(&file, &[".rs", ".js", ".mjs"]) {
            findings.extend(long_files(&file, &tree::read(&file)));
        }
    }
    assert_none(&findings);
    assert_found(&long_files("x.rs", &"\n".repeat(301)), "x.rs has 301 lines");
}

#[test]
fn nothing_is_left_over() {
    let mut findings = Vec::new();
    for file in tree::files() {
        if is_one_of(&file, &CODE) || is_one_of(&file, &TEXT) {
            findings.extend(words(&file, &tree::read(&file), &LEFTOVERS));
        }
    }
    assert_none(&findings);
    assert_found(
        &words("x.rs", &format!("// {} later", LEFTOVERS[0]), &LEFTOVERS),
        "x.rs:1",
    );
}

#[test]
fn no_machine_path_is_written_down() {
    let mut findings = Vec::new();
    for file in tree::files() {
        if is_one_of(&file, &CODE) || is_one_of(&file, &TEXT) {
            findings.extend(words(&file, &tree::read(&file), &MACHINE_PATHS));
        }
    }
    assert_none(&findings);
    let path = format!("see {}me/notes", MACHINE_PATHS[0]);
    assert_found(&words("x.md", &path, &MACHINE_PATHS), "x.md:1");
    assert_none(&words(
        "x.md",
        &format!("accounts{}1", MACHINE_PATHS[1]),
        &MACHINE_PATHS,
    ));
}

#[test]
fn shipped_code_does_not_unwrap() {
    let mut findings = Vec::new();
    for file in tree::files_ending(".rs") {
        let shipped = file.starts_with("crates/") && file.contains("/src/");
        if shipped && !file.ends_with("/tests.rs") && !file.contains("/tests/") {
            findings.extend(unwraps(&file, &tree::read(&file)));
        }
    }
    assert_none(&findings);
    assert_found(&unwraps("x.rs", "let a = b.unwrap();"), "x.rs:1 unwraps");
    for condition in ["test", "all(test, unix)"] {
        let tests = format!("#[cfg({condition})]\nmod tests {{\n b.unwrap() }}");
        assert_none(&unwraps("x.rs", &tests));
    }
}
