//! What each `Cargo.toml` declares.

use crate::tree;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// The tables of a manifest that name dependencies.
const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// One member of the workspace.
pub(crate) struct Member {
    /// The package's name.
    pub(crate) name: String,
    /// Its folder, relative to the root.
    pub(crate) folder: String,
    /// The whole manifest.
    pub(crate) manifest: Table,
}

impl Member {
    /// The names of its direct dependencies, of every kind.
    pub(crate) fn dependencies(&self) -> Vec<String> {
        let mut names: Vec<String> = KINDS
            .iter()
            .filter_map(|kind| self.manifest.get(*kind)?.as_table())
            .flat_map(|table| table.keys().cloned())
            .collect();
        names.sort();
        names.dedup();
        names
    }

    /// The written Rust files of the package.
    pub(crate) fn sources(&self) -> Vec<String> {
        let mut files = tree::files_ending(".rs");
        files.retain(|file| file.starts_with(&format!("{}/", self.folder)));
        files
    }
}

/// The root manifest.
pub(crate) fn workspace() -> Table {
    parse("Cargo.toml")
}

/// All members, by name.
pub(crate) fn members() -> BTreeMap<String, Member> {
    let workspace = workspace();
    let folders = workspace["workspace"]["members"]
        .as_array()
        .expect("the workspace lists its members");
    folders
        .iter()
        .filter_map(Value::as_str)
        .map(|folder| {
            let manifest = parse(&format!("{folder}/Cargo.toml"));
            let name = manifest["package"]["name"]
                .as_str()
                .expect("a package has a name")
                .to_owned();
            let folder = folder.to_owned();
            (
                name.clone(),
                Member {
                    name,
                    folder,
                    manifest,
                },
            )
        })
        .collect()
}

fn parse(file: &str) -> Table {
    tree::read(file)
        .parse()
        .unwrap_or_else(|error| panic!("{file} is not TOML: {error}"))
}
