//! The load: sixteen connections that ask the same thing again as soon as they are answered.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::try_join_all;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::time::{Instant, timeout};

use crate::http::{Body, Framing, Incoming, ResponseHead};

/// Connections at once.
pub(super) const CONNECTIONS: usize = 16;
/// One answer may take so long.
const PATIENCE: Duration = Duration::from_secs(5);

/// An answer.
pub(super) struct Answer {
    pub(super) head: ResponseHead,
    pub(super) body: Vec<u8>,
}

/// Asks once, on a connection of its own.
pub(super) async fn once(address: SocketAddr, request: &[u8], method: &str) -> io::Result<Answer> {
    let (reader, mut writer) = TcpStream::connect(address).await?.into_split();
    writer.write_all(request).await?;
    answer(&mut Incoming::new(reader), method).await
}

/// Asks for so long on all connections; returns how many answers came, each of them 200.
pub(super) async fn steadily(
    address: SocketAddr,
    request: &[u8],
    lasts: Duration,
) -> io::Result<u64> {
    let end = Instant::now() + lasts;
    let connections = (0..CONNECTIONS).map(|_| one_connection(address, request, end));
    // A server that stops answering must not hold the whole run.
    let counts = timeout(lasts + PATIENCE, try_join_all(connections))
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    Ok(counts.into_iter().sum())
}

async fn one_connection(address: SocketAddr, request: &[u8], end: Instant) -> io::Result<u64> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (reader, mut writer) = stream.into_split();
    let mut reader = Incoming::new(reader);
    let mut count = 0;
    while Instant::now() < end {
        writer.write_all(request).await?;
        let status = answer(&mut reader, "GET").await?.head.status;
        if status != 200 {
            return Err(io::Error::other(format!("it answered {status}")));
        }
        count += 1;
    }
    Ok(count)
}

async fn answer(reader: &mut Incoming<OwnedReadHalf>, method: &str) -> io::Result<Answer> {
    let head = loop {
        match ResponseHead::parse(reader.pending()).map_err(io::Error::other)? {
            Some(head) => break head,
            None => more(reader).await?,
        }
    };
    reader.take(head.head.length);
    let mut body = Body::new(Framing::of_response(&head, method).map_err(io::Error::other)?);
    loop {
        let used = body.feed(reader.pending()).map_err(io::Error::other)?;
        reader.take(used);
        if body.is_done() {
            return Ok(Answer {
                head,
                body: body.into_kept(),
            });
        }
        more(reader).await?;
    }
}

async fn more(reader: &mut Incoming<OwnedReadHalf>) -> io::Result<()> {
    match reader.fill(PATIENCE).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}
