//! For programs. `version` changes when a member goes or changes its meaning.

use serde_json::{Value, json};

use super::rerun;
use crate::outcome::Outcome;
use crate::run::{Finding, Report};

const VERSION: u32 = 1;

/// The whole report. `command` is what ran it.
#[must_use]
pub fn to_json(report: &Report, command: &str) -> Value {
    let count = |name: &str| {
        report
            .findings
            .iter()
            .filter(|f| f.outcome.name() == name)
            .count()
    };
    json!({
        "version": VERSION,
        "target": report.target,
        "mechanism": report.mechanism.name(),
        "profile": report.profile.name(),
        "summary": {
            "passed": count("pass"),
            "failed": count("fail"),
            "demonstrated": count("demonstrated"),
            "untestable": count("untestable"),
            "not_applicable": count("not applicable"),
            "broken": count("broken"),
        },
        "cases": report.findings.iter().map(|finding| case(finding, command)).collect::<Vec<_>>(),
    })
}

fn case(finding: &Finding, command: &str) -> Value {
    let case = finding.case;
    let mut entry = json!({
        "id": case.id,
        "level": case.level.name(),
        "claim": case.claim,
        "source": case.source,
        "outcome": finding.outcome.name().replace(' ', "_"),
        "milliseconds": u64::try_from(finding.took.as_millis()).unwrap_or(u64::MAX),
    });
    match &finding.outcome {
        Outcome::Pass(note) => entry["note"] = json!(note),
        Outcome::Demonstrated(figure) => {
            // Without an end the value is null: JSON has no infinity.
            let value = figure.value.is_finite().then_some(figure.value);
            entry["figure"] =
                json!({ "value": value, "unit": figure.unit, "meaning": figure.meaning });
        }
        Outcome::Untestable(seam) => entry["missing"] = json!(seam.to_string()),
        Outcome::NotApplicable(why) => entry["note"] = json!(why),
        Outcome::Fail(failure) | Outcome::Broken(failure) => {
            entry["failure"] = json!({
                "expected": failure.expected,
                "actual": failure.actual,
                "exchange": finding.exchange,
                "curl": finding.curl,
                "rerun": rerun(command, case),
            });
        }
    }
    entry
}
