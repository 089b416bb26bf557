//! The dozen commands of WebDriver (W3C) that the trials use, and chromedriver's own way to the
//! debugging protocol. A connection a command: a driver that closes an idle one cannot be raced.

mod looks;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::session::Element;

/// Longer than any command takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Under this name WebDriver hands out an element (section 12.1 of the standard).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser that a driver holds for us.
#[derive(Debug)]
pub(crate) struct WebDriver {
    port: u16,
    path: String,
}

impl WebDriver {
    /// Has the driver on this port start a browser.
    pub(crate) fn start(port: u16, capabilities: &Value) -> Result<Self> {
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let answer = ask(port, "POST", "/session", Some(&body))?;
        let id = answer["sessionId"]
            .as_str()
            .context("no session was made")?;
        Ok(Self {
            port,
            path: format!("/session/{id}"),
        })
    }

    /// Ends the browser.
    pub(crate) fn end(&self) -> Result<()> {
        ask(self.port, "DELETE", &self.path, None).map(drop)
    }

    /// Opens an address and waits until it has loaded.
    pub(crate) fn go_to(&self, url: &str) -> Result<()> {
        self.post("url", &json!({ "url": url })).map(drop)
    }

    /// Runs a script in the page.
    pub(crate) fn script(&self, script: &str) -> Result<Value> {
        self.post("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Runs a script that answers by calling its last argument.
    pub(crate) fn script_that_calls_back(&self, script: &str) -> Result<Value> {
        self.post("execute/async", &json!({ "script": script, "args": [] }))
    }

    /// The first element that a CSS selector names.
    pub(crate) fn find(&self, selector: &str) -> Result<Element> {
        let body = json!({ "using": "css selector", "value": selector });
        let answer = self.post("element", &body)?;
        let id = answer[ELEMENT].as_str().context("not an element")?;
        Ok(Element::new(id))
    }

    /// Presses it with the mouse, where something else may lie over it.
    pub(crate) fn click(&self, element: &Element) -> Result<()> {
        self.post(&format!("element/{}/click", element.id()), &json!({}))
            .map(drop)
    }

    /// Types into it, or into the page where it takes no text.
    pub(crate) fn type_into(&self, element: &Element, text: &str) -> Result<()> {
        let body = json!({ "text": text });
        self.post(&format!("element/{}/value", element.id()), &body)
            .map(drop)
    }

    /// Empties a field.
    pub(crate) fn clear(&self, element: &Element) -> Result<()> {
        self.post(&format!("element/{}/clear", element.id()), &json!({}))
            .map(drop)
    }

    /// Runs a script inside an iframe.
    pub(crate) fn script_in_frame(&self, frame: &Element, script: &str) -> Result<Value> {
        self.post("frame", &json!({ "id": { ELEMENT: frame.id() } }))?;
        let answer = self.script(script);
        self.post("frame/parent", &json!({}))?;
        answer
    }

    /// A picture of the window, as PNG.
    pub(crate) fn picture(&self) -> Result<Vec<u8>> {
        let path = format!("{}/screenshot", self.path);
        let answer = ask(self.port, "GET", &path, None)?;
        Ok(BASE64_STANDARD.decode(answer.as_str().unwrap_or_default())?)
    }

    /// A command of the debugging protocol (CDP).
    pub(crate) fn cdp(&self, command: &str, parameters: &Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        self.post("goog/cdp/execute", &body)
    }

    /// Sets the size of the window's inside.
    pub(crate) fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.cdp("Emulation.setDeviceMetricsOverride", &size)
            .map(drop)
    }

    /// What was logged since the last look: `browser` is the console.
    pub(super) fn log(&self, kind: &str) -> Result<Vec<Value>> {
        let entries = self.post("se/log", &json!({ "type": kind }))?;
        Ok(entries.as_array().cloned().unwrap_or_default())
    }

    fn post(&self, command: &str, body: &Value) -> Result<Value> {
        ask(
            self.port,
            "POST",
            &format!("{}/{command}", self.path),
            Some(body),
        )
        .with_context(|| format!("{command} {}", shortened(&body.to_string())))
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

/// One request, one answer: `value` of it, or the driver's complaint.
fn ask(port: u16, method: &str, path: &str, body: Option<&Value>) -> Result<Value> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let body = body.map(ToString::to_string).unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes())?;
    let (status, body) = read_answer(stream)?;
    let mut answer: Value = serde_json::from_slice(&body)?;
    let value = answer["value"].take();
    ensure!(status == 200, "the driver answers {status}: {value}");
    Ok(value)
}

fn read_answer(stream: TcpStream) -> Result<(u16, Vec<u8>)> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).context("no status")?.parse()?;
    let mut length = None;
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            bail!("the answer ended in its head");
        }
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = Some(value.trim().parse()?);
        }
    }
    let mut body = vec![0; length.context("no Content-Length")?];
    reader.read_exact(&mut body)?;
    Ok((status, body))
}
