//! WebDriver BiDi (W3C): a command is a line of JSON on a WebSocket, and so is what the browser
//! tells of its own accord. Firefox speaks it without a driver.

mod looks;
pub(crate) mod tab;

use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

/// Longer than any command takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The browser's end of the conversation.
#[derive(Debug)]
pub(crate) struct Socket {
    stream: WebSocket<TcpStream>,
    last: u64,
    /// What was told and not yet asked for.
    events: Vec<Value>,
}

impl Socket {
    /// Begins a session with the browser on this port.
    pub(crate) fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (stream, _) = tungstenite::client(format!("ws://127.0.0.1:{port}/session"), stream)
            .map_err(|error| anyhow::anyhow!("Firefox does not speak WebSocket: {error}"))?;
        let mut socket = Self {
            stream,
            last: 0,
            events: Vec::new(),
        };
        // The certificate of the trials is signed by nobody.
        let wanted = json!({ "capabilities": { "alwaysMatch": { "acceptInsecureCerts": true } } });
        socket.ask("session.new", &wanted)?;
        Ok(socket)
    }

    /// Sends a command and waits for its answer; keeps the events that come in between.
    pub(crate) fn ask(&mut self, method: &str, parameters: &Value) -> Result<Value> {
        self.last += 1;
        let command = json!({ "id": self.last, "method": method, "params": parameters });
        self.stream.send(Message::text(command.to_string()))?;
        loop {
            let message = match self.stream.read().with_context(|| method.to_owned())? {
                Message::Text(text) => text,
                Message::Close(_) => bail!("{method}: the browser has gone"),
                _ => continue,
            };
            let mut message: Value = serde_json::from_str(&message)?;
            if message["type"] == "event" {
                self.events.push(message);
            } else if message["id"] == self.last {
                ensure!(
                    message["type"] == "success",
                    "{method}: {}: {}",
                    message["error"],
                    message["message"]
                );
                return Ok(message["result"].take());
            }
        }
    }

    /// The events of this name since the last look.
    pub(crate) fn told(&mut self, method: &str) -> Result<Vec<Value>> {
        // What happened before this is answered has been told before it.
        self.ask("session.status", &json!({}))?;
        Ok(self
            .events
            .extract_if(.., |event| event["method"] == method)
            .map(|mut event| event["params"].take())
            .collect())
    }
}
