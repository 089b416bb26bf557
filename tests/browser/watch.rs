//! What the browser logs while a trial runs: its console and its requests.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use url::Url;

use super::session::Session;

/// Fails when something was written to the console, or another machine was asked for anything,
/// since the last look.
pub(crate) fn check(tab: &Session) -> Result<()> {
    let console = tab.log("browser")?;
    let complaints: Vec<_> = console.iter().filter(|entry| !is_refusal(entry)).collect();
    ensure!(complaints.is_empty(), "the console has {complaints:#?}");
    let asked = requests(tab)?;
    let strangers: Vec<_> = asked
        .iter()
        .filter(|url| !is_loopback(url))
        .map(Url::as_str)
        .collect();
    ensure!(strangers.is_empty(), "asked for {strangers:?}");
    Ok(())
}

/// Takes out of the logs what a trial did wrong on purpose.
pub(crate) fn overlook(tab: &Session) -> Result<()> {
    tab.log("browser")?;
    tab.log("performance")?;
    Ok(())
}

/// Every address that the tab and its iframes asked for since the last look.
pub(crate) fn requests(tab: &Session) -> Result<Vec<Url>> {
    let mut urls = Vec::new();
    for entry in tab.log("performance")? {
        let event: Value = serde_json::from_str(entry["message"].as_str().unwrap_or("null"))?;
        let parameters = &event["message"]["params"];
        let url = match event["message"]["method"].as_str() {
            Some("Network.requestWillBeSent") => &parameters["request"]["url"],
            Some("Network.webSocketCreated" | "Network.webTransportCreated") => &parameters["url"],
            _ => continue,
        };
        let url = url.as_str().context("a request without an address")?;
        urls.push(url.parse()?);
    }
    Ok(urls)
}

/// Chromium writes a line for each answer that is no success; here many are meant to be none.
fn is_refusal(entry: &Value) -> bool {
    let message = entry["message"].as_str().unwrap_or_default();
    entry["source"] == "network"
        && ["status of 401", "status of 403", "status of 503"]
            .iter()
            .any(|status| message.contains(status))
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    // The browser's own empty tab is a page as well, from nowhere but the browser.
    let of_the_browser = ["data", "chrome"].contains(&url.scheme());
    of_the_browser
        || ["lab.localhost", "evil.localhost"].contains(&host)
        || host.ends_with(".lab.localhost")
}
