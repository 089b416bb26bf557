//! For build servers.

use quick_junit::{NonSuccessKind, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::rerun;
use crate::outcome::Outcome;
use crate::run::{Finding, Report};

/// The whole report as JUnit XML. What was not tested is `skipped`, with the
/// reason; a broken set-up is an `error`.
///
/// # Errors
/// When the XML cannot be written.
pub fn to_junit(report: &Report, command: &str) -> Result<String, SerializeError> {
    let mut suite = TestSuite::new(format!(
        "{} {}",
        report.mechanism.name(),
        report.profile.name()
    ));
    for finding in &report.findings {
        suite.add_test_case(test_case(finding, command));
    }
    let mut xml = quick_junit::Report::new(format!("conform {}", report.target));
    xml.add_test_suite(suite);
    xml.to_string()
}

fn test_case(finding: &Finding, command: &str) -> TestCase {
    let mut said = None;
    let status = match &finding.outcome {
        Outcome::Pass(note) => {
            said.clone_from(note);
            TestCaseStatus::success()
        }
        Outcome::Demonstrated(figure) => {
            said = Some(format!("demonstrated: {figure}"));
            TestCaseStatus::success()
        }
        Outcome::Untestable(seam) => skipped(format!("untestable, missing: {seam}")),
        Outcome::NotApplicable(why) => skipped(format!("not applicable: {why}")),
        Outcome::Fail(failure) | Outcome::Broken(failure) => {
            let kind = match finding.outcome {
                Outcome::Broken(_) => NonSuccessKind::Error,
                _ => NonSuccessKind::Failure,
            };
            let mut status = TestCaseStatus::non_success(kind);
            status.set_message(format!(
                "expected: {}; actual: {}",
                failure.expected, failure.actual
            ));
            status.set_description(format!(
                "source: {}\n{}\nrun it: {}",
                finding.case.source,
                finding.exchange.as_deref().unwrap_or_default(),
                rerun(command, finding.case)
            ));
            status
        }
    };
    let mut case = TestCase::new(
        format!("{} {}", finding.case.id, finding.case.claim),
        status,
    );
    case.set_time(finding.took);
    if let Some(said) = said {
        case.set_system_out(said);
    }
    case
}

fn skipped(why: String) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(why);
    status
}
