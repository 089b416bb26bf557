//! A lab and a browser for one trial, and what is checked at the end of every trial: nothing in
//! the console, no request for another machine.

use std::path::Path;
use std::{fmt, fs};

use anyhow::{Context, Result, ensure};
use lab::{Lab, Options, Profile, StoreChoice, StoreKind};
use serde_json::Value;
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
        write!(f, "{store} {profile}")
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
}

impl Stage {
    /// Starts the lab on a free port, and a browser with an empty profile.
    pub(crate) async fn set(programs: &Programs, setting: Setting, name: &str) -> Result<Self> {
        let lab = lab::start(options(setting))
            .await
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
        let chrome = Chrome::start(programs).await?;
        Ok(Self {
            origin: lab.address(),
            name: name.to_owned(),
            chrome,
            lab,
        })
    }

    /// The page in a window of 1280 x 720, which is a projector's.
    pub(crate) async fn page(&self, query: &str) -> Result<Page<'_>> {
        let page = Page::of(&self.chrome, &self.origin);
        page.resize(1280, 720).await?;
        page.show(query).await?;
        Ok(page)
    }

    /// Keeps a picture of the window in target/screenshots.
    pub(crate) async fn picture(&self, what: &str) -> Result<()> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
        fs::create_dir_all(&folder)?;
        let name = format!("{} {what}.png", self.name)
            .replace([':', ',', '/', ' '], "-")
            .replace("--", "-");
        fs::write(folder.join(name), self.chrome.tab.screenshot().await?)?;
        Ok(())
    }

    /// What must be so whatever the trial did.
    pub(crate) async fn check(&self) -> Result<()> {
        let console = self.chrome.log("browser").await?;
        let complaints: Vec<_> = console.iter().filter(|entry| !is_refusal(entry)).collect();
        ensure!(complaints.is_empty(), "the console has {complaints:#?}");
        let asked = self.requests().await?;
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
    async fn requests(&self) -> Result<Vec<Url>> {
        let mut urls = Vec::new();
        for entry in self.chrome.log("performance").await? {
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
    pub(crate) async fn strike(self) -> Result<()> {
        self.chrome.close().await?;
        self.lab.stop().await;
        Ok(())
    }
}
