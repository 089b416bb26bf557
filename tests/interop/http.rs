//! One request, one answer: nothing followed, nothing kept.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = |(own, _): &&(String, String)| own.eq_ignore_ascii_case(name);
        self.headers
            .iter()
            .find(found)
            .map(|(_, value)| value.as_str())
    }

    /// Null where it is no JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body, where all went well.
    pub(crate) fn ok(&self) -> Result<Value, String> {
        match self.status {
            200 => Ok(self.json()),
            other => Err(format!("{other}: {}", String::from_utf8_lossy(&self.body))),
        }
    }
}

/// Sends a request; `headers` are lines that each end with CR LF.
pub(crate) fn send(
    to: SocketAddr,
    line: &str,
    headers: &str,
    body: &[u8],
) -> Result<Answer, String> {
    let head = format!(
        "{line} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n",
        body.len()
    );
    let exchange = || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect(to)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        stream.write_all(&[head.as_bytes(), body].concat())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let mut tries = 0;
    loop {
        let bytes = exchange().map_err(|error| format!("{line}: {error}"))?;
        let answer = read(&bytes);
        let answer =
            answer.ok_or_else(|| format!("{line}: {:?}", String::from_utf8_lossy(&bytes)))?;
        // On a busy machine a login waits for its turn, and asks again.
        if answer.status != 503 || tries == 40 {
            return Ok(answer);
        }
        tries += 1;
        std::thread::sleep(Duration::from_millis(250));
    }
}

/// The same with JSON.
pub(crate) fn post(to: SocketAddr, path: &str, body: &Value) -> Result<Answer, String> {
    let headers = "Content-Type: application/json\r\n";
    send(
        to,
        &format!("POST {path}"),
        headers,
        body.to_string().as_bytes(),
    )
}

/// The same with a token.
pub(crate) fn get(to: SocketAddr, path: &str, token: &str) -> Result<Answer, String> {
    let headers = format!("Authorization: Bearer {token}\r\n");
    send(to, &format!("GET {path}"), &headers, b"")
}

fn read(bytes: &[u8]) -> Option<Answer> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(bytes).ok()? else {
        return None;
    };
    let text = |value| String::from_utf8_lossy(value).into_owned();
    Some(Answer {
        status: response.code?,
        headers: (response.headers.iter())
            .map(|header| (header.name.to_owned(), text(header.value)))
            .collect(),
        body: bytes[head..].to_vec(),
    })
}
