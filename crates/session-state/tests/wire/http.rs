//! Requests as bytes, so that a test says exactly what is sent, and when.

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

    /// The `Set-Cookie` line.
    pub(crate) fn set_cookie(&self) -> Option<&str> {
        let mut lines = self
            .head
            .lines()
            .filter_map(|line| line.strip_prefix("set-cookie: "));
        let first = lines.next();
        assert_eq!(lines.next(), None, "two cookies");
        first
    }

    /// Name and value of the cookie that was set.
    pub(crate) fn cookie(&self) -> Option<String> {
        Some(self.set_cookie()?.split(';').next()?.to_owned())
    }

    pub(crate) fn max_age(&self) -> Option<u64> {
        self.set_cookie()?
            .split("; Max-Age=")
            .nth(1)?
            .split(';')
            .next()?
            .parse()
            .ok()
    }
}

pub(crate) fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    cookie: Option<&str>,
    body: Option<&str>,
) -> Answer {
    send_with(address, method, path, cookie, body, "")
}

/// The same with more header lines.
pub(crate) fn send_with(
    address: SocketAddr,
    method: &str,
    path: &str,
    cookie: Option<&str>,
    body: Option<&str>,
    lines: &str,
) -> Answer {
    let mut head =
        format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{lines}");
    if let Some(cookie) = cookie {
        head.push_str(&format!("Cookie: {cookie}\r\n"));
    }
    if let Some(body) = body {
        head.push_str("Content-Type: application/json\r\n");
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    let mut connection = TcpStream::connect(address).unwrap();
    connection
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let request = format!("{head}\r\n{}", body.unwrap_or_default());
    connection.write_all(request.as_bytes()).unwrap();
    read(connection)
}

fn read(mut connection: TcpStream) -> Answer {
    let mut text = String::new();
    connection.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer {
        status,
        head: head.to_owned(),
        body: body.to_owned(),
    }
}
