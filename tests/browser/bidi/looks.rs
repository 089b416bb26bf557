//! What Firefox says about itself: its cookies, its console, its requests.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::tab::Tab;
use crate::browser::session::Cookie;

/// As WebDriver BiDi spells it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    name: String,
    value: Octets,
    domain: String,
    path: String,
    expiry: Option<f64>,
    http_only: bool,
    secure: bool,
    same_site: String,
}

#[derive(Deserialize)]
struct Octets {
    value: String,
}

impl Tab {
    pub(crate) fn cookies(&self) -> Result<Vec<Cookie>> {
        let answer = self.ask("storage.getCookies", &json!({}))?;
        let jar: Vec<Kept> = serde_json::from_value(answer["cookies"].clone())?;
        let cookies = jar.into_iter().map(|kept| Cookie {
            name: kept.name,
            value: kept.value.value,
            domain: kept.domain,
            path: kept.path,
            expires: kept.expiry,
            http_only: kept.http_only,
            secure: kept.secure,
            same_site: mode(&kept.same_site),
        });
        Ok(cookies.collect())
    }

    pub(crate) fn clear_cookies(&self) -> Result<()> {
        self.ask("storage.deleteCookies", &json!({})).map(drop)
    }

    pub(crate) fn product(&self) -> Result<String> {
        let answer = self.script("return navigator.userAgent")?;
        let agent = answer.as_str().context("no user agent")?;
        let product = agent.split(' ').next_back().unwrap_or_default();
        Ok(product.replace('/', " "))
    }

    pub(crate) fn console(&self) -> Result<Vec<String>> {
        let entries = self.told("log.entryAdded")?;
        Ok(entries.iter().map(ToString::to_string).collect())
    }

    pub(crate) fn requests(&self) -> Result<Vec<Url>> {
        let sent = self.told("network.beforeRequestSent")?;
        sent.iter()
            .map(|event: &Value| {
                let url = event["request"]["url"].as_str();
                Ok(url.context("a request without an address")?.parse()?)
            })
            .collect()
    }
}

/// `Lax`, as a server writes it; `default` is none.
fn mode(word: &str) -> Option<String> {
    match word {
        "strict" => Some("Strict".to_owned()),
        "lax" => Some("Lax".to_owned()),
        "none" => Some("None".to_owned()),
        _ => None,
    }
}
