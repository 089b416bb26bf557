//! What `lab run --json` prints. `version` goes up when a member goes or changes its meaning.

use lab::column::Column;
use lab::lessons::cost::{Cost, Measure};
use lab::lessons::script::{Act, Span, Switch, Text};
use lab::lessons::{Lesson, Played};
use lab::verdict::Word;
use lab::{Profile, StoreLabel};
use serde::Serialize;

use crate::exit;

const VERSION: u32 = 1;

#[derive(Serialize)]
pub(crate) struct Report {
    version: u32,
    profile: Profile,
    store: StoreLabel,
    pub(crate) lessons: Vec<LessonReport>,
}

#[derive(Serialize)]
pub(crate) struct LessonReport {
    name: &'static str,
    title: &'static Text,
    goal: &'static Text,
    pub(crate) as_expected: bool,
    pub(crate) steps: Vec<StepReport>,
    /// How many steps were not played: there is no Redis to be cut off or measured.
    pub(crate) left_out: usize,
    change: &'static Text,
}

#[derive(Serialize)]
pub(crate) struct StepReport {
    pub(crate) act: Act,
    pub(crate) account: Option<&'static str>,
    pub(crate) switch: Option<&'static Switch>,
    pub(crate) exercise: Option<&'static str>,
    /// In seconds.
    pub(crate) span: Option<Span>,
    pub(crate) ask: Option<&'static Text>,
    pub(crate) expected: Option<Verdicts>,
    pub(crate) verdicts: Option<Verdicts>,
    pub(crate) measured: Option<Measured>,
    pub(crate) as_expected: bool,
    pub(crate) explain: Option<&'static Text>,
}

/// Figures, and who has the most: as it should be, and as it came.
#[derive(Serialize)]
pub(crate) struct Measured {
    pub(crate) measure: Measure,
    pub(crate) cookie: Option<u64>,
    pub(crate) session: Option<u64>,
    pub(crate) jwt: Option<u64>,
    expected_most: &'static [Column],
    pub(crate) most: Vec<Column>,
}

impl Measured {
    fn of(measure: Measure, cost: &Cost, expected_most: &'static [Column]) -> Self {
        let [cookie, session, jwt] = cost.figures;
        Self {
            measure,
            cookie,
            session,
            jwt,
            expected_most,
            most: cost.most.clone(),
        }
    }
}

#[derive(Clone, Copy, Serialize)]
pub(crate) struct Verdicts {
    pub(crate) cookie: Word,
    pub(crate) session: Word,
    pub(crate) jwt: Word,
}

impl Verdicts {
    fn of([cookie, session, jwt]: [Word; 3]) -> Self {
        Self {
            cookie,
            session,
            jwt,
        }
    }
}

impl Report {
    pub(crate) fn new(profile: Profile, store: &StoreLabel) -> Self {
        Self {
            version: VERSION,
            profile,
            store: store.clone(),
            lessons: Vec::new(),
        }
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self.lessons.iter().all(|lesson| lesson.as_expected) {
            true => 0,
            false => exit::UNEXPECTED,
        }
    }
}

impl LessonReport {
    pub(crate) fn begun(lesson: &'static Lesson) -> Self {
        Self {
            name: &lesson.name,
            title: &lesson.title,
            goal: &lesson.goal,
            as_expected: false,
            steps: Vec::new(),
            left_out: 0,
            change: &lesson.change,
        }
    }
}

impl StepReport {
    pub(crate) fn of(played: &Played<'static>, profile: Profile) -> Self {
        let step = played.step;
        let most = step.most.as_ref().map(|most| most.of(profile));
        let measured = step.measure.zip(played.cost.as_ref()).zip(most);
        Self {
            act: step.act,
            account: step.account.as_deref(),
            switch: step.switch.as_ref(),
            exercise: step.exercise.as_deref(),
            span: step.span,
            ask: step.ask.as_ref(),
            expected: played.expected.map(Verdicts::of),
            verdicts: played.words.map(Verdicts::of),
            measured: measured.map(|((measure, cost), most)| Measured::of(measure, cost, most)),
            as_expected: played.as_expected,
            explain: step.explain.as_ref(),
        }
    }
}
