//! How far a learner has come, in a file of the folder: the program may end and go on.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

const FILE: &str = ".lab-watch.json";
const VERSION: u32 = 1;

/// How far a learner has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    version: u32,
    exercises: BTreeMap<String, Done>,
}

/// In one exercise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// How many hints were asked for.
    pub hints: usize,
    /// All checks passed once.
    pub solved: bool,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            version: VERSION,
            exercises: BTreeMap::new(),
        }
    }
}

impl Progress {
    /// What the folder says; nothing done where it says nothing.
    ///
    /// # Errors
    /// A sentence, when the file is not ours.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let path = file(folder);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(format!("{} cannot be read: {error}", path.display())),
            Ok(text) => text,
        };
        let read: Option<Self> = serde_json::from_str(&text).ok();
        read.filter(|read| read.version == VERSION).ok_or_else(|| {
            let path = path.display();
            format!("{path} was not written by this program; remove it to begin anew")
        })
    }

    /// In one exercise.
    pub fn of(&self, exercise: &str) -> Done {
        self.exercises.get(exercise).copied().unwrap_or_default()
    }

    /// Writes it down: whole, or not at all.
    ///
    /// # Errors
    /// A sentence, when the folder takes no file.
    pub fn set(&mut self, folder: &Path, exercise: &str, done: Done) -> Result<(), String> {
        self.exercises.insert(exercise.to_owned(), done);
        let path = file(folder);
        let written = serde_json::to_vec_pretty(self)
            .map_err(io::Error::from)
            .and_then(|text| {
                let beside = path.with_extension("json.new");
                fs::write(&beside, text)?;
                fs::rename(&beside, &path)
            });
        written.map_err(|error| format!("{} cannot be written: {error}", path.display()))
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_there_again_and_what_is_not_ours_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let mut progress = Progress::read(folder.path()).unwrap();
        let done = Done {
            hints: 2,
            solved: true,
        };
        progress.set(folder.path(), "seal", done).unwrap();
        assert_eq!(Progress::read(folder.path()).unwrap().of("seal"), done);
        assert_eq!(progress.of("other"), Done::default());
        for foreign in ["{", r#"{"version": 2, "exercises": {}}"#] {
            fs::write(file(folder.path()), foreign).unwrap();
            assert!(
                Progress::read(folder.path())
                    .unwrap_err()
                    .contains("remove it")
            );
        }
    }
}
