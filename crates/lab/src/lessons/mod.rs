//! Lessons as data: what to do, what to predict, what comes of it, and why.
//!
//! One file for each, in `demo-client/lessons`. The page walks through it with a real browser,
//! `lab run` in the terminal, and a test plays each in both profiles and compares every verdict.
//! Reading order: [`script`] is what a lesson is, [`cost`] what it may measure, `visitor` acts in
//! place of the browser, [`play`](mod@play) walks through, [`traffic`] is what went over the wire,
//! [`drawn`] the pictures of it.

pub mod cost;
pub mod drawn;
pub mod play;
pub mod script;
pub mod traffic;
pub(crate) mod visitor;

pub use play::{Played, play};
pub use script::{Act, Language, Lesson};

use std::sync::LazyLock;

/// The files, in the order in which they are taught.
const FILES: [&str; 9] = [
    include_str!("../../../../demo-client/lessons/1-who.toml"),
    include_str!("../../../../demo-client/lessons/2-wire.toml"),
    include_str!("../../../../demo-client/lessons/3-demote.toml"),
    include_str!("../../../../demo-client/lessons/4-replay.toml"),
    include_str!("../../../../demo-client/lessons/5-forge.toml"),
    include_str!("../../../../demo-client/lessons/6-cross-site.toml"),
    include_str!("../../../../demo-client/lessons/7-gone.toml"),
    include_str!("../../../../demo-client/lessons/8-cost.toml"),
    include_str!("../../../../demo-client/lessons/9-build.toml"),
];

static LESSONS: LazyLock<Vec<Lesson>> = LazyLock::new(|| {
    let read = |text: &str| toml::from_str(text).expect("a test reads each of these files");
    FILES.into_iter().map(read).collect()
});

/// All lessons, in the order in which they are taught.
pub fn lessons() -> &'static [Lesson] {
    &LESSONS
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::exercises::Exercise;
    use crate::profile::Profile;
    use crate::variants::Variants;

    #[test]
    fn what_is_switched_measured_and_to_be_solved_is_there() {
        for lesson in lessons() {
            for step in &lesson.steps {
                let (act, name) = (step.act, &lesson.name);
                assert_eq!(step.switch.is_some(), act == Act::Switch, "{name}");
                let variants = Variants::usual(Profile::Hardened);
                let known = |switch: &script::Switch| variants.with(switch.column, &switch.choice);
                assert!(step.switch.iter().all(|switch| known(switch).is_some()));
                assert_eq!(step.exercise.is_some(), act == Act::Watch, "{name}");
                let mut exercises = step.exercise.iter();
                assert!(exercises.all(|name| Exercise::named(name).is_some()));
                // What is measured is asked, and of something that was sent.
                assert_eq!(step.measure.is_some(), step.most.is_some(), "{name}");
                assert!(step.measure.is_none() || (step.ask.is_some() && act.is_request()));
            }
            // Who plays without a Redis plays up to there.
            let needs = lesson.steps.iter().skip_while(|step| !step.needs_redis);
            assert!(
                needs.clone().all(|step| step.needs_redis),
                "{}",
                lesson.name
            );
            let left = lesson.steps.len() - needs.count();
            assert_eq!(lesson.possible(false).len(), left);
            assert!(left > 1 && lesson.possible(true).len() == lesson.steps.len());
        }
    }

    #[test]
    fn each_lesson_is_whole() {
        let names: HashSet<&str> = lessons()
            .iter()
            .map(|lesson| lesson.name.as_str())
            .collect();
        assert_eq!(names.len(), FILES.len(), "names are unique");
        for lesson in lessons() {
            let asks = lesson.steps.iter().filter(|step| step.ask.is_some());
            assert!(asks.count() > 0, "{} asks for no prediction", lesson.name);
            for step in &lesson.steps {
                let is_seen = step.act.is_request();
                assert_eq!(
                    step.expect.is_some(),
                    is_seen,
                    "{}: {:?}",
                    lesson.name,
                    step.act
                );
                assert!(
                    step.ask.is_none() || step.explain.is_some(),
                    "{}",
                    lesson.name
                );
                assert_eq!(step.account.is_some(), step.act == Act::Login);
                assert_eq!(step.span.is_some(), step.act == Act::Ahead);
                let words = |text: &str| text.split_whitespace().count();
                let short = step.explain.iter().all(|text| words(&text.en) <= 40);
                assert!(short, "{} explains in over 40 words", lesson.name);
            }
        }
    }
}
