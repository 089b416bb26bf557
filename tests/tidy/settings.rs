//! The settings table on each server's page is what `--help` says.

use crate::binaries::without_environment;
use crate::{assert_found, assert_none, tree};
use clap::{Command, CommandFactory};
use std::collections::BTreeMap;

/// The rows of the table: flag, variable and default, without backticks.
fn rows(page: &str) -> BTreeMap<String, [String; 2]> {
    page.lines()
        .filter_map(|line| line.strip_prefix("| `--"))
        .map(|line| {
            let cells: Vec<String> = line.split('|').map(|c| c.trim().replace('`', "")).collect();
            let cell = |at: usize| cells.get(at).cloned().unwrap_or_default();
            (cell(0), [cell(1), cell(2)])
        })
        .collect()
}

fn faults(file: &str, page: &str, command: &Command) -> Vec<String> {
    let mut rows = rows(page);
    let mut findings = Vec::new();
    for argument in command.get_arguments() {
        let Some(flag) = argument.get_long() else {
            continue;
        };
        if ["help", "version"].contains(&flag) {
            continue;
        }
        let Some([variable, default]) = rows.remove(flag) else {
            findings.push(format!("{file} does not list --{flag}"));
            continue;
        };
        let real = argument
            .get_env()
            .map(|name| name.to_string_lossy())
            .unwrap_or_default();
        if variable != real {
            findings.push(format!("{file}: the variable of --{flag} is {real:?}"));
        }
        let takes_value = argument.get_action().takes_values();
        let real = argument.get_default_values().first();
        let is_told = |real: &&clap::builder::OsStr| default == real.to_string_lossy();
        if let Some(real) = real.filter(|real| takes_value && !is_told(real)) {
            findings.push(format!(
                "{file}: the default of --{flag} is {}",
                real.display()
            ));
        }
    }
    findings.extend(
        rows.keys()
            .map(|flag| format!("{file} lists --{flag}, which is no setting")),
    );
    findings
}

#[test]
fn each_server_page_lists_its_settings() {
    let servers = [
        (
            "docs/src/cookie-state.md",
            cookie_state::Settings::command(),
        ),
        (
            "docs/src/session-state.md",
            session_state::Settings::command(),
        ),
        ("docs/src/jwt-state.md", jwt_state::Settings::command()),
        ("docs/src/auth-chain.md", auth_chain::Settings::command()),
    ];
    let mut findings = Vec::new();
    for (file, command) in &servers {
        findings.extend(faults(file, &tree::read(file), command));
    }
    assert_none(&findings);

    let (file, command) = &servers[0];
    let broken = "| `--listen` | `LISTEN` | |\n| `--attic` | | |\n\
                  | `--profile` | `STATELAB_PROFILE` | `stateless` | |\n";
    let findings = faults(file, broken, command);
    assert_found(&findings, "does not list --origin");
    assert_found(&findings, "the variable of --listen is \"STATELAB_LISTEN\"");
    assert_found(&findings, "the default of --profile is hardened");
    assert_found(&findings, "lists --attic");
    let quiet = without_environment(command.clone());
    assert!(
        quiet
            .get_arguments()
            .all(|argument| argument.get_env().is_none())
    );
}
