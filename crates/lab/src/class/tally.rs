//! Predictions of a class: how many said yes to which server, and nobody's name.

use std::collections::{BTreeMap, HashSet};
use std::sync::Mutex;

use serde::Deserialize;

use crate::lessons::lessons;

/// More rooms than a class has in a day.
const MOST_ANSWERS: usize = 10_000;

/// What a page tells of one prediction.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Guess {
    /// Which lesson.
    pub(crate) lesson: String,
    /// Which of its steps, from 0.
    pub(crate) step: usize,
    /// Who lets in: cookie, session, token.
    pub(crate) lets_in: [bool; 3],
}

/// One question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) answers: u32,
    pub(crate) lets_in: [u32; 3],
}

/// All that were asked.
#[derive(Debug, Default)]
pub(crate) struct Tally(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    questions: BTreeMap<(String, usize), Count>,
    /// Which room has answered which question, so that each counts once. Rooms have numbers, and
    /// what was said is not kept with them.
    given: HashSet<(u64, String, usize)>,
}

impl Tally {
    /// Counts it, once for a room; `false` for a question that is in no lesson.
    pub(crate) fn count(&self, room: u64, guess: Guess) -> bool {
        let asked = lessons()
            .iter()
            .find(|lesson| lesson.name == guess.lesson)
            .and_then(|lesson| lesson.steps.get(guess.step))
            .is_some_and(|step| step.ask.is_some());
        if !asked {
            return false;
        }
        let mut counted = self.0.lock().expect("no holder of this lock panics");
        let question = (guess.lesson.clone(), guess.step);
        let is_full = counted.given.len() >= MOST_ANSWERS;
        if is_full || !counted.given.insert((room, guess.lesson, guess.step)) {
            return true;
        }
        let count = counted.questions.entry(question).or_default();
        count.answers += 1;
        for (sum, said) in count.lets_in.iter_mut().zip(guess.lets_in) {
            *sum += u32::from(said);
        }
        true
    }

    /// By lesson and step.
    pub(crate) fn counts(&self) -> Vec<(String, usize, Count)> {
        let counted = self.0.lock().expect("no holder of this lock panics");
        let questions = counted.questions.iter();
        questions
            .map(|((lesson, step), count)| (lesson.clone(), *step, *count))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_room_counts_once_and_only_for_questions_that_are_asked() {
        let tally = Tally::default();
        let guess = |step, lets_in| Guess {
            lesson: "replay".to_owned(),
            step,
            lets_in,
        };
        assert!(tally.count(1, guess(2, [true, false, true])));
        assert!(tally.count(1, guess(2, [false, true, false])));
        assert!(tally.count(2, guess(2, [true, false, false])));
        assert!(
            !tally.count(1, guess(0, [true; 3])),
            "nothing is asked there"
        );
        assert!(!tally.count(1, guess(99, [true; 3])));
        let expected = Count {
            answers: 2,
            lets_in: [2, 0, 1],
        };
        assert_eq!(tally.counts(), [("replay".to_owned(), 2, expected)]);
    }
}
