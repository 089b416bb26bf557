//! What `--help` says, of each verb: examples that the program understands, and how it ends.

use crate::{run, text};

const PAGE: &str = include_str!("../../../../docs/src/command-line.md");

fn help(verb: &[&str]) -> String {
    let output = run(&[verb, &["--help"]].concat());
    assert_eq!(output.status.code(), Some(0), "{verb:?}");
    text(&output.stdout)
}

/// The first words of the lines below `Commands:`.
fn verbs() -> Vec<String> {
    let help = help(&[]);
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let lines = lines.take_while(|line| !line.is_empty());
    let verbs = lines.filter(|line| !line.starts_with("   "));
    let verbs = verbs.filter_map(|line| line.split_whitespace().next());
    verbs
        .filter(|verb| *verb != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn each_verb_has_examples_its_exit_codes_and_a_place_in_the_book() {
    let verbs = verbs();
    assert!(verbs.len() >= 8, "{verbs:?}");
    for verb in &verbs {
        let help = match verb.as_str() {
            "keys" => help(&["keys", "new"]),
            verb => help(&[verb]),
        };
        assert!(help.contains("Examples:\n"), "lab {verb} --help");
        assert!(help.contains(&format!("lab {verb}")), "lab {verb} --help");
        assert!(help.contains("Exit codes: 0 "), "lab {verb} --help");
        assert!(
            PAGE.contains(&format!("`lab {verb}")),
            "lab {verb} is not in the book"
        );
        let words = help.split_whitespace();
        let flags = words.filter(|word| word.starts_with("--") && word.len() > 2);
        for flag in flags.map(|word| word.trim_matches(|c: char| !c.is_alphanumeric() && c != '-'))
        {
            let known = ["--help", "--version", "--release"].contains(&flag);
            let of_a_server = help.contains(&format!("jwt-state {flag}")) || verb == "keys";
            assert!(
                known || of_a_server || PAGE.contains(&format!("`{flag}")),
                "{flag} of lab {verb} is not in the book"
            );
        }
    }
    assert!(!help(&[]).contains('\u{1b}'), "colour where nobody looks");
}

#[test]
fn names_that_there_are_not_end_with_2_and_those_that_there_are() {
    for (verb, known) in [("run", "replay"), ("attack", "fixation")] {
        let output = run(&[verb, "no-such"]);
        assert_eq!(output.status.code(), Some(2));
        let said = text(&output.stderr);
        assert!(said.contains("`no-such`") && said.contains(known), "{said}");
        assert_eq!(text(&output.stdout), "");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_who_goes_away_is_no_fault() {
    use std::process::Stdio;

    let mut child = crate::lab(&["run", "who", "--embedded"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(
        (ended.status.code(), text(&ended.stderr)),
        (Some(0), String::new())
    );
}
