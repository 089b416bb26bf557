//! What a case is.

use crate::mechanism::Mechanism;
use crate::outcome::Verdict;
use crate::seams::Seam;
use crate::target::Target;

/// How much a claim weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Somebody gets in, or learns what is not theirs, when this is wrong.
    Must,
    /// Good practice; only `--strict` fails on it.
    Should,
    /// An answer, not a verdict.
    Observe,
}

impl Level {
    /// Its name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Observe => "observe",
        }
    }
}

/// One claim, with the code that tries it.
#[derive(Debug)]
pub struct Case {
    /// Never reused for another claim.
    pub id: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// What should be true, in one sentence.
    pub claim: &'static str,
    /// Who says so: RFC sections, numbers of OWASP ASVS 5.0, a CVE.
    pub source: &'static str,
    /// Where the claim says anything.
    pub mechanisms: &'static [Mechanism],
    /// What the target must offer; without it the case is untestable.
    pub seams: &'static [Seam],
    /// Tries it.
    pub check: fn(&Target) -> Verdict,
}
