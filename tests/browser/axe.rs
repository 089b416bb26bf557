//! axe-core, which `tests/run` installs, asked about the page as it stands.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

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
    tab.script(&format!("{}; return typeof axe", source()?))
        .map(drop)
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

fn source() -> Result<String> {
    // Cargo makes this folder in the target folder, wherever that is.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .context("there is no target folder")?;
    let file = target.join("npm/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&file).with_context(|| {
        format!(
            "cannot read {}; tests/run installs it with npm",
            file.display()
        )
    })
}
