//! A visitor of one server, who holds the credential in the hand.

use std::{net::SocketAddr, time::Duration};

use harness::http::{Base, Client, Request};
use serde_json::json;

pub(crate) struct Visitor {
    client: Client,
    credential: (&'static str, String),
}

/// What came back, and how long it took.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) took: Duration,
    pub(crate) retry_after: Option<u64>,
    pub(crate) sets_cookie: bool,
    pub(crate) body: String,
}

impl Visitor {
    /// Logs alice in.
    pub(crate) fn log_in(to: SocketAddr) -> Result<Self, String> {
        let client = Client::new(Base::parse(&format!("http://{to}"))?, None)?;
        let body = json!({ "username": "alice", "password": "wonderland" });
        let exchange = client
            .send(&Request::new("POST", "/login").json(&body))
            .map_err(|e| e.to_string())?;
        let answer = exchange.response;
        let cookie = answer.first("set-cookie").map(|line| {
            (
                "Cookie",
                line.split(';').next().unwrap_or_default().to_owned(),
            )
        });
        let token = answer.json().and_then(|body| {
            Some((
                "Authorization",
                format!("Bearer {}", body["access"].as_str()?),
            ))
        });
        let credential = cookie
            .or(token)
            .ok_or(format!("no credential: {}", answer.status))?;
        Ok(Self { client, credential })
    }

    pub(crate) fn send(&self, method: &str, path: &str) -> Result<Answer, String> {
        let (name, value) = &self.credential;
        let request = Request::new(method, path).header(name, value);
        let exchange = self.client.send(&request).map_err(|e| e.to_string())?;
        Ok(Answer {
            status: exchange.response.status,
            took: exchange.took,
            retry_after: exchange.response.retry_after(),
            sets_cookie: exchange.response.first("set-cookie").is_some(),
            body: String::from_utf8_lossy(&exchange.response.body).into_owned(),
        })
    }
}
