//! The files of this repository, read where they lie.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that are made, not written. The end of the path decides.
const MADE: [&str; 5] = [
    "target",
    ".git",
    "node_modules",
    "docs/book",
    "docker/secrets",
];

/// The repository's folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the tests' package lies one folder below the root")
}

/// Every written file, relative to the root, with forward slashes, sorted.
pub(crate) fn files() -> Vec<String> {
    let mut found = Vec::new();
    walk(root(), &mut found);
    found.sort();
    found
}

/// The files whose name ends so.
pub(crate) fn files_ending(ending: &str) -> Vec<String> {
    let mut found = files();
    found.retain(|file| file.ends_with(ending));
    found
}

/// A file's text. Everything that the checks read is UTF-8.
pub(crate) fn read(relative: &str) -> String {
    let path = root().join(relative);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {relative}: {error}"))
}

/// Whether the repository has that file or folder.
pub(crate) fn exists(relative: &str) -> bool {
    root().join(relative).exists()
}

fn walk(folder: &Path, found: &mut Vec<String>) {
    let entries = fs::read_dir(folder).expect("a folder of the repository can be listed");
    for entry in entries {
        let path: PathBuf = entry.expect("an entry can be read").path();
        if path.is_dir() {
            if !MADE.iter().any(|made| path.ends_with(made)) {
                walk(&path, found);
            }
        } else {
            let relative = path.strip_prefix(root()).expect("walked from the root");
            found.push(relative.to_string_lossy().replace('\\', "/"));
        }
    }
}
