//! A visitor without a browser: raw requests over TCP, a credential held in the hand.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

pub(crate) const COLUMNS: [&str; 3] = ["cookie", "session", "jwt"];

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// Sends these bytes and reads until the other side closes.
pub(crate) fn raw(port: u16, bytes: &[u8]) -> Answer {
    let mut stream = connect(port);
    stream.write_all(bytes).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let text = String::from_utf8(answer).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let chunked = head
        .to_ascii_lowercase()
        .contains("transfer-encoding: chunked");
    let body = if chunked {
        unchunked(body)
    } else {
        body.to_owned()
    };
    Answer {
        status,
        head: head.to_owned(),
        body,
    }
}

pub(crate) fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    stream
}

fn unchunked(mut text: &str) -> String {
    let mut body = String::new();
    while let Some((size, rest)) = text.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        body.push_str(&rest[..size]);
        text = &rest[(size + 2).min(rest.len())..];
    }
    body
}

/// A visitor with an account's credentials for three servers.
pub(crate) struct Visitor {
    port: u16,
    token: String,
    credentials: [Option<String>; 3],
}

impl Visitor {
    pub(crate) fn new(port: u16) -> Self {
        let page = raw(
            port,
            format!("GET / HTTP/1.1\r\nHost: lab.localhost:{port}\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        );
        assert_eq!(page.status, 200);
        let token = page
            .body
            .split("name=\"lab-token\" content=\"")
            .nth(1)
            .unwrap();
        let token = token.split('"').next().unwrap().to_owned();
        assert!(token.len() >= 40, "{token}");
        Self {
            port,
            token,
            credentials: [None, None, None],
        }
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// A request to a host of the lab; `fields` are whole header lines.
    pub(crate) fn send(&self, host: &str, line: &str, fields: &str, body: &str) -> Answer {
        let authority = format!("{host}:{}", self.port);
        let length = if body.is_empty() {
            String::new()
        } else {
            format!(
                "Content-Type: application/json\r\nContent-Length: {}\r\n",
                body.len()
            )
        };
        let text = format!(
            "{line} HTTP/1.1\r\nHost: {authority}\r\n{fields}{length}Connection: close\r\n\r\n{body}"
        );
        raw(self.port, text.as_bytes())
    }

    /// Asks one server, and keeps the credential that it hands out or takes back.
    pub(crate) fn ask(&mut self, column: usize, line: &str, body: &str) -> Answer {
        let host = format!("{}.lab.localhost", COLUMNS[column]);
        let origin = format!("Origin: http://{host}:{}\r\n", self.port);
        let fields = self.credentials[column].clone().unwrap_or_default() + &origin;
        let answer = self.send(&host, line, &fields, body);
        if let Some(cookie) = answer.header("set-cookie") {
            let pair = cookie.split(';').next().unwrap();
            let gone = pair.ends_with('=') && pair.matches('=').count() == 1;
            self.credentials[column] = (!gone).then(|| format!("Cookie: {pair}\r\n"));
        }
        if line == "POST /login"
            && COLUMNS[column] == "jwt"
            && answer.status == 200
            && let Some(access) = answer.json()["access"].as_str()
        {
            self.credentials[column] = Some(format!("Authorization: Bearer {access}\r\n"));
        }
        if line == "POST /logout" {
            self.credentials[column] = None;
        }
        answer
    }

    /// The credential for one server, as a whole header line.
    pub(crate) fn credential(&self, column: usize) -> String {
        self.credentials[column].clone().unwrap()
    }

    /// Whether a copy of one counts: the status of `/me`.
    pub(crate) fn present(&self, column: usize, copy: &str) -> u16 {
        let host = format!("{}.lab.localhost", COLUMNS[column]);
        self.send(&host, "GET /me", copy, "").status
    }

    /// Asks all three and returns the statuses.
    pub(crate) fn ask_all(&mut self, line: &str, body: &str) -> [u16; 3] {
        [0, 1, 2].map(|column| self.ask(column, line, body).status)
    }

    pub(crate) fn log_in(&mut self, name: &str, password: &str) {
        let body = json!({ "username": name, "password": password }).to_string();
        assert_eq!(self.ask_all("POST /login", &body), [200; 3]);
    }

    /// An order, as the page gives it.
    pub(crate) fn order(&self, order: &Value) -> Answer {
        let fields = format!(
            "Origin: http://lab.localhost:{}\r\nX-Lab-Token: {}\r\n",
            self.port, self.token
        );
        self.send(
            "lab.localhost",
            "POST /__lab/control",
            &fields,
            &order.to_string(),
        )
    }

    pub(crate) fn view(&self) -> Value {
        self.send("lab.localhost", "GET /__lab/view", "", "").json()
    }

    /// The view as soon as it is so; what the watcher does comes a moment after the answer.
    pub(crate) fn view_when(&self, fits: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..500 {
            let view = self.view();
            if fits(&view) {
                return view;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("the view does not come to fit: {:#}", self.view());
    }

    /// Word and tone of the three verdicts.
    pub(crate) fn verdicts(&self) -> [String; 3] {
        let view = self.view();
        [0, 1, 2].map(|column| {
            let verdict = &view["columns"][column]["verdict"];
            format!(
                "{} {}",
                verdict["word"].as_str().unwrap_or("-"),
                verdict["tone"].as_str().unwrap_or("-")
            )
        })
    }
}
