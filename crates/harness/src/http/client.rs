//! One request, one connection, bounded in time and size.

use std::io::{self, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use time::OffsetDateTime;

use super::base::Base;
use super::message::Request;
use super::reading::Reading;
use super::record::Exchange;
use super::tls::{self, Stream};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// An answer that takes longer counts as none.
pub(super) const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(15);
/// Bodies above this are written in pieces, with a look for an early answer in
/// between: a server may refuse a body before it has read it.
const PIECE: usize = 32 * 1024;

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// Nobody listens there, or the name does not resolve.
    #[error("cannot connect: {0}")]
    Unreachable(String),
    /// The answer did not come in time.
    #[error("no answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// The connection ended before the answer was whole.
    #[error("the connection ended before the answer: {0}")]
    Closed(String),
    /// What came is not HTTP/1.1, or larger than this client reads.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
}

/// Sends requests to one base.
#[derive(Clone)]
pub struct Client {
    base: Base,
    tls: Option<Arc<rustls::ClientConfig>>,
}

impl Client {
    /// A client for this base. `ca_file` names certificates (PEM) to trust
    /// besides the public ones.
    ///
    /// # Errors
    /// A sentence for the user, when the certificates cannot be read.
    pub fn new(base: Base, ca_file: Option<&Path>) -> Result<Self, String> {
        let tls = if base.tls {
            Some(tls::trust(ca_file)?)
        } else {
            None
        };
        Ok(Self { base, tls })
    }

    /// The same client, which trusts the same certificates, for another base.
    ///
    /// # Errors
    /// A sentence for the user.
    pub(crate) fn at(&self, base: Base) -> Result<Self, String> {
        if self.tls.is_none() {
            return Self::new(base, None);
        }
        let tls = self.tls.clone();
        Ok(Self { base, tls })
    }

    /// Where this client sends to.
    #[must_use]
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// Does anybody listen?
    ///
    /// # Errors
    /// [`HttpError::Unreachable`] when not.
    pub fn probe(&self) -> Result<(), HttpError> {
        self.connect().map(drop)
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub fn send(&self, request: &Request) -> Result<Exchange, HttpError> {
        self.begin(request, 0)?.finish()
    }

    /// Sends all but the last byte, so that many requests can be let go at the
    /// same instant.
    ///
    /// # Errors
    /// When the connection cannot be made or the bytes cannot be written.
    pub fn hold(&self, request: &Request) -> Result<Held, HttpError> {
        self.begin(request, 1)
    }

    fn begin(&self, request: &Request, held_back: usize) -> Result<Held, HttpError> {
        let bytes = request.to_bytes(&self.base.authority());
        let started = Instant::now();
        let mut stream = self.connect()?;
        stream
            .deadline(started + EXCHANGE_TIMEOUT)
            .map_err(|error| closed(&error))?;
        let now = bytes.len() - held_back;
        // A server that refuses early also stops reading; its answer may be
        // there all the same, so a failed write is not the end.
        let mut written = 0;
        while written < now && !(written > 0 && stream.has_answer()) {
            let piece = (written + PIECE).min(now);
            if stream.write_all(&bytes[written..piece]).is_err() {
                break;
            }
            written = piece;
        }
        let _ = stream.flush();
        Ok(Held {
            request: request.clone(),
            bytes,
            written,
            stream,
            started,
        })
    }

    pub(super) fn connect(&self) -> Result<Stream, HttpError> {
        let unreachable = |error: io::Error| {
            HttpError::Unreachable(format!("{} ({error})", self.base.authority()))
        };
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in self.base.addresses().map_err(unreachable)? {
            match TcpStream::connect_timeout(&address, CONNECT_TIMEOUT) {
                Ok(stream) => {
                    stream.set_nodelay(true).map_err(|error| closed(&error))?;
                    return match self.tls.as_ref().filter(|_| self.base.tls) {
                        None => Ok(Stream::Plain(stream)),
                        Some(config) => tls::wrap(stream, config, &self.base.host),
                    };
                }
                Err(error) => last = error,
            }
        }
        Err(unreachable(last))
    }
}

pub(super) fn closed(error: &io::Error) -> HttpError {
    HttpError::Closed(error.to_string())
}

/// A request on its way, perhaps all but its last byte.
pub struct Held {
    request: Request,
    bytes: Vec<u8>,
    written: usize,
    stream: Stream,
    started: Instant,
}

impl Held {
    /// Writes what was held back and reads the answer.
    ///
    /// # Errors
    /// When there is no whole answer.
    pub fn finish(mut self) -> Result<Exchange, HttpError> {
        if self.bytes.len() == self.written + 1 {
            let _ = self.stream.write_all(&self.bytes[self.written..]);
            let _ = self.stream.flush();
        }
        let deadline = self.started + EXCHANGE_TIMEOUT;
        let mut reading = Reading {
            stream: self.stream,
            deadline,
            received: Vec::new(),
        };
        let response = reading.response(&self.request.method)?;
        Ok(Exchange {
            request: self.request,
            sent: self.bytes,
            received: reading.received,
            response,
            took: self.started.elapsed(),
            at: OffsetDateTime::now_utc(),
        })
    }
}
