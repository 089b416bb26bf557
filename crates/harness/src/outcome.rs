//! What can come of a case.
//!
//! A case that runs to its end returns a [`Proof`]; everything else stops it
//! early and is a [`Stop`], so that `?` reads like the sentence "or else".

use crate::http::Exchange;
use crate::seams::Seam;

/// What a case function returns.
pub type Verdict = Result<Proof, Stop>;

/// The case ran to its end.
#[derive(Clone, Debug)]
pub enum Proof {
    /// The claim holds.
    Holds,
    /// The claim holds, and something is worth saying about how.
    HoldsAnd(String),
    /// The claim cannot hold here, by design; this is what that costs.
    Demonstrated(Figure),
}

/// A measured or stated number, with the sentence that it belongs in.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What it means.
    pub meaning: String,
}

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.value, self.unit, self.meaning)
    }
}

/// The case ended early.
#[derive(Clone, Debug)]
pub enum Stop {
    /// The claim does not hold.
    Failed(Box<Failure>),
    /// Something is missing that the case needs.
    Untestable(Seam),
    /// The claim says nothing about this target.
    NotApplicable(String),
    /// The set-up did not work, so nothing was learnt.
    Broken(Box<Failure>),
}

/// Why a claim does not hold, or why a set-up broke.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What should have been.
    pub expected: String,
    /// What was.
    pub actual: String,
    /// The exchange that shows it.
    pub exchange: Option<Exchange>,
}

impl Stop {
    /// The claim does not hold, as this exchange shows.
    #[must_use]
    pub fn failed(
        expected: impl Into<String>,
        actual: impl Into<String>,
        shown: &Exchange,
    ) -> Self {
        Self::Failed(Box::new(Failure {
            expected: expected.into(),
            actual: actual.into(),
            exchange: Some(shown.clone()),
        }))
    }

    /// The claim does not hold, and no single exchange shows it.
    #[must_use]
    pub fn failed_overall(expected: impl Into<String>, actual: impl Into<String>) -> Self {
        let (expected, actual) = (expected.into(), actual.into());
        Self::Failed(Box::new(Failure {
            expected,
            actual,
            exchange: None,
        }))
    }

    /// The set-up did not work.
    #[must_use]
    pub fn broken(expected: impl Into<String>, actual: impl Into<String>) -> Self {
        let (expected, actual) = (expected.into(), actual.into());
        Self::Broken(Box::new(Failure {
            expected,
            actual,
            exchange: None,
        }))
    }

    /// The set-up did not work, as this exchange shows.
    #[must_use]
    pub fn broken_by(
        expected: impl Into<String>,
        actual: impl Into<String>,
        by: &Exchange,
    ) -> Self {
        Self::Broken(Box::new(Failure {
            expected: expected.into(),
            actual: actual.into(),
            exchange: Some(by.clone()),
        }))
    }
}

/// What stands in the report.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The claim holds; the text, when there is one, says how.
    Pass(Option<String>),
    /// The claim does not hold.
    Fail(Box<Failure>),
    /// It cannot hold, by design; the figure says what that costs.
    Demonstrated(Figure),
    /// Not tested: this is missing. Never counts as passed.
    Untestable(Seam),
    /// The claim says nothing about this target.
    NotApplicable(String),
    /// Not tested: the set-up did not work. Never counts as passed.
    Broken(Box<Failure>),
}

impl Outcome {
    /// Its name in reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Pass(_) => "pass",
            Self::Fail(_) => "fail",
            Self::Demonstrated(_) => "demonstrated",
            Self::Untestable(_) => "untestable",
            Self::NotApplicable(_) => "not applicable",
            Self::Broken(_) => "broken",
        }
    }
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Ok(Proof::Holds) => Self::Pass(None),
            Ok(Proof::HoldsAnd(note)) => Self::Pass(Some(note)),
            Ok(Proof::Demonstrated(figure)) => Self::Demonstrated(figure),
            Err(Stop::Failed(failure)) => Self::Fail(failure),
            Err(Stop::Untestable(seam)) => Self::Untestable(seam),
            Err(Stop::NotApplicable(why)) => Self::NotApplicable(why),
            Err(Stop::Broken(failure)) => Self::Broken(failure),
        }
    }
}
