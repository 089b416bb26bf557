//! Which browser there is.

use std::env;
use std::path::{Path, PathBuf};

/// Chromium and the driver that belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    pub(crate) chromedriver: PathBuf,
    pub(crate) browser: PathBuf,
}

/// The first that is there is taken.
const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
const APPLICATIONS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

impl Programs {
    /// What is on the PATH, or what is missing.
    pub(crate) fn find() -> Result<Self, &'static str> {
        let browser = BROWSERS
            .iter()
            .find_map(|name| on_path(name))
            .or_else(|| {
                APPLICATIONS
                    .iter()
                    .map(PathBuf::from)
                    .find(|path| path.is_file())
            })
            .ok_or("there is no Chromium on the PATH; tests/run installs it")?;
        let chromedriver = on_path("chromedriver")
            .ok_or("there is no chromedriver on the PATH; tests/run installs it")?;
        Ok(Self {
            chromedriver,
            browser,
        })
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder: PathBuf| folder.join(name))
        .find(|file: &PathBuf| Path::is_file(file))
}
