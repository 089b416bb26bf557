//! Reads one answer off a connection: head, body, chunks; all bounded.

use std::io::{self, Read};
use std::time::Instant;

use super::client::{EXCHANGE_TIMEOUT, HttpError, closed};
use super::message::Response;
use super::tls::Stream;

const MAX_HEAD: usize = 64 * 1024;
const MAX_BODY: usize = 4 * 1024 * 1024;
const MAX_HEADERS: usize = 256;

pub(super) struct Reading {
    pub(super) stream: Stream,
    pub(super) deadline: Instant,
    pub(super) received: Vec<u8>,
}

impl Reading {
    pub(super) fn response(&mut self, method: &str) -> Result<Response, HttpError> {
        let mut from = 0;
        loop {
            let (response, head) = self.head(from)?;
            if (100..200).contains(&response.status) {
                from = head;
                continue;
            }
            let bodiless = method == "HEAD" || matches!(response.status, 204 | 304);
            let body = if bodiless {
                Vec::new()
            } else {
                self.body(&response, head)?
            };
            return Ok(Response { body, ..response });
        }
    }

    fn head(&mut self, from: usize) -> Result<(Response, usize), HttpError> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
            let mut parsed = httparse::Response::new(&mut headers);
            match parsed.parse(&self.received[from..]) {
                Err(error) => return Err(HttpError::Unreadable(error.to_string())),
                Ok(httparse::Status::Complete(length)) => {
                    let headers = parsed.headers.iter();
                    let response = Response {
                        status: parsed.code.unwrap_or_default(),
                        headers: headers.map(|h| (h.name.into(), h.value.to_vec())).collect(),
                        body: Vec::new(),
                    };
                    return Ok((response, from + length));
                }
                Ok(httparse::Status::Partial) => {}
            }
            if self.received.len() - from > MAX_HEAD {
                return Err(HttpError::Unreadable(format!(
                    "a head of more than {MAX_HEAD} bytes"
                )));
            }
            if self.more()? == 0 {
                return Err(HttpError::Closed(format!(
                    "after {} bytes",
                    self.received.len()
                )));
            }
        }
    }

    fn body(&mut self, response: &Response, start: usize) -> Result<Vec<u8>, HttpError> {
        let coding = response.first("transfer-encoding").unwrap_or_default();
        if coding.to_ascii_lowercase().contains("chunked") {
            return self.chunks(start);
        }
        let length = match response.first("content-length") {
            None => None,
            Some(text) => Some(
                text.trim()
                    .parse::<usize>()
                    .map_err(|_| HttpError::Unreadable(format!("Content-Length is `{text}`")))?,
            ),
        };
        loop {
            let have = self.received.len() - start;
            match length {
                Some(length) if have >= length => {
                    return Ok(self.received[start..start + length].to_vec());
                }
                _ if have > MAX_BODY => return Err(too_large()),
                _ => {}
            }
            if self.more()? == 0 {
                return match length {
                    None => Ok(self.received[start..].to_vec()),
                    Some(length) => {
                        Err(HttpError::Closed(format!("{have} of {length} body bytes")))
                    }
                };
            }
        }
    }

    fn chunks(&mut self, mut at: usize) -> Result<Vec<u8>, HttpError> {
        let mut body = Vec::new();
        loop {
            let (line, size) = match httparse::parse_chunk_size(&self.received[at..]) {
                Err(_) => return Err(HttpError::Unreadable("a chunk size".into())),
                Ok(httparse::Status::Complete((line, size))) => {
                    (line, usize::try_from(size).map_err(|_| too_large())?)
                }
                Ok(httparse::Status::Partial) => {
                    self.more_or_closed()?;
                    continue;
                }
            };
            if size == 0 {
                return Ok(body);
            }
            if body.len() + size > MAX_BODY {
                return Err(too_large());
            }
            while self.received.len() < at + line + size + 2 {
                self.more_or_closed()?;
            }
            body.extend_from_slice(&self.received[at + line..at + line + size]);
            at += line + size + 2;
        }
    }

    fn more_or_closed(&mut self) -> Result<(), HttpError> {
        match self.more()? {
            0 => Err(HttpError::Closed("inside a chunked body".into())),
            _ => Ok(()),
        }
    }

    fn more(&mut self) -> Result<usize, HttpError> {
        self.stream
            .deadline(self.deadline)
            .map_err(|error| closed(&error))?;
        let mut buffer = [0; 8192];
        match self.stream.read(&mut buffer) {
            Ok(read) => {
                self.received.extend_from_slice(&buffer[..read]);
                Ok(read)
            }
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                ) =>
            {
                Err(HttpError::TimedOut(EXCHANGE_TIMEOUT))
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => self.more(),
            // A TLS peer that just closes, or a server that refused without reading
            // all: what was framed is whole all the same.
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset
                ) =>
            {
                Ok(0)
            }
            Err(error) => Err(closed(&error)),
        }
    }
}

fn too_large() -> HttpError {
    HttpError::Unreadable(format!("a body of more than {MAX_BODY} bytes"))
}
