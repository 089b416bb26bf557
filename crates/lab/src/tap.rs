//! The tap between one server and Redis: bytes go through untouched, copies are read.
//!
//! Each server has a tap of its own, so a command's column is known by the socket on which it
//! came. It is one in a folder that nobody else may enter: a port would let every user of the
//! machine into a Redis that has no password. The tap holds no byte back unless the `line::Line`
//! is to be slow or to hang: when it cannot read along any more, it only splices.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::board::{Board, Leg, StoreCommand};
use crate::column::Column;
use crate::line::Switch;
use crate::resp::{self, MAX_FRAME, Value};

/// Where the real Redis is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Upstream {
    /// Host and port.
    Tcp(String, u16),
    /// A socket's path.
    Unix(PathBuf),
}

/// A command on its way.
struct Sent {
    at: Instant,
    /// In words; `None` for one that belongs to no request.
    words: Option<String>,
    bytes: usize,
    /// Nothing else was on its way.
    alone: bool,
}

/// Commands of one connection that wait for their reply. Redis answers in order.
#[derive(Default)]
struct Waiting {
    commands: VecDeque<Sent>,
    /// Something could not be read; from here on replies cannot be told apart.
    lost: bool,
}

/// Bounds what a server can have outstanding; real pipelines are far shorter.
const MAX_WAITING: usize = 4096;

/// Opens a tap for a column on this socket.
pub(crate) fn open(
    socket: &Path,
    column: Column,
    upstream: Upstream,
    board: Arc<Board>,
    switch: Switch,
) -> io::Result<JoinHandle<()>> {
    let listener = UnixListener::bind(socket)?;
    Ok(tokio::spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((server, _)) = listener.accept().await {
            let (upstream, board) = (upstream.clone(), Arc::clone(&board));
            let mut switch = switch.clone();
            connections.spawn(async move {
                let line = switch.clone();
                let spliced = tokio::select! {
                    ended = splice(server, &upstream, column, &board, line) => ended,
                    () = switch.cut() => Ok(()),
                };
                if let Err(error) = spliced {
                    log::debug!("tap of {}: {error}", column.id());
                }
            });
            while connections.try_join_next().is_some() {}
        }
    }))
}

async fn splice(
    server: UnixStream,
    upstream: &Upstream,
    column: Column,
    board: &Board,
    line: Switch,
) -> io::Result<()> {
    if line.is_cut() {
        return Ok(());
    }
    match upstream {
        Upstream::Tcp(host, port) => {
            let redis = TcpStream::connect((host.as_str(), *port)).await?;
            redis.set_nodelay(true)?;
            both_ways(server, redis, column, board, line).await
        }
        Upstream::Unix(path) => {
            let redis = UnixStream::connect(path).await?;
            both_ways(server, redis, column, board, line).await
        }
    }
}

async fn both_ways(
    server: UnixStream,
    redis: impl AsyncRead + AsyncWrite,
    column: Column,
    board: &Board,
    line: Switch,
) -> io::Result<()> {
    let waiting = Mutex::new(Waiting::default());
    let lock = || waiting.lock().unwrap_or_else(PoisonError::into_inner);
    let (server_reads, server_writes) = server.into_split();
    let (redis_reads, redis_writes) = tokio::io::split(redis);
    let now = line.clone();
    let commands = copy(server_reads, redis_writes, None, |value, bytes| {
        let mut words = resp::command(&value);
        // Whoever asked will have given up before a reply comes, and that belongs to nothing.
        if now.is_hung()
            && let Some(command) = words.take()
        {
            let leg = Leg {
                bytes_up: bytes,
                bytes_down: 0,
                round_trip: false,
            };
            let unanswered = StoreCommand {
                command,
                reply: None,
                duration: Duration::ZERO,
                leg: Some(leg),
            };
            board.store_command(column, unanswered);
        }
        let mut waiting = lock();
        if waiting.commands.len() == MAX_WAITING {
            waiting.lost = true;
        }
        if !waiting.lost {
            let alone = waiting.commands.is_empty();
            waiting.commands.push_back(Sent {
                at: Instant::now(),
                words,
                bytes,
                alone,
            });
        }
    });
    let replies = copy(redis_reads, server_writes, Some(line), |value, bytes| {
        if matches!(value, Value::Push(_)) {
            return;
        }
        let answered = {
            let mut waiting = lock();
            if waiting.lost {
                None
            } else {
                waiting.commands.pop_front()
            }
        };
        if let Some(sent) = answered
            && let Some(command) = sent.words
            && !resp::comes_again(&value)
        {
            let leg = Leg {
                bytes_up: sent.bytes,
                bytes_down: bytes,
                round_trip: sent.alone,
            };
            board.store_command(
                column,
                StoreCommand {
                    command,
                    reply: Some(resp::reply(&value)),
                    duration: sent.at.elapsed(),
                    leg: Some(leg),
                },
            );
        }
    });
    // When one side closes, the connection is over: Redis clients do not half-close.
    tokio::select! {
        ended = commands => ended,
        ended = replies => ended,
    }
}

/// Passes bytes on and hands each whole value to `read` first, so that a reply is on the
/// board before the server can act on it. A `line` says when they may go on.
async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut line: Option<Switch>,
    read: impl Fn(Value, usize),
) -> io::Result<()> {
    let mut chunk = vec![0; 16 * 1024];
    let mut pending = Some(Vec::new());
    loop {
        let count = from.read(&mut chunk).await?;
        if count == 0 {
            return Ok(());
        }
        if let Some(line) = &mut line {
            line.reply().await?;
        }
        if let Some(bytes) = &mut pending {
            bytes.extend_from_slice(&chunk[..count]);
            if !take_values(bytes, &read) {
                pending = None;
            }
        }
        to.write_all(&chunk[..count]).await?;
    }
}

/// `false` when the bytes cannot be read along any more.
fn take_values(bytes: &mut Vec<u8>, read: &impl Fn(Value, usize)) -> bool {
    let mut used = 0;
    let readable = loop {
        match resp::parse(&bytes[used..]) {
            Ok(Some((value, length))) => {
                used += length;
                read(value, length);
            }
            Ok(None) => break true,
            Err(error) => {
                log::warn!("the tap stops reading a connection to Redis: {error}");
                break false;
            }
        }
    };
    bytes.drain(..used);
    readable && bytes.len() < MAX_FRAME
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn values_are_taken_out_as_they_become_whole() {
        let seen = RefCell::new(Vec::new());
        let read = |value, bytes| seen.borrow_mut().push((value, bytes));
        let mut bytes = Vec::new();
        for piece in [&b"+a\r\n+b\r\n+"[..], b"c\r", b"\n$2\r\nx"] {
            bytes.extend_from_slice(piece);
            assert!(take_values(&mut bytes, &read));
        }
        assert_eq!(
            *seen.borrow(),
            [
                (Value::Simple("a".into()), 4),
                (Value::Simple("b".into()), 4),
                (Value::Simple("c".into()), 4)
            ]
        );
        assert_eq!(bytes, b"$2\r\nx");
        bytes.extend_from_slice(b"!!!!");
        assert!(!take_values(&mut bytes, &read));
    }
}
