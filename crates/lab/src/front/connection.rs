//! One connection of a client: request after request, each to where its `Host` belongs.

use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout};

use super::{Front, answers, relay};
use crate::board::By;
use crate::column::Column;
use crate::hosts::Place;
use crate::http::{Body, Framing, Incoming, RequestHead};

/// How long a connection may lie idle between two requests.
const IDLE: Duration = Duration::from_secs(75);
/// How long a head may take from its first byte to its last (slow loris).
const HEAD: Duration = Duration::from_secs(10);
/// How long a client may leave an answer unread.
pub(crate) const UNREAD: Duration = Duration::from_secs(30);

/// Where a request goes.
enum Route {
    /// To the lab's own server, not recorded.
    Lab,
    /// To a server, recorded.
    Server(Column, By),
}

/// Serves one connection to its end.
pub(crate) async fn serve<R, W>(reader: R, mut writer: W, front: &Front)
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut reader = Incoming::new(reader);
    while let Ok(Some(request)) = read_head(&mut reader, &mut writer).await {
        match one(&mut reader, &mut writer, front, request).await {
            Ok(true) => {}
            Ok(false) | Err(_) => break,
        }
    }
    // The client may be gone already; there is nobody to tell.
    let _ = writer.shutdown().await;
}

/// Waits for a head; `None` when the client is done or was answered.
pub(crate) async fn read_head<R, W>(
    reader: &mut Incoming<R>,
    writer: &mut W,
) -> std::io::Result<Option<RequestHead>>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    if reader.pending().is_empty() && reader.fill(IDLE).await? == 0 {
        return Ok(None);
    }
    let deadline = Instant::now() + HEAD;
    loop {
        match RequestHead::parse(reader.pending()) {
            Ok(Some(request)) => return Ok(Some(request)),
            Ok(None) => {
                let left = deadline.saturating_duration_since(Instant::now());
                if reader.fill(left).await? == 0 {
                    return Ok(None);
                }
            }
            Err(error) => {
                say(writer, &answers::bad_head(&error)).await?;
                return Ok(None);
            }
        }
    }
}

/// Handles one request; `true` when the connection can carry another.
async fn one<R, W>(
    reader: &mut Incoming<R>,
    writer: &mut W,
    front: &Front,
    request: RequestHead,
) -> std::io::Result<bool>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let route = match decide(front, &request) {
        Ok(route) => route,
        Err(answer) => {
            say(writer, &answer).await?;
            return Ok(false);
        }
    };
    if matches!(route, Route::Server(..)) || request.method != "GET" {
        front.asked.fetch_add(1, Ordering::Relaxed);
    }
    let framing = match Framing::of_request(&request) {
        Ok(framing) => framing,
        Err(error) => {
            say(writer, &answers::bad_body(error)).await?;
            return Ok(false);
        }
    };
    let head = reader.take(request.head.length);
    let until_client_leaves = matches!(route, Route::Lab);
    let body = Body::new(framing);
    let pass = match route {
        Route::Lab => None,
        Route::Server(..) => Some(front.servers.pass().await),
    };
    let sent = relay::Sent {
        request,
        head,
        body,
        until_client_leaves,
        cut: pass.as_ref().map(|pass| pass.cut.clone()),
    };
    let (address, ticket) = match route {
        Route::Lab => (front.page, None),
        Route::Server(column, by) => (
            front.servers.of(column),
            Some(front.board.begin(column, by)),
        ),
    };
    let outcome = relay::run(reader, writer, sent, address).await;
    if let Some(ticket) = ticket {
        ticket.finish(outcome.record);
    }
    drop(pass);
    if outcome.unanswered {
        say(writer, &answers::no_answer()).await?;
    }
    Ok(outcome.reusable)
}

fn decide(front: &Front, request: &RequestHead) -> Result<Route, Vec<u8>> {
    let host = request.head.only("host").ok_or_else(answers::bad_request)?;
    if !request.target.starts_with('/') {
        return Err(answers::bad_request());
    }
    let place = front
        .hosts
        .place(host)
        .ok_or_else(|| answers::misdirected(front.hosts))?;
    let asks_lab = request.path().starts_with("/__lab/");
    match place {
        Place::Page | Place::Lure(_) => Ok(Route::Lab),
        Place::Column(_) if asks_lab => Ok(Route::Lab),
        Place::Column(column) => {
            let by = By::of(request, &front.hosts.column(column));
            Ok(Route::Server(column, by))
        }
        Place::Bare if matches!(request.method.as_str(), "GET" | "HEAD") => {
            Err(answers::where_to_go(front.hosts))
        }
        Place::Bare => Err(answers::misdirected(front.hosts)),
    }
}

/// Writes to a client that may have stopped reading.
pub(crate) async fn say(
    writer: &mut (impl AsyncWrite + Unpin),
    bytes: &[u8],
) -> std::io::Result<()> {
    timeout(UNREAD, writer.write_all(bytes))
        .await
        .map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))?
}
