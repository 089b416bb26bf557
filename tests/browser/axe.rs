//! axe-core, which `tests/run` installs, asked about the page as it stands.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::programs::Missing;
use super::session::Session;

/// What breaks a rule, and where.
#[derive(Debug, Deserialize)]
struct Violation {
    id: String,
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    html: String,
    failure_summary: String,
}

/// Every rule that is on by itself, and the size of targets (WCAG 2.2, 2.5.8). The iframes of the
/// columns are hidden and empty, and obey nobody but the page.
const ASK: &str = r#"
const done = arguments[arguments.length - 1];
const options = { iframes: false, resultTypes: ["violations"], rules: { "target-size": { enabled: true } } };
axe.run(document, options).then(
  ({ violations }) => done(violations.map(({ id, nodes }) => ({
    id, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })),
  }))),
  (error) => done(String(error)));"#;

/// Reads axe into the page. Script of a driver is not bound by the page's policy.
pub(crate) fn inject(tab: &Session) -> Result<()> {
    let axe = fs::read_to_string(file()).context("tests/run installs axe-core")?;
    tab.script(&axe).map(drop)
}

/// Fails with every rule that is broken.
pub(crate) fn check(tab: &Session, what: &str) -> Result<()> {
    let answer = tab.script_that_calls_back(ASK)?;
    let violations: Vec<Violation> =
        serde_json::from_value(answer.clone()).with_context(|| format!("axe says {answer}"))?;
    if violations.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = violations
        .iter()
        .flat_map(|rule| {
            rule.nodes.iter().map(|node| {
                let html: String = node.html.chars().take(200).collect();
                format!("{}: {html}\n    {}", rule.id, node.failure_summary)
            })
        })
        .collect();
    bail!("{what}: axe finds\n{}", lines.join("\n"))
}

/// What to do where it is not there.
pub(crate) fn missing() -> Option<Missing> {
    (!file().is_file()).then_some(Missing {
        what: "axe",
        reason: "there is no axe-core in target/npm; tests/run installs it",
    })
}

/// Cargo makes this folder in the target folder, wherever that is.
fn file() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("../npm/node_modules/axe-core/axe.min.js")
}
