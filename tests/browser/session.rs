//! A tab of either browser, as the trials use it: Chromium's by WebDriver, Firefox's by WebDriver
//! BiDi. Whatever only one of them can do stands in the modules of its own.

use anyhow::{Result, bail};
use serde_json::{Value, json};
use url::Url;

use super::bidi::tab::Tab;
use super::webdriver::WebDriver;

/// A tab that is driven.
#[derive(Debug)]
pub(crate) enum Session {
    /// Through chromedriver.
    Chromium(WebDriver),
    /// Through its own socket.
    Firefox(Box<Tab>),
}

/// Something on the page.
#[derive(Debug)]
pub(crate) struct Element(String);

/// A cookie, as the browser keeps it.
#[derive(Debug)]
pub(crate) struct Cookie {
    pub(crate) name: String,
    pub(crate) value: String,
    /// With a dot in front it is for subdomains too.
    pub(crate) domain: String,
    pub(crate) path: String,
    /// Seconds since 1970; none when it ends with the browser.
    pub(crate) expires: Option<f64>,
    pub(crate) http_only: bool,
    pub(crate) secure: bool,
    /// `Strict`, `Lax` or `None`, where the server said one.
    pub(crate) same_site: Option<String>,
}

impl Element {
    pub(crate) fn new(id: &str) -> Self {
        Self(id.to_owned())
    }

    pub(crate) fn id(&self) -> &str {
        &self.0
    }
}

/// One call, whichever browser it is.
macro_rules! either {
    ($session:ident, $tab:ident => $call:expr) => {
        match $session {
            Session::Chromium($tab) => $call,
            Session::Firefox($tab) => $call,
        }
    };
}

impl Session {
    /// Ends the browser.
    pub(crate) fn end(&self) -> Result<()> {
        either!(self, tab => tab.end())
    }

    /// Opens an address and waits until it has loaded.
    pub(crate) fn go_to(&self, url: &str) -> Result<()> {
        either!(self, tab => tab.go_to(url))
    }

    /// Runs a script in the page.
    pub(crate) fn script(&self, script: &str) -> Result<Value> {
        either!(self, tab => tab.script(script))
    }

    /// Runs a script that answers by calling its last argument.
    pub(crate) fn script_that_calls_back(&self, script: &str) -> Result<Value> {
        either!(self, tab => tab.script_that_calls_back(script))
    }

    /// The first element that a CSS selector names.
    pub(crate) fn find(&self, selector: &str) -> Result<Element> {
        either!(self, tab => tab.find(selector))
    }

    /// Presses it with the mouse, where something else may lie over it.
    pub(crate) fn click(&self, element: &Element) -> Result<()> {
        either!(self, tab => tab.click(element))
    }

    /// Types into it, or into the page where it takes no text.
    pub(crate) fn type_into(&self, element: &Element, text: &str) -> Result<()> {
        either!(self, tab => tab.type_into(element, text))
    }

    /// Empties a field.
    pub(crate) fn clear(&self, element: &Element) -> Result<()> {
        either!(self, tab => tab.clear(element))
    }

    /// Runs a script inside an iframe.
    pub(crate) fn script_in_frame(&self, frame: &Element, script: &str) -> Result<Value> {
        either!(self, tab => tab.script_in_frame(frame, script))
    }

    /// A picture of the window, as PNG.
    pub(crate) fn picture(&self) -> Result<Vec<u8>> {
        either!(self, tab => tab.picture())
    }

    /// Sets the size of the window's inside.
    pub(crate) fn resize(&self, width: u32, height: u32) -> Result<()> {
        either!(self, tab => tab.resize(width, height))
    }

    /// Every cookie that the browser keeps.
    pub(crate) fn cookies(&self) -> Result<Vec<Cookie>> {
        either!(self, tab => tab.cookies())
    }

    /// Leaves none of them.
    pub(crate) fn clear_cookies(&self) -> Result<()> {
        either!(self, tab => tab.clear_cookies())
    }

    /// Its name and version.
    pub(crate) fn product(&self) -> Result<String> {
        either!(self, tab => tab.product())
    }

    /// What was written to the console since the last look.
    pub(crate) fn console(&self) -> Result<Vec<String>> {
        either!(self, tab => tab.console())
    }

    /// Every address that the tab and its iframes asked for since the last look.
    pub(crate) fn requests(&self) -> Result<Vec<Url>> {
        either!(self, tab => tab.requests())
    }

    /// A picture is of the end of a movement. Firefox has it in its profile.
    pub(crate) fn hold_still(&self) -> Result<()> {
        let Self::Chromium(_) = self else {
            return Ok(());
        };
        let still =
            json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        self.cdp("Emulation.setEmulatedMedia", &still).map(drop)
    }

    /// Shows this tab instead of another one. Firefox paints either.
    pub(crate) fn bring_to_front(&self) -> Result<()> {
        match self {
            Self::Chromium(tab) => tab.cdp("Page.bringToFront", &json!({})).map(drop),
            Self::Firefox(_) => Ok(()),
        }
    }

    /// A command of Chromium's debugging protocol.
    pub(crate) fn cdp(&self, command: &str, parameters: &Value) -> Result<Value> {
        match self {
            Self::Chromium(tab) => tab.cdp(command, parameters),
            Self::Firefox(_) => bail!("{command} is Chromium's alone"),
        }
    }
}
