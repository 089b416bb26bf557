//! A client without memory: each test holds its tokens in its hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::SocketAddr;

use clap::Parser;
use contract::{Running, Services, accounts::Accounts, settings::MasterKey};
use jwt_state::{Settings, start};
use serde_json::{Value, json};
use store::Source;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A running server, and the accounts behind it.
#[derive(Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    pub(crate) accounts: Accounts,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) text: String,
    pub(crate) body: Value,
}

pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Client {
    pub(crate) fn of(profile: &str) -> Self {
        Self::with(profile, &[])
    }

    /// With these settings besides.
    pub(crate) fn with(profile: &str, settings: &[&str]) -> Self {
        let services = Services {
            accounts: Accounts::in_memory().unwrap(),
            store: Source::embedded(1 << 20),
        };
        Self::started(profile, settings, MasterKey::random(), services)
    }

    /// A server that a test has started itself.
    pub(crate) fn at(running: &Running, services: Services) -> Self {
        Self {
            address: running.address,
            accounts: services.accounts,
        }
    }

    /// Two servers with one key.
    pub(crate) fn two_of(profile: &str, one: Services, two: Services) -> (Self, Self) {
        let key = MasterKey::random();
        (
            Self::started(profile, &[], key.clone(), one),
            Self::started(profile, &[], key, two),
        )
    }

    fn started(profile: &str, more: &[&str], key: MasterKey, services: Services) -> Self {
        let arguments = ["jwt-state", "--listen", "127.0.0.1:0", "--profile", profile];
        let mut settings = Settings::parse_from([&arguments, more].concat());
        settings.common.key = Some(key);
        settings.common.workers = Some(2);
        let running = start(&settings, &services).unwrap();
        Self::at(&running, services)
    }

    pub(crate) async fn log_in(&self, username: &str, password: &str) -> Tokens {
        let body = json!({ "username": username, "password": password });
        Tokens::of(&self.post("/login", None, Some(body)).await)
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.post("/refresh", None, Some(json!({ "refresh": token })))
            .await
    }

    pub(crate) async fn get(&self, path: &str, access: Option<&str>) -> Answer {
        self.send("GET", path, access, None).await
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        access: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        self.send("POST", path, access, body).await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        access: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let header = access.map(|token| format!("Authorization: Bearer {token}\r\n"));
        self.raw(method, path, &header.unwrap_or_default(), body)
            .await
    }

    /// On a machine under load a login may find the server busy, and tries again.
    pub(crate) async fn raw(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: Option<Value>,
    ) -> Answer {
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let kind = match body.is_empty() {
            true => "",
            false => "Content-Type: application/json\r\n",
        };
        let headers = format!("{headers}{kind}");
        loop {
            let answer = self.exchange(method, path, &headers, &body).await;
            if answer.body["type"] != "urn:statelab:problem:busy" {
                return answer;
            }
        }
    }

    /// With these header lines and this body, to the letter.
    pub(crate) async fn exchange(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> Answer {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len(),
        );
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Answer {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_owned(),
            body: serde_json::from_str(body).unwrap_or_default(),
            text: body.to_owned(),
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
}

impl Answer {
    /// Every `Set-Cookie` line.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
            .map(|(_, value)| value)
            .collect()
    }
}

impl Tokens {
    pub(crate) fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body["token_type"], "Bearer");
        let text = |name| answer.body[name].as_str().unwrap().to_owned();
        Self {
            access: text("access"),
            refresh: text("refresh"),
        }
    }
}
