//! Just enough of an HTTP server: one request, one answer, one connection.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::Value;

use crate::fault::Fault;
use crate::framing::{is_sound, length, mixed_up};

const MAX_HEAD: usize = 64 * 1024;
const MAX_BODY: usize = 64 * 1024;

/// What came.
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
    pub(crate) too_large: bool,
}

impl Request {
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let wanted = name.to_ascii_lowercase();
        self.headers
            .iter()
            .filter(move |(known, _)| known.to_ascii_lowercase() == wanted)
            .map(|(_, value)| value.as_slice())
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.all(name)
            .next()
            .map(|value| String::from_utf8_lossy(value).into_owned())
    }

    pub(crate) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The first value of the body, whatever stands behind it.
    pub(crate) fn first_json(&self) -> Option<Value> {
        let mut values = serde_json::Deserializer::from_slice(&self.body).into_iter();
        values.next()?.ok()
    }
}

/// What goes back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", "application/json".into())],
            body: body.to_string(),
        }
    }

    pub(crate) fn problem(status: u16, name: &str) -> Self {
        let kind = format!("urn:statelab:problem:{name}");
        let body = serde_json::json!({"type": kind, "title": name, "status": status});
        let kind = vec![("Content-Type", "application/problem+json".into())];
        Self {
            status,
            headers: kind,
            body: body.to_string(),
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Reads a request; `None` when it is none.
pub(crate) fn read(stream: &mut TcpStream, fault: Option<Fault>) -> Option<Request> {
    let waits_long = fault == Some(Fault::WaitsForTheBody);
    let patience = if waits_long { 20 } else { 5 };
    stream
        .set_read_timeout(Some(Duration::from_secs(patience)))
        .ok()?;
    let mut bytes = Vec::new();
    let (mut request, head) = loop {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut parsed = httparse::Request::new(&mut headers);
        match parsed.parse(&bytes).ok()? {
            httparse::Status::Complete(head) => {
                let target = parsed.path.unwrap_or_default();
                let (path, query) = target.split_once('?').unwrap_or((target, ""));
                let headers = parsed
                    .headers
                    .iter()
                    .map(|h| (h.name.to_owned(), h.value.to_vec()));
                let request = Request {
                    method: parsed.method.unwrap_or_default().into(),
                    path: path.into(),
                    query: query.into(),
                    headers: headers.collect(),
                    body: Vec::new(),
                    too_large: false,
                };
                break (request, head);
            }
            httparse::Status::Partial if bytes.len() > MAX_HEAD => return None,
            httparse::Status::Partial => more(stream, &mut bytes)?,
        }
    };
    if !is_sound(&request, fault) {
        return None;
    }
    let length = length(&request, fault)?;
    request.too_large = length > MAX_BODY && !waits_long;
    while !request.too_large && bytes.len() - head < length {
        more(stream, &mut bytes)?;
    }
    if fault == Some(Fault::MixesUpPipelines) {
        mixed_up(&mut request, &bytes[head..]);
    }
    request.body = bytes.split_off(head);
    Some(request)
}

fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut buffer = [0; 4096];
    let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
    bytes.extend_from_slice(&buffer[..read]);
    Some(())
}

/// Writes the answer; a HEAD gets no body.
pub(crate) fn write(stream: &mut TcpStream, method: &str, answer: &Answer) {
    let mut head = format!("HTTP/1.1 {} -\r\n", answer.status);
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!(
        "Content-Length: {}\r\nConnection: close\r\n\r\n",
        answer.body.len()
    ));
    if method != "HEAD" && answer.status != 204 {
        head.push_str(&answer.body);
    }
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.flush();
}
