//! Has the learner saved something? Looked at again and again: no program tells of every editor,
//! every network drive and every container, and one file or a small folder is read in no time.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// More than that is not somebody's source code.
const MOST_FILES: usize = 20_000;
const MOST_BYTES: u64 = 64 * 1024;

/// What programs make and people do not write.
const MADE: [&str; 6] = [
    "target",
    "node_modules",
    "__pycache__",
    "venv",
    "build",
    "dist",
];

/// What is looked at.
#[derive(Clone, Debug)]
pub enum Watched {
    /// The settings.
    File(PathBuf),
    /// The learner's own code.
    Folder(PathBuf),
}

/// How it was at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Snapshot {
    /// What stands in the file.
    File(Vec<u8>),
    /// When each file was written, and how long it is.
    Folder(Vec<(PathBuf, Option<SystemTime>, u64)>),
}

impl Watched {
    /// How it is now; `None` where the file is not there, as for a moment while an editor saves.
    pub fn look(&self) -> Option<Snapshot> {
        match self {
            Self::File(path) => {
                let mut content = Vec::new();
                let file = fs::File::open(path).ok()?;
                file.take(MOST_BYTES).read_to_end(&mut content).ok()?;
                Some(Snapshot::File(content))
            }
            Self::Folder(path) => {
                let mut files = Vec::new();
                walk(path, &mut files);
                files.sort();
                Some(Snapshot::Folder(files))
            }
        }
    }
}

/// Hidden files are left out, ours among them, and links are not followed.
fn walk(folder: &Path, files: &mut Vec<(PathBuf, Option<SystemTime>, u64)>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if files.len() >= MOST_FILES || name.starts_with('.') || MADE.contains(&&*name) {
            continue;
        }
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if kind.is_dir() {
            walk(&entry.path(), files);
        } else if let Ok(about) = entry.metadata() {
            files.push((entry.path(), about.modified().ok(), about.len()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_saved_is_seen_and_what_is_made_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("src");
        fs::create_dir(&path).unwrap();
        fs::create_dir(folder.path().join("target")).unwrap();
        let watched = Watched::Folder(folder.path().to_owned());
        let before = watched.look();
        fs::write(folder.path().join("target/out"), "1").unwrap();
        fs::write(folder.path().join(".lab-watch.json"), "1").unwrap();
        assert_eq!(watched.look(), before);
        fs::write(path.join("main.py"), "1").unwrap();
        assert_ne!(watched.look(), before);

        let file = Watched::File(path.join("x.toml"));
        assert_eq!(file.look(), None);
        fs::write(path.join("x.toml"), "a = 1").unwrap();
        let before = file.look();
        fs::write(path.join("x.toml"), "a = 2").unwrap();
        assert!(before.is_some() && file.look() != before);
    }
}
