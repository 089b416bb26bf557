//! A client without memory: each test holds its credentials in its hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::SocketAddr;

use auth_chain::{Settings, start};
use clap::Parser;
use contract::{Services, accounts::Accounts, settings::MasterKey};
use serde_json::{Value, json};
use store::Source;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// What servers share that know each other's logins.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) services: Services,
    key: MasterKey,
}

/// A running server.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Value,
}

impl House {
    pub(crate) fn new() -> Self {
        // As many wrong passwords as the tests like.
        let accounts = Accounts::in_memory().unwrap();
        Self {
            services: Services {
                accounts: accounts.with_login_failures(1_000_000),
                store: Source::embedded(1 << 20),
            },
            key: MasterKey::random(),
        }
    }

    /// A server with its ways to log in in this order.
    pub(crate) fn server(&self, chain: &str, more: &[&str]) -> Server {
        let arguments = ["auth-chain", "--listen", "127.0.0.1:0", "--chain", chain];
        let mut settings = Settings::parse_from([&arguments, more].concat());
        settings.common.key = Some(self.key.clone());
        settings.common.workers = Some(1);
        let running = start(&settings, &self.services).unwrap();
        Server {
            address: running.address,
        }
    }
}

impl Server {
    /// The origin of the server's own pages.
    pub(crate) fn own(&self) -> String {
        format!("http://{}", self.address)
    }

    /// An `Authorization` line with a token of this account.
    pub(crate) async fn token(&self, username: &str, password: &str) -> String {
        let body = json!({ "username": username, "password": password });
        let answer = self.send("POST", "/jwt/login", &[], Some(body)).await;
        format!("Bearer {}", answer.body["access"].as_str().unwrap())
    }

    /// A `Cookie` line with a session of this account.
    pub(crate) async fn session(&self, username: &str, password: &str) -> String {
        let body = json!({ "username": username, "password": password });
        let answer = self.send("POST", "/session/login", &[], Some(body)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let line = answer.header("set-cookie").unwrap();
        line.split(';').next().unwrap().to_owned()
    }

    pub(crate) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", path, headers, None).await
    }

    /// On a machine under load a password may find the server busy, and is tried again.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answer {
        loop {
            let answer = self.exchange(method, path, headers, body.as_ref()).await;
            if answer.body["type"] != "urn:statelab:problem:busy" {
                return answer;
            }
        }
    }

    async fn exchange(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
            self.address,
            body.len(),
        );
        if !body.is_empty() {
            request.push_str("Content-Type: application/json\r\n");
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("\r\n{body}"));
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_owned(),
            body: serde_json::from_str(body).unwrap_or_default(),
        }
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// Who decided, or why nobody did.
    pub(crate) fn said(&self) -> &str {
        let by = self.body["mechanism"].as_str();
        let refused = self.body["detail"].as_str();
        by.or(refused).unwrap_or("nobody")
    }
}
