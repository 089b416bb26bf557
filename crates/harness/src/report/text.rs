//! For people.

use std::fmt::Write as _;

use super::{no_login, rerun};
use crate::flow::A_LOGIN;
use crate::outcome::{Failure, Outcome};
use crate::run::{Finding, Report};

/// Colour or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Words only.
    Plain,
    /// The same words, coloured.
    Colour,
}

impl Style {
    fn paint(self, code: u8, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}

/// One line on one finding.
#[must_use]
pub fn finding_line(finding: &Finding, style: Style) -> String {
    let name = format!("{:<14}", finding.outcome.name());
    let code = match &finding.outcome {
        Outcome::Pass(_) => 32,
        Outcome::Fail(_) | Outcome::Broken(_) => 31,
        Outcome::Demonstrated(_) | Outcome::Untestable(_) => 33,
        Outcome::NotApplicable(_) => 2,
    };
    let remark = match &finding.outcome {
        Outcome::Pass(Some(note)) => format!(" ({note})"),
        Outcome::Demonstrated(figure) => format!(" ({figure})"),
        Outcome::Untestable(seam) => format!(" (missing: {seam})"),
        Outcome::NotApplicable(why) => format!(" ({why})"),
        Outcome::Pass(None) | Outcome::Fail(_) | Outcome::Broken(_) => String::new(),
    };
    format!(
        "{}  {}  {}{remark}",
        finding.case.id,
        style.paint(code, &name),
        finding.case.claim
    )
}

/// The whole report. `command` is what ran it, for the lines that run it again.
#[must_use]
pub fn to_text(report: &Report, command: &str, style: Style) -> String {
    let mut text = String::new();
    let mut said = false;
    for finding in &report.findings {
        let _ = writeln!(text, "{}", finding_line(finding, style));
        if let Outcome::Fail(failure) | Outcome::Broken(failure) = &finding.outcome {
            // Where nobody gets in, each check breaks on the same exchange: once
            // is enough.
            if report.no_login_worked && failure.expected == A_LOGIN {
                if said {
                    continue;
                }
                said = true;
            }
            text.push_str(&details(finding, failure, command));
        }
    }
    let (mechanism, profile) = (report.mechanism.name(), report.profile.name());
    let _ = writeln!(
        text,
        "\n{} ({mechanism}, {profile}): {}",
        report.target,
        report.headline()
    );
    if said {
        text.push_str(&no_login::hint(report));
        text.push_str("The exchange stands once, under the first broken check.\n");
    }
    text
}

fn details(finding: &Finding, failure: &Failure, command: &str) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "     source    {}", finding.case.source);
    let _ = writeln!(text, "     expected  {}", failure.expected);
    let _ = writeln!(text, "     actual    {}", failure.actual);
    for line in finding
        .exchange
        .iter()
        .flat_map(|exchange| exchange.lines())
    {
        let _ = writeln!(text, "       {line}");
    }
    if let Some(curl) = &finding.curl {
        let _ = writeln!(text, "     send it   {curl}");
    }
    let _ = writeln!(text, "     run it    {}", rerun(command, finding.case));
    text
}
