//! What the browser logs while a trial runs: its console and its requests.

use anyhow::{Result, ensure};
use url::Url;

use super::session::Session;

/// Fails when something was written to the console, or another machine was asked for anything,
/// since the last look.
pub(crate) fn check(tab: &Session) -> Result<()> {
    let complaints = tab.console()?;
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
    tab.console()?;
    tab.requests()?;
    Ok(())
}

/// Every address that the tab and its iframes asked for since the last look.
pub(crate) fn requests(tab: &Session) -> Result<Vec<Url>> {
    tab.requests()
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    // The browser's own empty tab is a page as well, from nowhere but the browser.
    let of_the_browser = ["about", "data", "chrome"].contains(&url.scheme());
    of_the_browser || host.ends_with(".localhost")
}
