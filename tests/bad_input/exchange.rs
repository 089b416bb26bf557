//! One request in raw bytes, one answer.

use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

/// In what is sent, to be looked for in what comes back.
pub(crate) const MARKER: &str = "hunter2marker";

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The server closed the connection after it.
    pub(crate) closed: bool,
    pub(crate) text: String,
}

/// Sends `head` (with `Host` and `Connection: close` added) and `body`, and leaves
/// the connection open, as a client does that may send more.
pub(crate) fn send(to: SocketAddr, head: &[u8], body: &[u8]) -> Result<Answer, String> {
    exchange(to, head, body, false)
}

/// The same, and says that nothing more will come.
pub(crate) fn send_all(to: SocketAddr, head: &[u8], body: &[u8]) -> Result<Answer, String> {
    exchange(to, head, body, true)
}

fn exchange(to: SocketAddr, head: &[u8], body: &[u8], ends: bool) -> Result<Answer, String> {
    let mut stream = TcpStream::connect(to).map_err(|e| format!("cannot connect: {e}"))?;
    stream
        .set_read_timeout(Some(Duration::from_secs(15)))
        .map_err(|e| e.to_string())?;
    let mut request = head.to_vec();
    request.extend_from_slice(b"\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    request.extend_from_slice(body);
    // A server may answer and close before it has read everything.
    let _early_close = stream.write_all(&request);
    if ends {
        let _already_closed = stream.shutdown(Shutdown::Write);
    }
    let mut bytes = Vec::new();
    // A reset after the answer closes too; running into the time-out does not.
    let closed = match stream.read_to_end(&mut bytes) {
        Ok(_) => true,
        Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let status = text.split(' ').nth(1).and_then(|code| code.parse().ok());
    Ok(Answer {
        closed,
        status: status.ok_or(format!("no answer: {text:?}"))?,
        text,
    })
}

pub(crate) fn post_json(to: SocketAddr, path: &str, body: &[u8]) -> Result<Answer, String> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {}",
        body.len()
    );
    send(to, head.as_bytes(), body)
}

impl Answer {
    /// The status and the type are these, and nothing of the request came back.
    pub(crate) fn is(&self, status: u16, problem: &str) -> Result<(), String> {
        let urn = format!("\"urn:statelab:problem:{problem}\"");
        let typed = self
            .text
            .to_lowercase()
            .contains("content-type: application/problem+json");
        if self.status != status || !typed || !self.text.contains(&urn) {
            return Err(format!("expected {status} {problem}, got: {}", self.text));
        }
        self.leaks_nothing()
    }

    /// Nothing of the request, and nothing of the server's insides.
    pub(crate) fn leaks_nothing(&self) -> Result<(), String> {
        for word in [
            MARKER,
            "panicked",
            "src/",
            ".rs:",
            "serde",
            "SQLite",
            "line 1 column",
        ] {
            if self.text.contains(word) {
                return Err(format!("the answer shows `{word}`: {}", self.text));
            }
        }
        Ok(())
    }
}
