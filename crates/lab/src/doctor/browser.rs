//! Which browser could show the page.

use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;

use super::{Finding, State};

/// Those that keep `Secure` cookies of plain http on `localhost`, and know `*.localhost`.
const PROGRAMS: [&str; 8] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "firefox",
    "firefox-esr",
    "microsoft-edge",
    "brave-browser",
];
const APPLICATIONS: [&str; 4] = [
    "/Applications/Google Chrome.app",
    "/Applications/Chromium.app",
    "/Applications/Firefox.app",
    "/Applications/Microsoft Edge.app",
];

pub(super) fn look() -> Finding {
    let installed = APPLICATIONS.iter().map(PathBuf::from);
    let found = on_path(env::var_os("PATH").as_deref())
        .or_else(|| installed.into_iter().find(|path| path.is_dir()));
    judged(found)
}

fn on_path(path: Option<&OsStr>) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(path?).collect();
    let mut files = PROGRAMS
        .iter()
        .flat_map(|program| folders.iter().map(move |folder| folder.join(program)));
    files.find(|file| file.is_file())
}

fn judged(found: Option<PathBuf>) -> Finding {
    match found {
        Some(path) => Finding::new("browser", State::Fine, path.display().to_string()),
        None => Finding::new("browser", State::Note, "no Chrome, Chromium, Edge or Firefox was found")
            .hint("Open the page in one of them: Safari may hold back Secure cookies of plain http. The page says BLOCKED BY BROWSER when it does."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_a_file_on_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = Some(folder.path().as_os_str());
        assert_eq!(on_path(path), None);
        assert_eq!(judged(None).state, State::Note);
        let program = folder.path().join("firefox");
        std::fs::write(&program, "").unwrap();
        assert_eq!(on_path(path), Some(program.clone()));
        assert_eq!(judged(Some(program)).state, State::Fine);
    }
}
