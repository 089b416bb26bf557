//! One of the two servers that are compared, and what it has answered so far.

use std::net::SocketAddr;

use serde_json::{Value, json};

use crate::interop::http::{self, Answer};
use crate::interop::library;
use crate::interop::server::Parts;

type SetActive<'s> = Box<dyn Fn(&str, bool) -> Result<(), String> + 's>;

/// A server with Simple JWT's endpoints.
pub(crate) struct Side<'s> {
    address: SocketAddr,
    secret: &'s str,
    set_active: SetActive<'s>,
    pub(super) answers: Vec<(&'static str, Answer)>,
}

/// What is sent.
pub(super) struct Request {
    line: String,
    headers: String,
    body: Vec<u8>,
}

/// The tokens of a login.
#[derive(Clone)]
pub(super) struct Pair {
    pub(super) access: String,
    pub(super) refresh: String,
}

pub(super) fn request(line: &str) -> Request {
    Request {
        line: line.to_owned(),
        headers: "Accept: application/json\r\n".to_owned(),
        body: Vec::new(),
    }
}

impl Request {
    pub(super) fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub(super) fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers += &format!("Content-Type: {kind}\r\n");
        self.body = body.into();
        self
    }

    pub(super) fn authorization(mut self, value: &str) -> Self {
        self.headers += &format!("Authorization: {value}\r\n");
        self
    }
}

impl<'s> Side<'s> {
    pub(crate) fn new(address: SocketAddr, secret: &'s str, set_active: SetActive<'s>) -> Self {
        Self {
            address,
            secret,
            set_active,
            answers: Vec::new(),
        }
    }

    /// Sends it; the answer is kept under this name, to be compared.
    pub(super) fn say(&mut self, name: &'static str, request: &Request) -> Result<Value, String> {
        let Request {
            line,
            headers,
            body,
        } = request;
        let answer = http::send(self.address, line, headers, body)?;
        let said = answer.json();
        self.answers.push((name, answer));
        Ok(said)
    }

    /// A login that is only a means.
    pub(super) fn pair(&self, username: &str, password: &str) -> Result<Pair, String> {
        let body = json!({ "username": username, "password": password });
        let said = http::post(self.address, "/api/token/", &body)?.ok()?;
        Pair::of(&said)
    }

    /// Disables an account, or lets it in again.
    pub(super) fn set_active(&self, username: &str, active: bool) -> Result<(), String> {
        (self.set_active)(username, active)
    }

    /// One of its tokens with other claims, signed with its own key. A null takes a claim out.
    pub(super) fn forged(&self, token: &str, changes: &Value) -> Result<String, String> {
        let mut claims = Parts::of(token)?.claims;
        for (name, value) in changes.as_object().into_iter().flatten() {
            if value.is_null() {
                claims
                    .as_object_mut()
                    .and_then(|claims| claims.remove(name));
            } else {
                claims[name] = value.clone();
            }
        }
        self.signed(token, &claims, self.secret)
    }

    /// The same token, signed with another key.
    pub(super) fn signed_by_somebody_else(&self, token: &str) -> Result<String, String> {
        let claims = Parts::of(token)?.claims;
        self.signed(token, &claims, &"somebody else's key ".repeat(4))
    }

    /// The same token, whose time was over an hour ago.
    pub(super) fn expired(&self, token: &str) -> Result<String, String> {
        let claims = Parts::of(token)?.claims;
        let mut past = json!({});
        for name in ["iat", "exp", "auth_time"] {
            if let Some(at) = claims[name].as_i64() {
                past[name] = json!(at - 90_000);
            }
        }
        self.forged(token, &past)
    }

    fn signed(&self, like: &str, claims: &Value, secret: &str) -> Result<String, String> {
        let mut header = Parts::of(like)?.header;
        header
            .as_object_mut()
            .and_then(|header| header.remove("alg"));
        library::named("pyjwt")?.token(&json!({
            "do": "sign", "alg": "HS256", "key": { "secret": secret },
            "header": header, "claims": claims,
        }))
    }
}

impl Pair {
    /// After a refresh; without rotation the refresh token stays.
    pub(super) fn next(&self, said: &Value) -> Result<Self, String> {
        let mut said = said.clone();
        if said["refresh"].is_null() {
            said["refresh"] = json!(self.refresh);
        }
        Self::of(&said)
    }

    pub(super) fn of(said: &Value) -> Result<Self, String> {
        let text = |name| said[name].as_str().map(str::to_owned);
        match (text("access"), text("refresh")) {
            (Some(access), Some(refresh)) => Ok(Self { access, refresh }),
            _ => Err(format!("no pair of tokens: {said}")),
        }
    }
}
