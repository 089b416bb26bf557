//! What came of an attack.

use harness::{Finding, Outcome};
use serde::Serialize;

use super::Attack;
use crate::column::Column;
use crate::variants::Variants;
use crate::verdict::{Tone, Word};

/// What came of one attack on one column.
#[derive(Clone, Debug, Serialize)]
pub struct Tried {
    /// The attack's name.
    pub attack: &'static str,
    /// Where.
    pub column: Column,
    /// The id of the check.
    pub check: &'static str,
    /// What the check claims.
    pub claim: &'static str,
    /// Who asks for that: RFC sections, numbers of OWASP ASVS 5.0.
    pub source: &'static str,
    /// The check's outcome in the suite's words.
    pub outcome: &'static str,
    /// The verdict on the attacker; none where nothing was learnt.
    pub word: Option<Word>,
    /// What that means for the owner of the account.
    pub tone: Tone,
    /// How the server ran: the choices of its column, but for where sessions are.
    pub variants: Vec<&'static str>,
    /// The choice of that column that would make a difference, where there is one.
    pub switch: Option<&'static str>,
    /// What the outcome says beyond its name: a figure, or what was seen.
    pub remark: Option<String>,
    /// The last requests and answers, credentials masked.
    pub exchanges: Vec<String>,
    /// How long it took.
    pub took_ms: u64,
}

impl Tried {
    pub(super) fn of(
        attack: &Attack,
        column: Column,
        variants: Variants,
        finding: &Finding,
    ) -> Self {
        let (word, tone) = match &finding.outcome {
            Outcome::Pass(_) => (Some(Word::Denied), Tone::Good),
            // Known, by design, and for a time: the figure says for how long.
            Outcome::Demonstrated(_) => (Some(attack.let_in), Tone::Warn),
            Outcome::Fail(_) => (Some(attack.let_in), Tone::Bad),
            Outcome::Untestable(_) | Outcome::NotApplicable(_) | Outcome::Broken(_) => {
                (None, Tone::Neutral)
            }
        };
        let remark = match &finding.outcome {
            Outcome::Pass(note) => note.clone(),
            Outcome::Demonstrated(figure) => Some(figure.to_string()),
            Outcome::Fail(failure) | Outcome::Broken(failure) => Some(format!(
                "expected: {}; seen: {}",
                failure.expected, failure.actual
            )),
            Outcome::Untestable(seam) => Some(format!("this needs: {seam}")),
            Outcome::NotApplicable(why) => Some(why.clone()),
        };
        let is_in = matches!(tone, Tone::Warn | Tone::Bad);
        // Where sessions are says nothing: an attack has a store of its own.
        let mut chosen: Vec<_> = variants.of(column).collect();
        chosen.retain(|(setting, _)| setting.name != "store");
        // What shows the fault stands last, even where others came after it.
        let mut exchanges = finding.trail.clone();
        exchanges.extend(finding.exchange.clone());
        Self {
            attack: attack.name,
            column,
            check: finding.case.id,
            claim: finding.case.claim,
            source: finding.case.source,
            outcome: finding.outcome.name(),
            word,
            tone,
            variants: chosen.iter().map(|(_, choice)| choice.word).collect(),
            switch: attack.switch(column, variants, is_in),
            remark,
            exchanges,
            took_ms: u64::try_from(finding.took.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// As this column runs, there is nothing to aim at; the remark says why.
    pub fn is_idle(&self) -> bool {
        self.outcome == "not applicable"
    }

    /// A hole that nobody announced. What a profile is known to allow is none.
    pub fn is_surprise(&self) -> bool {
        matches!(self.outcome, "fail" | "broken")
    }
}
