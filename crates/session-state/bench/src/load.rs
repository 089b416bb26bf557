//! The load: connections that ask the same thing again as soon as they are answered.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};

/// Connections at once.
pub(crate) const CONNECTIONS: usize = 16;

/// A connection that has one question under way at a time.
struct Asking {
    stream: TcpStream,
    /// What has come and is not read.
    held: Vec<u8>,
}

/// Asks once, on a connection of its own.
pub(crate) fn once(address: SocketAddr, request: &[u8]) -> anyhow::Result<String> {
    let mut connection = Asking::connect(address)?;
    connection.stream.write_all(request)?;
    let whole = connection.wait()?;
    Ok(String::from_utf8(connection.held[..whole].to_vec())?)
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
        connections.push(Asking::connect(address)?);
    }
    for connection in &mut connections {
        connection.stream.write_all(request)?;
    }
    let began = Instant::now();
    let mut count = 0;
    while began.elapsed() < lasts {
        for connection in &mut connections {
            let whole = connection.wait()?;
            if !connection.held.starts_with(b"HTTP/1.1 200") {
                bail!("{}", String::from_utf8_lossy(&connection.held));
            }
            connection.held.drain(..whole);
            count += 1;
            connection.stream.write_all(request)?;
        }
    }
    Ok((count, began.elapsed()))
}

impl Asking {
    fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        let held = Vec::with_capacity(4096);
        Ok(Self { stream, held })
    }

    /// Waits for an answer; how many bytes of `held` it is. Little is done here: each microsecond
    /// of the load is taken from the server and from Redis, which share the machine with it.
    fn wait(&mut self) -> anyhow::Result<usize> {
        let mut buffer = [0; 4096];
        loop {
            if let Some(whole) = whole(&self.held)
                && self.held.len() >= whole
            {
                return Ok(whole);
            }
            match self.stream.read(&mut buffer)? {
                0 => bail!("the server hung up"),
                read => self.held.extend_from_slice(&buffer[..read]),
            }
        }
    }
}

/// How long an answer is, head and body, when its head is there.
fn whole(held: &[u8]) -> Option<usize> {
    let find = |held: &[u8], what: &[u8]| held.windows(what.len()).position(|at| at == what);
    const LENGTH: &[u8] = b"content-length: ";
    let end = find(held, b"\r\n\r\n")?;
    let length = find(&held[..end], LENGTH).map_or(0, |at| {
        let digits = held[at + LENGTH.len()..end].iter();
        let digits = digits.take_while(|byte| byte.is_ascii_digit());
        digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0'))
    });
    Some(end + 4 + length)
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
