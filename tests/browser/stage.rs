//! A lab and a browser for one trial, and what is checked at the end of every trial: nothing in
//! the console, no request for another machine.

use std::path::Path;
use std::{fmt, fs};

use anyhow::{Context, Result, ensure};
use lab::{Lab, Options, Profile, StoreChoice, StoreKind};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use url::Url;

use super::chrome::Chrome;
use super::page::Page;
use super::programs::Programs;

/// Where the servers keep their state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Store {
    Embedded,
    PrivateRedis,
}

/// How a trial is set up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) store: Store,
    pub(crate) profile: Profile,
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let store = match self.store {
            Store::Embedded => "embedded",
            Store::PrivateRedis => "redis",
        };
        let profile = match self.profile {
            Profile::Hardened => "hardened",
            Profile::Stateless => "stateless",
        };
        write!(f, "{store}::{profile}")
    }
}

fn options(setting: Setting) -> Options {
    Options {
        port: Some(0),
        store: match setting.store {
            Store::Embedded => StoreChoice::Embedded,
            Store::PrivateRedis => StoreChoice::Auto,
        },
        profile: setting.profile,
    }
}

/// Chromium writes a line for each answer that is no success; here many are meant to be none.
fn is_refusal(entry: &Value) -> bool {
    let message = entry["message"].as_str().unwrap_or_default();
    entry["source"] == "network"
        && ["status of 401", "status of 403"]
            .iter()
            .any(|status| message.contains(status))
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    // The browser's own empty tab is a page as well, from nowhere but the browser.
    let of_the_browser = ["data", "chrome"].contains(&url.scheme());
    of_the_browser || host == "lab.localhost" || host.ends_with(".lab.localhost")
}

/// Everything that a trial needs; it ends with the trial.
pub(crate) struct Stage {
    pub(crate) chrome: Chrome,
    pub(crate) origin: String,
    name: String,
    lab: Lab,
    /// The lab runs on its threads, and the trial on its own.
    runtime: Runtime,
}

impl Stage {
    /// Starts the lab on a free port, and a browser with an empty profile.
    pub(crate) fn set(programs: &Programs, setting: Setting, name: &str) -> Result<Self> {
        let runtime = Runtime::new()?;
        let lab = runtime
            .block_on(lab::start(options(setting)))
            .context("the lab does not start")?;
        let expected = match setting.store {
            Store::Embedded => StoreKind::Embedded,
            Store::PrivateRedis => StoreKind::PrivateRedis,
        };
        ensure!(
            lab.store.kind == expected,
            "the lab took the store {:?}",
            lab.store
        );
        let chrome = Chrome::start(programs)?;
        Ok(Self {
            origin: lab.address(),
            name: name.to_owned(),
            chrome,
            lab,
            runtime,
        })
    }

    /// The page in a window of 1280 x 720, which is a projector's.
    pub(crate) fn page(&self, query: &str) -> Result<Page<'_>> {
        let page = Page::of(&self.chrome.tab, &self.origin);
        page.resize(1280, 720)?;
        // A picture is of the end of a movement.
        let still =
            json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        self.chrome.tab.cdp("Emulation.setEmulatedMedia", &still)?;
        page.show(query)?;
        Ok(page)
    }

    /// Keeps a picture of the window in target/screenshots.
    pub(crate) fn picture(&self, what: &str) -> Result<()> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
        fs::create_dir_all(&folder)?;
        let name = format!("{} {what}.png", self.name)
            .replace([':', ',', '/', ' '], "-")
            .replace("--", "-");
        fs::write(folder.join(name), self.chrome.tab.picture()?)?;
        Ok(())
    }

    /// What must be so whatever the trial did.
    pub(crate) fn check(&self) -> Result<()> {
        let console = self.chrome.tab.log("browser")?;
        let complaints: Vec<_> = console.iter().filter(|entry| !is_refusal(entry)).collect();
        ensure!(complaints.is_empty(), "the console has {complaints:#?}");
        let asked = self.requests()?;
        ensure!(!asked.is_empty(), "no request was seen; the log is blind");
        let strangers: Vec<_> = asked
            .iter()
            .filter(|url| !is_loopback(url))
            .map(Url::as_str)
            .collect();
        ensure!(strangers.is_empty(), "asked for {strangers:?}");
        Ok(())
    }

    /// Every address that the tab and its iframes asked for, since the last look.
    fn requests(&self) -> Result<Vec<Url>> {
        let mut urls = Vec::new();
        for entry in self.chrome.tab.log("performance")? {
            let event: Value = serde_json::from_str(entry["message"].as_str().unwrap_or("null"))?;
            let parameters = &event["message"]["params"];
            let url = match event["message"]["method"].as_str() {
                Some("Network.requestWillBeSent") => &parameters["request"]["url"],
                Some("Network.webSocketCreated" | "Network.webTransportCreated") => {
                    &parameters["url"]
                }
                _ => continue,
            };
            urls.push(
                url.as_str()
                    .context("a request without an address")?
                    .parse()?,
            );
        }
        Ok(urls)
    }

    /// Ends the browser, then the lab.
    pub(crate) fn strike(self) {
        drop(self.chrome);
        self.runtime.block_on(self.lab.stop());
    }
}
