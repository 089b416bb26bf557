//! Requests as bytes, so that a test says exactly what is sent; and a browser that keeps what it gets.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self:?}");
        self
    }

    /// Every `Set-Cookie` line.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        let lines = self.head.lines();
        lines
            .filter_map(|line| line.strip_prefix("set-cookie: "))
            .collect()
    }

    /// The line that sets the cookie with this name.
    pub(crate) fn line(&self, name: &str) -> &str {
        let lines = self.set_cookies().into_iter();
        let mut named = lines.filter(|line| line.split('=').next() == Some(name));
        let line = named.next().unwrap();
        assert_eq!(named.next(), None, "two of one name");
        line
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Why something was refused.
    pub(crate) fn detail(&self) -> String {
        self.json()["detail"].as_str().unwrap().to_owned()
    }
}

/// One request; `lines` are header lines as they are, each with its end.
pub(crate) fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    lines: &[u8],
    body: Option<&str>,
) -> Answer {
    let mut request =
        format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n")
            .into_bytes();
    request.extend_from_slice(lines);
    if let Some(body) = body {
        let length = body.len();
        let lines = format!("Content-Type: application/json\r\nContent-Length: {length}\r\n");
        request.extend_from_slice(lines.as_bytes());
    }
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(body.unwrap_or_default().as_bytes());
    let mut connection = TcpStream::connect(address).unwrap();
    connection
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    connection.write_all(&request).unwrap();
    let mut text = String::new();
    connection.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

/// Names and values, as a browser would send them to every path of one host.
#[derive(Clone, Default)]
pub(crate) struct Browser {
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Browser {
    /// `Cookie: …`, or nothing.
    pub(crate) fn line(&self) -> String {
        if self.cookies.is_empty() {
            return String::new();
        }
        let pairs = self.cookies.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        format!("Cookie: {}\r\n", pairs.join("; "))
    }

    pub(crate) fn take(&mut self, answer: &Answer) {
        for line in answer.set_cookies() {
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("; Max-Age=0;") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub(crate) fn send(
        &mut self,
        address: SocketAddr,
        method: &str,
        path: &str,
        body: Option<&str>,
    ) -> Answer {
        let answer = send(address, method, path, self.line().as_bytes(), body);
        self.take(&answer);
        answer
    }
}
