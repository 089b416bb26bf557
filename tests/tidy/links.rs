//! Every relative link of every Markdown file leads somewhere.

use crate::markdown::Document;
use crate::{assert_found, assert_none, tree};
use std::path::{Component, Path, PathBuf};

/// A path with `.` and `..` worked out, without asking the disk.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts
}

/// What a path in a file points at, relative to the root.
pub(crate) fn resolve(file: &str, target: &str) -> String {
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    normal(&folder.join(target)).to_string_lossy().into_owned()
}

fn is_elsewhere(target: &str) -> bool {
    ["http://", "https://", "mailto:"]
        .iter()
        .any(|scheme| target.starts_with(scheme))
}

fn dead(file: &str, text: &str) -> Vec<String> {
    let document = Document::parse(text);
    let mut findings = Vec::new();
    for (number, target) in document.links() {
        if is_elsewhere(&target) {
            continue;
        }
        let (path, anchor) = target.split_once('#').unwrap_or((&target, ""));
        let resolved = if path.is_empty() {
            file.to_owned()
        } else {
            resolve(file, path)
        };
        if !path.is_empty() && !tree::exists(&resolved) {
            findings.push(format!(
                "{file}:{number} links to {target}, which is not there"
            ));
        } else if !anchor.is_empty() && resolved.ends_with(".md") {
            let there = if resolved == file {
                text.to_owned()
            } else {
                tree::read(&resolved)
            };
            if !Document::parse(&there)
                .anchors()
                .iter()
                .any(|known| known == anchor)
            {
                findings.push(format!(
                    "{file}:{number} links to {target}: no such heading"
                ));
            }
        }
    }
    findings
}

#[test]
fn relative_links_resolve() {
    let mut findings = Vec::new();
    for file in tree::files_ending(".md") {
        findings.extend(dead(&file, &tree::read(&file)));
    }
    assert_none(&findings);
    assert_found(
        &dead("README.md", "[x](nowhere.md)"),
        "nowhere.md, which is not there",
    );
    assert_found(&dead("README.md", "# A\n[x](#b)"), "no such heading");
    assert_none(&dead(
        "README.md",
        "# A b\n[x](#a-b) [y](https://example.org/z)",
    ));
}
