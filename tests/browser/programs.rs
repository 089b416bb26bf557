//! Which browsers there are.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};

use super::engine::Engine;

/// Each of them, or what is missing.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    chromium: Result<Chromium, &'static str>,
    firefox: Result<PathBuf, &'static str>,
}

/// Chromium and the driver that belongs to it.
#[derive(Clone, Debug)]
pub(crate) struct Chromium {
    pub(crate) driver: PathBuf,
    pub(crate) browser: PathBuf,
}

/// What a trial lacks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Missing {
    /// As `STATELAB_REQUIRE` spells it.
    pub(crate) what: &'static str,
    /// With what to do about it.
    pub(crate) reason: &'static str,
}

/// The first that is there is taken.
const CHROMIUM: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
const CHROMIUM_APPLICATIONS: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const FIREFOX: [&str; 2] = ["firefox-esr", "firefox"];
const FIREFOX_APPLICATIONS: [&str; 1] = ["/Applications/Firefox.app/Contents/MacOS/firefox"];

impl Programs {
    /// What is on the PATH, or among the applications of macOS.
    pub(crate) fn find() -> Self {
        Self {
            chromium: chromium(),
            firefox: first(&FIREFOX, &FIREFOX_APPLICATIONS)
                .ok_or("there is no firefox-esr on the PATH; tests/run installs it"),
        }
    }

    /// Why this browser cannot be used.
    pub(crate) fn missing(&self, engine: Engine) -> Option<Missing> {
        let (what, reason) = match engine {
            Engine::Chromium => ("browser", self.chromium.as_ref().err()),
            Engine::Firefox => ("firefox", self.firefox.as_ref().err()),
        };
        reason.map(|&reason| Missing { what, reason })
    }

    pub(crate) fn chromium(&self) -> Result<&Chromium> {
        self.chromium.as_ref().map_err(|reason| anyhow!(*reason))
    }

    pub(crate) fn firefox(&self) -> Result<&Path> {
        let firefox = self.firefox.as_ref().map_err(|reason| anyhow!(*reason));
        firefox.map(PathBuf::as_path)
    }
}

fn chromium() -> Result<Chromium, &'static str> {
    let browser = first(&CHROMIUM, &CHROMIUM_APPLICATIONS)
        .ok_or("there is no Chromium on the PATH; tests/run installs it")?;
    let driver = on_path("chromedriver")
        .ok_or("there is no chromedriver on the PATH; tests/run installs it")?;
    Ok(Chromium { driver, browser })
}

fn first(names: &[&str], applications: &[&str]) -> Option<PathBuf> {
    let application = || {
        applications
            .iter()
            .map(PathBuf::from)
            .find(|path| path.is_file())
    };
    names
        .iter()
        .find_map(|name| on_path(name))
        .or_else(application)
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder: PathBuf| folder.join(name))
        .find(|file: &PathBuf| Path::is_file(file))
}
