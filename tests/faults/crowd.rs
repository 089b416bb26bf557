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
    let cookie = runtime.block_on(log_in(stand.address))?;
    stand.signal("-STOP")?;
    let mut resident = Vec::new();
    let mut outcome = Ok(());
    for _ in 0..TIMES {
        outcome = outcome.and_then(|()| runtime.block_on(crowd(stand.address, &cookie)));
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

async fn crowd(to: SocketAddr, cookie: &str) -> Result<(), String> {
    let request =
        format!("GET /me HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\nCookie: {cookie}\r\n\r\n");
    let all: Vec<_> = (0..CROWD)
        .map(|_| tokio::spawn(one(to, request.clone())))
        .collect();
    for one in all {
        one.await.map_err(|e| e.to_string())??;
    }
    Ok(())
}

async fn one(to: SocketAddr, request: String) -> Result<(), String> {
    let started = Instant::now();
    let answer = exchange(to, &request).await.map_err(|e| e.to_string())?;
    let answer = answer.to_lowercase();
    if !answer.starts_with("http/1.1 503") || !answer.contains("\r\nretry-after:") {
        return Err(answer);
    }
    match started.elapsed() {
        took if took < EACH => Ok(()),
        took => Err(format!("took {took:?}")),
    }
}

/// The cookie of a login, as it is sent back.
async fn log_in(to: SocketAddr) -> Result<String, String> {
    let body = r#"{"username":"alice","password":"wonderland"}"#;
    let length = body.len();
    let request = format!(
        "POST /login HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let answer = exchange(to, &request).await.map_err(|e| e.to_string())?;
    let line = answer
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "));
    let cookie = line.and_then(|line| line.split(';').next());
    cookie
        .map(str::to_owned)
        .ok_or_else(|| format!("no cookie: {answer}"))
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
