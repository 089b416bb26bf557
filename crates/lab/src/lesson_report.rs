//! What `lab run --json` prints. `version` goes up when a member goes or changes its meaning.

use lab::lessons::script::{Act, Text};
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
    /// None where it was not played: there is no Redis to be cut off.
    pub(crate) as_expected: Option<bool>,
    pub(crate) steps: Vec<StepReport>,
    change: &'static Text,
}

#[derive(Serialize)]
pub(crate) struct StepReport {
    pub(crate) act: Act,
    pub(crate) account: Option<&'static str>,
    pub(crate) ask: Option<&'static Text>,
    pub(crate) expected: Option<Verdicts>,
    pub(crate) verdicts: Option<Verdicts>,
    pub(crate) as_expected: bool,
    pub(crate) explain: Option<&'static Text>,
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
        let mut played = self.lessons.iter().filter_map(|one| one.as_expected);
        match played.next() {
            None => exit::NO_REDIS,
            Some(first) if first && played.all(|good| good) => 0,
            Some(_) => exit::UNEXPECTED,
        }
    }
}

impl LessonReport {
    pub(crate) fn begun(lesson: &'static Lesson) -> Self {
        Self {
            name: &lesson.name,
            title: &lesson.title,
            goal: &lesson.goal,
            as_expected: None,
            steps: Vec::new(),
            change: &lesson.change,
        }
    }
}

impl StepReport {
    pub(crate) fn of(played: &Played<'static>) -> Self {
        let step = played.step;
        Self {
            act: step.act,
            account: step.account.as_deref(),
            ask: step.ask.as_ref(),
            expected: played.expected.map(Verdicts::of),
            verdicts: played.words.map(Verdicts::of),
            as_expected: played.as_expected,
            explain: step.explain.as_ref(),
        }
    }
}
