//! A Chromium with an empty profile.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::driver::Driver;
use super::programs::Programs;
use super::session::Session;
use super::webdriver::WebDriver;

/// A browser with one tab; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Chrome {
    pub(crate) tab: Session,
    // In this order: the driver ends its browser, then the profile goes.
    _driver: Driver,
    _profile: TempDir,
}

/// Chromium asks for updates and much else of its own accord; a test sends nothing out.
const NAMES: &str = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE *.localhost, EXCLUDE 127.0.0.1";

impl Chrome {
    /// Starts a browser for which no name but those of loopback exists.
    pub(crate) fn start(programs: &Programs) -> Result<Self> {
        Self::start_with(programs, &[NAMES], &json!({}))
    }

    /// The same, and nothing of what it does is written down: that would cost time and memory.
    #[allow(dead_code, reason = "for the benchmark of the page")]
    pub(crate) fn start_unrecorded(programs: &Programs) -> Result<Self> {
        Self::launch(programs, &[NAMES], &json!({}), &json!({}))
    }

    /// Starts a browser with flags and preferences of one's own; which names exist must be one
    /// of the flags.
    pub(crate) fn start_with(
        programs: &Programs,
        more: &[&str],
        preferences: &Value,
    ) -> Result<Self> {
        let logs = json!({ "browser": "ALL", "performance": "ALL" });
        Self::launch(programs, more, preferences, &logs)
    }

    fn launch(
        programs: &Programs,
        more: &[&str],
        preferences: &Value,
        logs: &Value,
    ) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let driver = Driver::start(programs, profile.path())?;
        let folder = format!("--user-data-dir={}", profile.path().display());
        let mut flags = vec![
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=en-US",
            &folder,
        ];
        flags.extend_from_slice(more);
        let capabilities = json!({
            "goog:chromeOptions": { "binary": programs.chromium()?.browser, "args": flags, "prefs": preferences },
            "goog:loggingPrefs": logs,
        });
        let tab = WebDriver::start(driver.port, &capabilities)
            .context("chromedriver could not start Chromium")?;
        Ok(Self {
            tab: Session::Chromium(tab),
            _driver: driver,
            _profile: profile,
        })
    }
}

impl Drop for Chrome {
    fn drop(&mut self) {
        // Where this fails, the driver takes the browser with it.
        let _ = self.tab.end();
    }
}
