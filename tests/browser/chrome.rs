//! A Chromium with an empty profile, driven over WebDriver, and over its own debugging protocol
//! (CDP) where WebDriver does not reach: `HttpOnly` cookies, the size of the screen, the network.

use anyhow::{Context, Result};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::{ParseError, Url};

use super::driver::Driver;
use super::programs::Programs;

/// A browser with one tab.
#[derive(Debug)]
pub(crate) struct Chrome {
    pub(crate) tab: Client,
    _driver: Driver,
    _profile: TempDir,
}

impl Chrome {
    /// Starts a browser for which no name but those of loopback exists.
    pub(crate) async fn start(programs: &Programs) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        let driver = Driver::start(programs)?;
        let flags = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=en-US",
            &format!("--user-data-dir={}", profile.path().display()),
            // Chromium asks for updates and much else of its own accord; a test sends nothing out.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
        ];
        let Value::Object(capabilities) = json!({
            "goog:chromeOptions": { "binary": programs.browser, "args": flags },
            "goog:loggingPrefs": { "browser": "ALL", "performance": "ALL" },
        }) else {
            unreachable!("an object was written");
        };
        let tab = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&driver.url())
            .await
            .context("chromedriver could not start Chromium")?;
        Ok(Self {
            tab,
            _driver: driver,
            _profile: profile,
        })
    }

    /// Ends the browser.
    pub(crate) async fn close(self) -> Result<()> {
        Ok(self.tab.clone().close().await?)
    }

    /// A command of the debugging protocol.
    pub(crate) async fn cdp(&self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        self.extension("goog/cdp/execute", body)
            .await
            .with_context(|| format!("{command} failed"))
    }

    /// What was logged since the last look: `browser` is the console.
    pub(crate) async fn log(&self, kind: &str) -> Result<Vec<Value>> {
        let entries = self.extension("se/log", json!({ "type": kind })).await?;
        Ok(entries.as_array().cloned().unwrap_or_default())
    }

    async fn extension(&self, path: &'static str, body: Value) -> Result<Value> {
        let answer = self.tab.issue_cmd(Extension { path, body }).await?;
        // Older drivers hand back the whole envelope.
        Ok(answer.get("value").cloned().unwrap_or(answer))
    }
}

/// A command that chromedriver has beside the standard's.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
