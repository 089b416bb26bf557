//! Exercises: a server with a hole, and the learner mends it.
//!
//! Each is a file in `crates/lab/exercises`. Reading order: `settings` makes a command line of
//! what the learner writes, `stand` starts the server and asks it, `changes` notices that the
//! learner has saved something, `progress` is what is left of it when the program ends.

mod changes;
mod progress;
mod settings;
mod stand;

pub use changes::{Snapshot, Watched};
pub use progress::{Done, Progress};
pub use stand::{Asked, Stand};

use std::sync::LazyLock;

use harness::Case;
use serde::Deserialize;

use crate::column::Column;
use crate::lessons::script::Text;

/// The files, in the order in which they are taught.
const FILES: [&str; 4] = [
    include_str!("../../exercises/1-seal.toml"),
    include_str!("../../exercises/2-guess.toml"),
    include_str!("../../exercises/3-denylist.toml"),
    include_str!("../../exercises/4-rotation.toml"),
];

static EXERCISES: LazyLock<Vec<Exercise>> = LazyLock::new(|| {
    let read = |text: &str| toml::from_str(text).expect("a test reads each of these files");
    FILES.into_iter().map(read).collect()
});

/// A server with a hole.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// Its name on the command line, and of the file with the settings.
    pub name: String,
    /// Which server.
    pub server: Column,
    /// Checks that fail at the start and pass at the end.
    pub checks: Vec<String>,
    /// Checks that pass all the time: a server that lets nobody in is no solution.
    pub keep: Vec<String>,
    /// What the goal says of wrong passwords, for the checks that try that.
    pub wrong_passwords: Option<u64>,
    /// Its heading.
    pub title: Text,
    /// What will be true at the end.
    pub goal: Text,
    /// The settings at the start.
    pub begin: String,
    /// Settings that mend it.
    pub solution: String,
    /// In three steps, the last of which says it.
    #[serde(rename = "hint")]
    pub hints: Vec<Text>,
    /// What was learnt.
    pub why: Text,
}

impl Exercise {
    /// All of them, in the order in which they are taught.
    pub fn all() -> &'static [Self] {
        &EXERCISES
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::all().iter().find(|one| one.name == name)
    }

    /// The program whose settings are in the file.
    pub fn program(&self) -> &'static str {
        match self.server {
            Column::Cookie => "cookie-state",
            Column::Session => "session-state",
            Column::Jwt => "jwt-state",
        }
    }

    /// The checks, those that have to stay right first.
    pub fn cases(&self) -> impl Iterator<Item = &'static Case> {
        let ids = self.keep.iter().chain(&self.checks);
        ids.filter_map(|id| harness::cases().iter().find(|case| case.id == id))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_exercise_is_whole() {
        let names: HashSet<&str> = Exercise::all().iter().map(|one| &*one.name).collect();
        assert_eq!(names.len(), FILES.len());
        for exercise in Exercise::all() {
            let wanted = exercise.checks.len() + exercise.keep.len();
            assert_eq!(exercise.cases().count(), wanted, "{}", exercise.name);
            assert!(!exercise.checks.is_empty() && !exercise.keep.is_empty());
            assert_eq!(exercise.hints.len(), 3, "{}", exercise.name);
            assert!(settings::arguments(&exercise.begin).is_ok());
            assert!(settings::arguments(&exercise.solution).is_ok());
        }
    }
}
