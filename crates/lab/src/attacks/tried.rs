//! What came of an attack.

use harness::purpose::{Purpose, Step};
use harness::{Finding, Outcome};
use serde::Serialize;

use super::Attack;
use crate::column::Column;
use crate::variants::Variants;
use crate::verdict::{Tone, Word};

/// What one of its requests was for.
#[derive(Clone, Debug, Default, Serialize, PartialEq, Eq)]
pub struct For {
    /// The untouched credential: it has to be let in, or a refusal proves nothing.
    pub control: bool,
    /// What was tried, in the words of the check: how what was sent differs from the real one.
    pub tried: Option<String>,
}

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
    /// What each of them was for.
    pub purposes: Vec<For>,
    /// Which of them is the attack, or the last one of it.
    pub shown: usize,
    /// How long it took.
    pub took_ms: u64,
}

impl For {
    fn of(purpose: Option<Purpose>) -> Self {
        match purpose {
            Some(Purpose::Control) => Self {
                control: true,
                tried: None,
            },
            Some(Purpose::Attempt(what)) => Self {
                control: false,
                tried: Some(what),
            },
            None => Self::default(),
        }
    }
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
        let mut steps = finding.trail.clone();
        if let Some(fault) = &finding.exchange
            && steps.last().is_none_or(|last| last.text != *fault)
        {
            let same = steps.iter().rfind(|step| step.text == *fault);
            let purpose = same.and_then(|step| step.purpose.clone());
            steps.push(Step {
                text: fault.clone(),
                purpose,
            });
        }
        let last = steps.len().saturating_sub(1);
        let attack_at = steps
            .iter()
            .rposition(|step| matches!(step.purpose, Some(Purpose::Attempt(_))));
        // A fault may show in what came after, too.
        let shown = match finding.exchange {
            Some(_) => last,
            None => attack_at.unwrap_or(last),
        };
        let (exchanges, purposes) = steps
            .into_iter()
            .map(|step| (step.text, For::of(step.purpose)))
            .unzip();
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
            purposes,
            shown,
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
