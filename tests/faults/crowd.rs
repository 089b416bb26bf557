//! Many at once while Redis hangs or is slow: nobody waits for anybody, and nothing piles up.

use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    runtime::Runtime,
};

use super::cases::Test;
use super::stand::{Stand, recovers, session};
use crate::patience::TOO_LATE;
use crate::visitor::Visitor;

pub(crate) const TESTS: [(&str, Test); 1] = [("session::a_crowd_while_it_hangs", hung)];

/// Requests at the same moment, and how often.
const CROWD: usize = 200;
const TIMES: usize = 4;
/// One second for the answer, and something for 200 connections on a busy machine.
const EACH: Duration = Duration::from_millis(1500);
/// What the process may grow between the first crowd and the last.
const GROWTH_KIB: u64 = 16 * 1024;

fn hung(binary: &Path) -> Result<(), String> {
    let stand = Stand::start(binary, session, "")?;
    let alice = Visitor::log_in(stand.address)?;
    let runtime = Runtime::new().map_err(|e| e.to_string())?;
    let credential = runtime.block_on(log_in(stand.address))?;
    stand.signal("-STOP")?;
    let mut resident = Vec::new();
    let mut outcome = Ok(());
    for _ in 0..TIMES {
        outcome = outcome.and_then(|()| runtime.block_on(crowd(stand.address, &credential, 503)));
        resident.push(resident_kib());
    }
    stand.signal("-CONT")?;
    outcome?;
    recovers(&alice)?;
    match resident[TIMES - 1].saturating_sub(resident[0]) {
        grown if grown < GROWTH_KIB => Ok(()),
        grown => Err(format!("grew by {grown} KiB: {resident:?}")),
    }
}

/// Each of them gets this status, and within the time.
pub(super) async fn crowd(to: SocketAddr, credential: &str, status: u16) -> Result<(), String> {
    let request =
        format!("GET /me HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n{credential}\r\n\r\n");
    let all: Vec<_> = (0..CROWD)
        .map(|_| tokio::spawn(one(to, request.clone(), status)))
        .collect();
    for one in all {
        one.await.map_err(|e| e.to_string())??;
    }
    Ok(())
}

async fn one(to: SocketAddr, request: String, status: u16) -> Result<(), String> {
    let started = Instant::now();
    let answer = exchange(to, &request).await.map_err(|e| e.to_string())?;
    let answer = answer.to_lowercase();
    let says_when = answer.contains("\r\nretry-after:");
    if !answer.starts_with(&format!("http/1.1 {status}")) || says_when != (status == 503) {
        return Err(answer);
    }
    match started.elapsed() {
        took if took < EACH => Ok(()),
        took => Err(format!("{TOO_LATE} took {took:?}")),
    }
}

/// The header line that carries a login.
pub(super) async fn log_in(to: SocketAddr) -> Result<String, String> {
    let body = r#"{"username":"alice","password":"wonderland"}"#;
    let length = body.len();
    let request = format!(
        "POST /login HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let answer = exchange(to, &request).await.map_err(|e| e.to_string())?;
    let after = |name: &str| answer.split_once(name).map(|(_, rest)| rest);
    let upto = |text: &str, end: char| text.split(end).next().map(str::to_owned);
    let cookie = after("set-cookie: ").and_then(|rest| upto(rest, ';'));
    let token = after("\"access\":\"").and_then(|rest| upto(rest, '"'));
    match (cookie, token) {
        (Some(cookie), _) => Ok(format!("Cookie: {cookie}\r\n")),
        (None, Some(token)) => Ok(format!("Authorization: Bearer {token}\r\n")),
        (None, None) => Err(format!("no credential: {answer}")),
    }
}

async fn exchange(to: SocketAddr, request: &str) -> std::io::Result<String> {
    let mut connection = TcpStream::connect(to).await?;
    connection.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await?;
    Ok(answer)
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
