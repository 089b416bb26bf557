//! A tab of Firefox, with the same commands as one of Chromium.

use std::cell::RefCell;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::Socket;
use crate::browser::session::Element;

/// Told of the console and of requests from the start.
#[derive(Debug)]
pub(crate) struct Tab {
    socket: RefCell<Socket>,
    context: String,
}

impl Tab {
    /// The tab that the browser has opened.
    pub(crate) fn first(mut socket: Socket) -> Result<Self> {
        let events = json!({ "events": ["log.entryAdded", "network.beforeRequestSent"] });
        socket.ask("session.subscribe", &events)?;
        let tree = socket.ask("browsingContext.getTree", &json!({}))?;
        let context = tree["contexts"][0]["context"]
            .as_str()
            .context("Firefox has no tab")?
            .to_owned();
        Ok(Self {
            socket: RefCell::new(socket),
            context,
        })
    }

    pub(super) fn ask(&self, method: &str, parameters: &Value) -> Result<Value> {
        self.socket.borrow_mut().ask(method, parameters)
    }

    pub(super) fn told(&self, method: &str) -> Result<Vec<Value>> {
        self.socket.borrow_mut().told(method)
    }

    pub(crate) fn end(&self) -> Result<()> {
        self.ask("browser.close", &json!({})).map(drop)
    }

    pub(crate) fn go_to(&self, url: &str) -> Result<()> {
        let there = json!({ "context": self.context, "url": url, "wait": "complete" });
        self.ask("browsingContext.navigate", &there).map(drop)
    }

    pub(crate) fn script(&self, script: &str) -> Result<Value> {
        self.run(&self.context, script)
    }

    pub(crate) fn script_that_calls_back(&self, script: &str) -> Result<Value> {
        let function = format!(
            "() => new Promise((done) => (function () {{ {script} }})(done)).then((said) => JSON.stringify(said ?? null))"
        );
        spoken(&self.call(&self.context, &function, &json!([]))?)
    }

    pub(crate) fn find(&self, selector: &str) -> Result<Element> {
        let locator = json!({ "type": "css", "value": selector });
        let wanted = json!({ "context": self.context, "locator": locator, "maxNodeCount": 1 });
        let found = self.ask("browsingContext.locateNodes", &wanted)?;
        let id = found["nodes"][0]["sharedId"]
            .as_str()
            .with_context(|| format!("there is no {selector}"))?;
        Ok(Element::new(id))
    }

    pub(crate) fn click(&self, element: &Element) -> Result<()> {
        self.on(
            element,
            "(element) => element.scrollIntoView({ block: 'nearest', inline: 'nearest' })",
        )?;
        let origin = json!({ "type": "element", "element": { "sharedId": element.id() } });
        self.act(&json!({
            "type": "pointer",
            "id": "mouse",
            "actions": [
                { "type": "pointerMove", "x": 0, "y": 0, "origin": origin },
                { "type": "pointerDown", "button": 0 },
                { "type": "pointerUp", "button": 0 },
            ],
        }))
    }

    pub(crate) fn type_into(&self, element: &Element, text: &str) -> Result<()> {
        self.on(element, "(element) => element.focus()")?;
        let keys: Vec<Value> = text
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key })))
            .collect();
        self.act(&json!({ "type": "key", "id": "keyboard", "actions": keys }))
    }

    pub(crate) fn clear(&self, element: &Element) -> Result<()> {
        self.on(
            element,
            "(element) => { element.value = ''; element.dispatchEvent(new Event('input', { bubbles: true })); }",
        )
        .map(drop)
    }

    pub(crate) fn script_in_frame(&self, frame: &Element, script: &str) -> Result<Value> {
        let window = self.on(frame, "(frame) => frame.contentWindow")?;
        let context = window["value"]["context"]
            .as_str()
            .context("the iframe has no page")?;
        self.run(context, script)
    }

    pub(crate) fn picture(&self) -> Result<Vec<u8>> {
        let shot = self.ask(
            "browsingContext.captureScreenshot",
            &json!({ "context": self.context }),
        )?;
        Ok(BASE64_STANDARD.decode(shot["data"].as_str().unwrap_or_default())?)
    }

    pub(crate) fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size =
            json!({ "context": self.context, "viewport": { "width": width, "height": height } });
        self.ask("browsingContext.setViewport", &size).map(drop)
    }

    fn act(&self, source: &Value) -> Result<()> {
        let actions = json!({ "context": self.context, "actions": [source] });
        self.ask("input.performActions", &actions).map(drop)
    }

    fn on(&self, element: &Element, function: &str) -> Result<Value> {
        let with = json!([{ "sharedId": element.id() }]);
        self.call(&self.context, function, &with)
    }

    fn run(&self, context: &str, script: &str) -> Result<Value> {
        let function = format!("() => JSON.stringify((function () {{ {script} }})() ?? null)");
        spoken(&self.call(context, &function, &json!([]))?)
    }

    fn call(&self, context: &str, function: &str, with: &Value) -> Result<Value> {
        let mut answer = self.ask(
            "script.callFunction",
            &json!({
                "functionDeclaration": function,
                "arguments": with,
                "target": { "context": context },
                "awaitPromise": true,
            }),
        )?;
        if answer["type"] != "success" {
            bail!(
                "the script ends with {}",
                answer["exceptionDetails"]["text"]
            );
        }
        Ok(answer["result"].take())
    }
}

/// What a script said, which goes over the wire as text.
fn spoken(answer: &Value) -> Result<Value> {
    let text = answer["value"]
        .as_str()
        .context("the script said nothing")?;
    Ok(serde_json::from_str(text)?)
}
