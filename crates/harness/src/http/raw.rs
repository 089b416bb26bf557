//! Bytes on a connection, as they are: for what no client would send.

use std::io::{ErrorKind, Read as _, Write as _};
use std::time::{Duration, Instant};

use super::client::{Client, HttpError, closed};
use super::message::Response;
use super::tls::Stream;

const MOST: usize = 1 << 20;
const MAX_HEADERS: usize = 256;

/// An open connection.
pub struct Raw {
    stream: Stream,
    received: Vec<u8>,
    /// The other side has ended it.
    pub ended: bool,
}

impl Client {
    /// A connection on which a case writes what it likes.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn raw(&self) -> Result<Raw, HttpError> {
        Ok(Raw {
            stream: self.connect()?,
            received: Vec::new(),
            ended: false,
        })
    }
}

impl Raw {
    /// Writes bytes; a peer that refuses early also stops reading, which is no fault.
    ///
    /// # Errors
    /// When the connection has no sockets below it any more.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), HttpError> {
        let deadline = Instant::now() + Duration::from_secs(10);
        self.stream.deadline(deadline).map_err(|e| closed(&e))?;
        for piece in bytes.chunks(32 * 1024) {
            if self.stream.has_answer() || self.stream.write_all(piece).is_err() {
                break;
            }
        }
        let _ = self.stream.flush();
        Ok(())
    }

    /// Says that nothing more comes, and goes on reading.
    pub fn half_close(&mut self) {
        self.stream.end_writing();
    }

    /// Every whole answer that comes within this time, at most so many; bodies by
    /// their `Content-Length`, and to the end of the connection where there is none.
    pub fn answers(&mut self, most: usize, within: Duration) -> Vec<Response> {
        let until = Instant::now() + within;
        let mut answers = Vec::new();
        loop {
            while answers.len() < most {
                let Some((answer, length)) = first(&self.received, self.ended) else {
                    break;
                };
                self.received.drain(..length);
                if !(100..200).contains(&answer.status) {
                    answers.push(answer);
                }
            }
            let full = self.received.len() > MOST || answers.len() >= most;
            if self.ended || full || Instant::now() >= until {
                return answers;
            }
            self.read_more(until);
        }
    }

    /// Does the other side end the connection within this time?
    pub fn ends(&mut self, within: Duration) -> bool {
        let until = Instant::now() + within;
        while !self.ended && Instant::now() < until && self.received.len() < MOST {
            self.read_more(until);
        }
        self.ended
    }

    fn read_more(&mut self, until: Instant) {
        if self.stream.deadline(until).is_err() {
            self.ended = true;
            return;
        }
        let mut buffer = [0; 8192];
        match self.stream.read(&mut buffer) {
            Ok(0) => self.ended = true,
            Ok(read) => self.received.extend_from_slice(&buffer[..read]),
            Err(error) => {
                let waits = [
                    ErrorKind::WouldBlock,
                    ErrorKind::TimedOut,
                    ErrorKind::Interrupted,
                ];
                self.ended = !waits.contains(&error.kind());
            }
        }
    }
}

/// The first whole answer in these bytes, and how many of them it takes.
fn first(received: &[u8], ended: bool) -> Option<(Response, usize)> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Response::new(&mut headers);
    let Ok(httparse::Status::Complete(head)) = parsed.parse(received) else {
        return None;
    };
    let headers = parsed.headers.iter();
    let mut answer = Response {
        status: parsed.code.unwrap_or_default(),
        headers: headers.map(|h| (h.name.into(), h.value.to_vec())).collect(),
        body: Vec::new(),
    };
    let bodiless = matches!(answer.status, 100..200 | 204 | 304);
    let length = answer
        .first("content-length")
        .and_then(|text| text.trim().parse().ok());
    let have = received.len() - head;
    let length = match length {
        _ if bodiless => 0,
        Some(length) if have >= length => length,
        None if ended => have,
        _ => return None,
    };
    answer.body = received[head..head + length].to_vec();
    Some((answer, head + length))
}
