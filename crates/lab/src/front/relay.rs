//! One request and its answer, passed on byte for byte, with a bounded copy kept.

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Cut;
use super::connection::say;
use crate::board::Record;
use crate::http::{Body, BodyError, Framing, Incoming, RequestHead, ResponseHead};

const CONNECT: Duration = Duration::from_secs(2);
/// How long either side may be silent. The lab's own stream says something every 15 seconds.
const SILENCE: Duration = Duration::from_secs(60);

/// How long a client is watched while its answer comes.
const WATCHED: Duration = Duration::from_secs(24 * 60 * 60);

/// A request whose head has been read.
pub(crate) struct Sent {
    pub(crate) request: RequestHead,
    pub(crate) head: Vec<u8>,
    pub(crate) body: Body,
    /// End the exchange when the client goes away. An endless answer is ended by nothing
    /// else; a server's answer is passed on even to a client that closed its own direction.
    pub(crate) until_client_leaves: bool,
    /// End it on this signal too, if it is the client that holds it up.
    pub(crate) cut: Option<Cut>,
}

/// What became of a request.
pub(crate) struct Outcome {
    /// What is kept of it.
    pub(crate) record: Record,
    /// The client has not got a single byte of an answer.
    pub(crate) unanswered: bool,
    /// The client's connection can carry another request.
    pub(crate) reusable: bool,
}

/// What has come of the answer so far.
#[derive(Default)]
struct Answer {
    head: Option<(ResponseHead, Vec<u8>)>,
    body: Option<Body>,
    /// Bytes of interim answers (1xx), which are passed on and not kept.
    interim: u64,
}

/// Sends the request to `address` and the answer back to the client.
pub(crate) async fn run<R, W>(
    client: &mut Incoming<R>,
    writer: &mut W,
    mut sent: Sent,
    address: SocketAddr,
) -> Outcome
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut answer = Answer::default();
    let started = Instant::now();
    let complete = exchange(client, writer, &mut sent, address, &mut answer).await;
    let duration = started.elapsed();
    if let Err(error) = &complete {
        log::debug!("an exchange ended early: {error}");
    }
    let keeps = answer
        .head
        .as_ref()
        .is_some_and(|(head, _)| keeps_open(&sent.request, head));
    let closes = answer.body.as_ref().is_none_or(Body::may_end_by_closing);
    Outcome {
        unanswered: answer.head.is_none() && answer.interim == 0,
        reusable: complete.is_ok() && sent.body.is_done() && keeps && !closes,
        record: record(sent, answer, duration),
    }
}

/// A fresh connection to the server each time: it cannot have been closed by the server
/// in the meantime, and on loopback it costs some ten microseconds.
async fn exchange<R, W>(
    client: &mut Incoming<R>,
    writer: &mut W,
    sent: &mut Sent,
    address: SocketAddr,
    answer: &mut Answer,
) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let stream = timeout(CONNECT, TcpStream::connect(address))
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    stream.set_nodelay(true)?;
    let (reader, mut to_server) = stream.into_split();
    let mut server = Incoming::new(reader);
    say(&mut to_server, &sent.head).await?;

    // Both directions at once: a server may answer before it has read the whole body, and a
    // client may wait with its body for "100 Continue".
    let leaves = sent.until_client_leaves;
    let (held_back, unread) = (sent.cut.clone(), sent.cut.take());
    let upward = async {
        let passed = tokio::select! {
            passed = pass_body(client, &mut to_server, &mut sent.body) => passed,
            () = signal(held_back) => return true,
        };
        if let Err(error) = passed {
            // The client went away, or the server wants no more. What the server says to a
            // request that ends here is still passed on.
            log::debug!("a request ended early: {error}");
            let _ = to_server.shutdown().await;
        }
        leaves && !matches!(client.fill(WATCHED).await, Ok(1..))
    };
    let downward = pass_answer(&mut server, writer, &sent.request.method, answer, unread);
    tokio::pin!(upward, downward);
    let mut is_sent = false;
    loop {
        tokio::select! {
            biased;
            answered = &mut downward => return answered,
            is_over = &mut upward, if !is_sent => {
                if is_over {
                    return Err(closed());
                }
                is_sent = true;
            }
        }
    }
}

async fn pass_answer<R, W>(
    server: &mut Incoming<R>,
    writer: &mut W,
    method: &str,
    answer: &mut Answer,
    cut: Option<Cut>,
) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let head = loop {
        match ResponseHead::parse(server.pending()).map_err(invalid)? {
            Some(head) if matches!(head.status, 100 | 102..=199) => {
                let bytes = server.take(head.head.length);
                answer.interim += bytes.len() as u64;
                say(writer, &bytes).await?;
            }
            Some(head) => break head,
            None if server.fill(SILENCE).await? == 0 => return Err(closed()),
            None => {}
        }
    };
    let framing = Framing::of_response(&head, method).map_err(invalid)?;
    let bytes = server.take(head.head.length);
    let rest = async {
        say(writer, &bytes).await?;
        answer.head = Some((head, bytes));
        pass_body(server, writer, answer.body.insert(Body::new(framing))).await
    };
    // The server has done its part.
    tokio::select! {
        passed = rest => passed,
        () = signal(cut) => Err(closed()),
    }
}

async fn signal(cut: Option<Cut>) {
    match cut {
        Some(cut) => cut.signal().await,
        None => pending().await,
    }
}

async fn pass_body<R, W>(from: &mut Incoming<R>, to: &mut W, body: &mut Body) -> io::Result<()>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    loop {
        let used = body
            .feed(from.pending())
            .map_err(|error: BodyError| invalid(error))?;
        let bytes = from.take(used);
        say(to, &bytes).await?;
        if body.is_done() {
            return Ok(());
        }
        if from.fill(SILENCE).await? == 0 {
            return if body.may_end_by_closing() {
                Ok(())
            } else {
                Err(closed())
            };
        }
    }
}

fn record(sent: Sent, answer: Answer, duration: Duration) -> Record {
    let bytes_up = sent.head.len() as u64 + sent.body.bytes;
    let body_bytes = answer.body.as_ref().map_or(0, |body| body.bytes);
    let (response, response_bytes) = answer.head.unzip();
    let head_bytes = response_bytes.as_ref().map_or(0, Vec::len) as u64;
    Record {
        bytes_up,
        bytes_down: answer.interim + head_bytes + body_bytes,
        duration,
        request: sent.request,
        request_head: sent.head,
        request_body: sent.body.into_kept(),
        response,
        response_head: response_bytes.unwrap_or_default(),
        response_body: answer.body.map(Body::into_kept).unwrap_or_default(),
    }
}

/// Whether both sides leave the connection open (RFC 9112, section 9.3).
fn keeps_open(request: &RequestHead, response: &ResponseHead) -> bool {
    let says_close = |head: &crate::http::Head| {
        head.texts("connection")
            .flat_map(|value| value.split(','))
            .any(|option| option.trim().eq_ignore_ascii_case("close"))
    };
    request.version == 1
        && response.version == 1
        && response.status != 101
        && !says_close(&request.head)
        && !says_close(&response.head)
}

fn closed() -> io::Error {
    io::ErrorKind::UnexpectedEof.into()
}

fn invalid(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}
