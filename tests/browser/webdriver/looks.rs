//! What chromedriver says about the browser: its cookies, its console, its requests.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::WebDriver;
use crate::browser::session::Cookie;

/// As the debugging protocol spells it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    name: String,
    value: String,
    domain: String,
    path: String,
    /// -1 when it ends with the browser.
    expires: f64,
    http_only: bool,
    secure: bool,
    same_site: Option<String>,
}

impl WebDriver {
    pub(crate) fn cookies(&self) -> Result<Vec<Cookie>> {
        let answer = self.cdp("Storage.getCookies", &json!({}))?;
        let jar: Vec<Kept> = serde_json::from_value(answer["cookies"].clone())?;
        let cookies = jar.into_iter().map(|kept| Cookie {
            name: kept.name,
            value: kept.value,
            domain: kept.domain,
            path: kept.path,
            expires: (kept.expires >= 0.0).then_some(kept.expires),
            http_only: kept.http_only,
            secure: kept.secure,
            same_site: kept.same_site,
        });
        Ok(cookies.collect())
    }

    pub(crate) fn clear_cookies(&self) -> Result<()> {
        self.cdp("Storage.clearCookies", &json!({})).map(drop)
    }

    pub(crate) fn product(&self) -> Result<String> {
        let version = self.cdp("Browser.getVersion", &json!({}))?;
        let product = version["product"].as_str().context("no product")?;
        Ok(product.replace("Headless", "").replace('/', " "))
    }

    pub(crate) fn console(&self) -> Result<Vec<String>> {
        let entries = self.log("browser")?;
        let complaints = entries.iter().filter(|entry| !is_refusal(entry));
        Ok(complaints.map(ToString::to_string).collect())
    }

    pub(crate) fn requests(&self) -> Result<Vec<Url>> {
        let mut urls = Vec::new();
        for entry in self.log("performance")? {
            let event: Value = serde_json::from_str(entry["message"].as_str().unwrap_or("null"))?;
            let parameters = &event["message"]["params"];
            let url = match event["message"]["method"].as_str() {
                Some("Network.requestWillBeSent") => &parameters["request"]["url"],
                Some("Network.webSocketCreated" | "Network.webTransportCreated") => {
                    &parameters["url"]
                }
                _ => continue,
            };
            let url = url.as_str().context("a request without an address")?;
            urls.push(url.parse()?);
        }
        Ok(urls)
    }
}

/// Chromium writes a line for each answer that is no success; here many are meant to be none.
fn is_refusal(entry: &Value) -> bool {
    let message = entry["message"].as_str().unwrap_or_default();
    entry["source"] == "network"
        && ["status of 401", "status of 403", "status of 503"]
            .iter()
            .any(|status| message.contains(status))
}
