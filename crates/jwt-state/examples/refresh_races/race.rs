//! One race: who gets a token, and which of the tokens work afterwards.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, ensure};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use clap::Parser;
use contract::settings::MasterKey;
use contract::{Running, Services};
use jsonwebtoken::{EncodingKey, Header};
use jwt_state::Settings;
use serde_json::{Value, json};
use store::{Digest, Family, Store};
use tokio::runtime::Runtime;

/// Refreshes of one token at the same time.
pub(crate) const CONNECTIONS: usize = 16;

/// A server, 16 connections to it, and its key: the logins are made without a password, because
/// checking one takes longer than the race.
pub(crate) struct Stand {
    runtime: Runtime,
    running: Running,
    store: Store,
    key: EncodingKey,
    /// A login's refresh token taken apart, and its family: the others are made after them.
    header: Header,
    claims: Value,
    family: Family,
    logins: u64,
    connections: Vec<BufReader<TcpStream>>,
}

/// How one race ended.
pub(crate) struct Outcome {
    /// Tokens that the race handed out.
    pub(crate) handed_out: Vec<String>,
    /// How many of these worked.
    pub(crate) live: usize,
    /// Answers of 503: on a busy machine the store is late, and then nobody knows what it did.
    pub(crate) unavailable: usize,
}

/// How all of them ended.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) handed_out: u64,
    /// Races after which no branch lived, one, or more.
    pub(crate) live: [u64; 3],
    /// Races in which the store was too late for an answer; two branches count there too.
    pub(crate) void: u64,
}

impl Tally {
    /// The races that were answered.
    pub(crate) fn races(&self) -> u64 {
        self.live.iter().sum()
    }

    pub(crate) fn add(&mut self, outcome: &Outcome) {
        if outcome.unavailable > 0 && outcome.live < 2 {
            self.void += 1;
            return;
        }
        self.handed_out += outcome.handed_out.len() as u64;
        self.live[outcome.live.min(2)] += 1;
    }
}

impl Stand {
    /// With the store at `url`, or the embedded one.
    pub(crate) fn start(url: Option<&str>, grace: Option<&str>) -> anyhow::Result<Self> {
        let mut arguments = vec!["jwt-state", "--listen", "127.0.0.1:0", "--workers", "4"];
        for (flag, value) in [("--redis", url), ("--refresh-grace", grace)] {
            arguments.extend(value.map(|value| [flag, value]).into_iter().flatten());
        }
        let mut settings = Settings::try_parse_from(arguments)?;
        let master = MasterKey::random();
        settings.common.key = Some(master.clone());
        let runtime = Runtime::new()?;
        let _inside = runtime.enter();
        let services = Services::open(&settings.common)?;
        let running = jwt_state::start(&settings, &services)?;
        let store = services.store.open()?;
        let connections = (0..CONNECTIONS).map(|_| TcpStream::connect(running.address));
        let connections = connections.map(|stream| Ok(BufReader::new(stream?)));
        let mut connections = connections.collect::<anyhow::Result<Vec<_>>>()?;

        let body = json!({ "username": "alice", "password": "wonderland" });
        let login = post(running.address, "/login", &body);
        connections[0].get_mut().write_all(&login)?;
        let (status, tokens) = answer(&mut connections[0])?;
        ensure!(
            status == 200,
            "the login is answered with {status}: {tokens}"
        );
        let refresh = tokens["refresh"].as_str().context("no refresh token")?;
        let claims = refresh.split('.').nth(1).context("no claims")?;
        let claims: Value = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims)?)?;
        let sid = claims["sid"].as_str().context("no `sid`")?;
        let family = runtime.block_on(store.family(sid))?;
        let secret = master.derive::<32>("jwt-state: HS256 signature of tokens");
        drop(_inside);
        Ok(Self {
            header: jsonwebtoken::decode_header(refresh)?,
            family: family.context("the login has no family")?,
            key: EncodingKey::from_secret(&secret),
            logins: 0,
            runtime,
            running,
            store,
            claims,
            connections,
        })
    }

    /// The refresh token of a new login. On a busy machine the store may be late; then it is
    /// another login that counts.
    pub(crate) fn new_login(&mut self) -> anyhow::Result<String> {
        let mut tries = 0;
        loop {
            self.logins += 1;
            let id = format!("login-{}", self.logins);
            self.claims["sid"] = json!(id);
            self.claims["jti"] = json!(id);
            let token = jsonwebtoken::encode(&self.header, &self.claims, &self.key)?;
            let digest = Digest::of(token.as_bytes());
            let opening = self.store.open_family(&id, &self.family, &digest);
            match self.runtime.block_on(opening) {
                Ok(()) => return Ok(token),
                Err(_) if tries < 10 => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The token is refreshed on all connections at once; then so is every token that this gave.
    /// A dead one ends the login, so the most likely one to live goes ahead of the others.
    pub(crate) fn race(&mut self, token: &str) -> anyhow::Result<Outcome> {
        let (handed_out, mut unavailable) = self.refresh(&[token; CONNECTIONS])?;
        let mut tokens: Vec<&str> = handed_out.iter().map(String::as_str).collect();
        let last: Vec<&str> = tokens.pop().into_iter().collect();
        let mut live = 0;
        for wave in [last, tokens] {
            let (fresh, late) = self.refresh(&wave)?;
            live += fresh.len();
            unavailable += late;
        }
        Ok(Outcome {
            handed_out,
            live,
            unavailable,
        })
    }

    /// Sends one token on each connection; the tokens that come back, and how often it was 503.
    pub(crate) fn refresh(&mut self, tokens: &[&str]) -> anyhow::Result<(Vec<String>, usize)> {
        let address = self.running.address;
        let requests: Vec<_> = (tokens.iter())
            .map(|token| post(address, "/refresh", &json!({ "refresh": token })))
            .collect();
        for (connection, request) in self.connections.iter_mut().zip(&requests) {
            connection.get_mut().write_all(request)?;
        }
        let (mut fresh, mut unavailable) = (Vec::new(), 0);
        for connection in self.connections.iter_mut().take(requests.len()) {
            match answer(connection)? {
                (200, tokens) => {
                    let token = tokens["refresh"].as_str().context("no refresh token")?;
                    fresh.push(token.to_owned());
                }
                (503, _) => unavailable += 1,
                (status, body) => ensure!(status == 401, "answered with {status}: {body}"),
            }
        }
        Ok((fresh, unavailable))
    }

    pub(crate) fn stop(self) {
        drop(self.connections);
        self.runtime.block_on(self.running.stop());
    }
}

fn post(to: SocketAddr, path: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    format!(
        "POST {path} HTTP/1.1\r\nHost: {to}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Status and body.
fn answer(connection: &mut BufReader<TcpStream>) -> anyhow::Result<(u16, Value)> {
    let (mut status, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        connection.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if status.is_none() {
            let code = line.split(' ').nth(1).context("the server hung up")?;
            status = Some(code.parse()?);
        } else if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse()?;
        } else if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body)?;
    let status = status.context("no status")?;
    Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
}
