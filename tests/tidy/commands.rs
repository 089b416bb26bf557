//! Every command in the documents names a program and flags that exist.

use crate::binaries::{PROGRAMS, command};
use crate::markdown::Document;
use crate::{assert_found, assert_none, manifests, tree};
use clap::Command;

const SHELLS: [&str; 4] = ["sh", "console", "bash", "shell"];

/// A command line in a document: where it stands, and its words.
struct Line {
    number: usize,
    words: Vec<String>,
}

/// Splits at the first thing that ends a command, and drops the marks of a
/// synopsis: `[--only ID]`, `--a|--b`.
fn words(text: &str) -> Vec<String> {
    text.split_whitespace()
        .take_while(|word| !["|", "&&", ";", ">", "&", "#", "<"].contains(word))
        .flat_map(|word| word.split('|'))
        .map(|word| {
            word.trim_matches(['[', ']', '"', '\'', '…', ',', '.'])
                .to_owned()
        })
        .filter(|word| !word.is_empty())
        .skip_while(|word| is_assignment(word))
        .collect()
}

/// `NAME=value` before a command.
fn is_assignment(word: &str) -> bool {
    let name = word.split('=').next().unwrap_or_default();
    word.contains('=') && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

fn lines(document: &Document) -> Vec<Line> {
    let mut found = Vec::new();
    for block in document
        .blocks
        .iter()
        .filter(|block| SHELLS.contains(&block.language.as_str()))
    {
        let prompts = block.lines.iter().any(|(_, line)| line.starts_with("$ "));
        let mut joined = String::new();
        for (number, line) in &block.lines {
            let Some(line) = (if prompts && joined.is_empty() {
                line.strip_prefix("$ ")
            } else {
                Some(&**line)
            }) else {
                continue;
            };
            match line.strip_suffix('\\') {
                Some(start) => joined.push_str(start),
                None => {
                    joined.push_str(line);
                    found.push(Line {
                        number: *number,
                        words: words(&joined),
                    });
                    joined.clear();
                }
            }
        }
    }
    for (number, code) in document.inline_code() {
        found.push(Line {
            number,
            words: words(&code),
        });
    }
    found
}

/// The first flag that a program does not have.
fn unknown_flag(top: &Command, arguments: &[String]) -> Option<String> {
    let mut current = top;
    for word in arguments {
        if let Some(next) = current.find_subcommand(word) {
            current = next;
        } else if let Some(flag) = word.strip_prefix("--").filter(|flag| !flag.is_empty()) {
            let name = flag.split('=').next().unwrap_or_default();
            let inherited = [current, top];
            let known = ["help", "version"].contains(&name)
                || inherited
                    .iter()
                    .flat_map(|c| c.get_arguments())
                    .any(|a| a.get_long() == Some(name));
            if !known {
                return Some(format!("--{name}"));
            }
        }
    }
    None
}

fn fault(words: &[String]) -> Option<String> {
    let (program, arguments) = words.split_first()?;
    match program.as_str() {
        "cargo" => cargo_fault(arguments),
        "tests/run" => arguments
            .iter()
            .find(|word| word.starts_with("--") && !tree::read("tests/run").contains(word.as_str()))
            .map(|word| format!("tests/run has no {word}")),
        _ => {
            let command = command(program)?;
            unknown_flag(&command, arguments).map(|flag| format!("{program} has no {flag}"))
        }
    }
}

fn cargo_fault(arguments: &[String]) -> Option<String> {
    let end = arguments
        .iter()
        .position(|word| word == "--")
        .unwrap_or(arguments.len());
    let (own, passed) = arguments.split_at(end);
    let value = |short: &str, long: &str| {
        let at = own.iter().position(|word| word == short || word == long)?;
        own.get(at + 1).map(String::as_str)
    };
    let members = manifests::members();
    let package = value("-p", "--package");
    if let Some(name) = package.filter(|name| !members.contains_key(*name)) {
        return Some(format!("there is no package {name}"));
    }
    for kind in ["test", "bench"] {
        let flag = format!("--{kind}");
        let Some(name) = value(&flag, &flag) else {
            continue;
        };
        let listed = members["tests"]
            .manifest
            .get(kind)
            .and_then(toml::Value::as_array);
        let known = listed
            .into_iter()
            .flatten()
            .any(|entry| entry["name"].as_str() == Some(name));
        return (!known).then(|| format!("there is no {kind} {name}"));
    }
    if own.first().is_none_or(|verb| verb != "run") {
        return None;
    }
    let program = match (value("--bin", "--bin"), package) {
        (Some(bin), _) => bin,
        (None, Some("harness")) => "conform",
        (None, Some(package)) => package,
        (None, None) => "lab",
    };
    let Some(command) = command(program) else {
        return Some(format!("there is no program {program}"));
    };
    unknown_flag(&command, passed).map(|flag| format!("{program} has no {flag}"))
}

fn faults(file: &str, text: &str) -> Vec<String> {
    lines(&Document::parse(text))
        .iter()
        .filter_map(|line| Some(format!("{file}:{}: {}", line.number, fault(&line.words)?)))
        .collect()
}

#[test]
fn commands_in_the_documents_exist() {
    let mut findings = Vec::new();
    for file in tree::files_ending(".md") {
        findings.extend(faults(&file, &tree::read(&file)));
    }
    assert_none(&findings);

    let broken = "```console\n$ cargo run -p attic\n$ A=1 cargo run -- --no-such | cat\nlab --output\n```\n\
                  `conform URL --no-such`, `tests/run --fast`, `cargo test -p tests --test attic`, \
                  `cargo bench -p tests --bench attic`\n";
    let findings = faults("x.md", broken);
    for words in [
        "x.md:2: there is no package attic",
        "x.md:3: lab has no --no-such",
        "x.md:6: conform has no --no-such",
        "x.md:6: tests/run has no --fast",
        "x.md:6: there is no test attic",
        "x.md:6: there is no bench attic",
    ] {
        assert_found(&findings, words);
    }
    assert_eq!(findings.len(), 6, "{findings:?}");
}

/// A flag or a variable that stands alone in a sentence or a table.
fn unknown_names(file: &str, text: &str, known: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut findings = Vec::new();
    for (number, code) in Document::parse(text).inline_code() {
        let name = code.split([' ', '=']).next().unwrap_or_default();
        let is_variable = name.starts_with("STATELAB_");
        if (name.starts_with("--") || is_variable) && !known(name) {
            findings.push(format!("{file}:{number}: nothing here has {name}"));
        }
    }
    findings
}

#[test]
fn flags_and_variables_in_the_documents_exist() {
    let commands: Vec<Command> = PROGRAMS.into_iter().filter_map(command).collect();
    let script = tree::read("tests/run");
    let sources: String = tree::files_ending(".rs")
        .iter()
        .filter(|f| !f.contains("/tidy/"))
        .map(|f| tree::read(f))
        .collect();
    let known = |name: &str| {
        let flag = [name.to_owned()];
        commands.iter().any(|top| {
            let verbs = || top.get_subcommands();
            // `lab keys new` is a verb of a verb.
            let all = verbs()
                .chain(verbs().flat_map(Command::get_subcommands))
                .chain([top]);
            name.starts_with("--") && all.into_iter().any(|c| unknown_flag(c, &flag).is_none())
        }) || script.contains(name)
            || (!name.starts_with("--") && sources.contains(&format!("\"{name}\"")))
    };
    let mut findings = Vec::new();
    for file in tree::files_ending(".md") {
        findings.extend(unknown_names(&file, &tree::read(&file), &known));
    }
    assert_none(&findings);
    let broken = "`--no-such` and `STATELAB_NO_SUCH=1` but `--profile stateless`";
    let findings = unknown_names("x.md", broken, &known);
    assert_eq!(findings.len(), 2, "{findings:?}");
}
