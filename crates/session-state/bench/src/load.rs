//! The load: connections that ask the same thing again as soon as they are answered.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

/// Connections at once.
pub(crate) const CONNECTIONS: usize = 16;

/// Asks once, on a connection of its own.
pub(crate) fn once(address: SocketAddr, request: &[u8]) -> anyhow::Result<String> {
    let mut connection = connect(address)?;
    connection.write_all(request)?;
    let mut held = Vec::new();
    answer(&mut connection, &mut held)
}

/// Logs alice in and returns her cookie.
pub(crate) fn log_in(address: SocketAddr) -> anyhow::Result<String> {
    let body = r#"{"username":"alice","password":"wonderland"}"#;
    let request = format!(
        "POST /login HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answer = once(address, request.as_bytes())?;
    let cookie = answer
        .lines()
        .find_map(|line| line.strip_prefix("set-cookie: "))
        .with_context(|| format!("no cookie: {answer}"))?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

/// Asks for so long on all connections; how many answers came, and how long it took.
///
/// One thread for all: it sends to each connection and then reads from each. So the server always
/// has several requests at hand, and the load takes little of the machine.
pub(crate) fn steadily(
    address: SocketAddr,
    request: &[u8],
    lasts: Duration,
) -> anyhow::Result<(u64, Duration)> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push((connect(address)?, Vec::new()));
    }
    for (connection, _) in &mut connections {
        connection.write_all(request)?;
    }
    let began = Instant::now();
    let mut count = 0;
    while began.elapsed() < lasts {
        for (connection, held) in &mut connections {
            let answer = answer(connection, held)?;
            if !answer.starts_with("HTTP/1.1 200") {
                bail!("{answer}");
            }
            count += 1;
            connection.write_all(request)?;
        }
    }
    Ok((count, began.elapsed()))
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let connection = TcpStream::connect(address)?;
    connection.set_nodelay(true)?;
    connection.set_read_timeout(Some(Duration::from_secs(5)))?;
    Ok(connection)
}

/// One answer, head and body; `held` is what came of the next.
fn answer(connection: &mut TcpStream, held: &mut Vec<u8>) -> anyhow::Result<String> {
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = held.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = std::str::from_utf8(&held[..end])?;
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(Ok(0), str::parse::<usize>)?;
            let whole = end + 4 + length;
            if held.len() >= whole {
                let answer = String::from_utf8(held[..whole].to_vec())?;
                held.drain(..whole);
                return Ok(answer);
            }
        }
        match connection.read(&mut buffer)? {
            0 => bail!("the server hung up"),
            read => held.extend_from_slice(&buffer[..read]),
        }
    }
}

/// The CPU time that a process has used, in the kernel too.
pub(crate) fn cpu(process: u32) -> anyhow::Result<Duration> {
    let mut nanos = 0;
    for thread in std::fs::read_dir(format!("/proc/{process}/task"))? {
        let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
        let used = text.split_whitespace().next().unwrap_or_default();
        nanos += used.parse::<u64>()?;
    }
    Ok(Duration::from_nanos(nanos))
}
