//! Where a body ends (RFC 9112, section 6), and the bounded copy that is kept of it.

use thiserror::Error;

use super::{Chunked, Head, RequestHead, ResponseHead};

/// The most that is kept of a body; the rest is counted and passed on.
pub const KEPT_BODY: usize = 64 * 1024;

/// Why the end of a body cannot be known.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum BodyError {
    /// Two answers to the question where the body ends. A front and a server that answer it
    /// differently can be played against each other (request smuggling, RFC 9112, 11.2).
    #[error("the length of the body is said twice or in a way that is not understood")]
    Ambiguous,
    /// The chunks do not follow the grammar.
    #[error("the chunks of the body are malformed")]
    Malformed,
}

/// How the end of a body is found.
#[derive(Debug)]
pub enum Framing {
    /// So many bytes are still to come.
    Length(u64),
    /// The chunked coding.
    Chunked(Chunked),
    /// Until the sender closes; only an answer may do that.
    UntilClose,
}

impl Framing {
    /// The framing of a request's body.
    pub fn of_request(request: &RequestHead) -> Result<Self, BodyError> {
        match (coding(&request.head)?, length(&request.head)?) {
            (true, Some(_)) => Err(BodyError::Ambiguous),
            (true, None) if request.version == 0 => Err(BodyError::Ambiguous),
            (true, None) => Ok(Self::Chunked(Chunked::default())),
            (false, length) => Ok(Self::Length(length.unwrap_or(0))),
        }
    }

    /// The framing of an answer's body; some answers have none, whatever they declare.
    pub fn of_response(response: &ResponseHead, method: &str) -> Result<Self, BodyError> {
        if method == "HEAD" || matches!(response.status, 100..=199 | 204 | 304) {
            return Ok(Self::Length(0));
        }
        match (coding(&response.head)?, length(&response.head)?) {
            (true, Some(_)) => Err(BodyError::Ambiguous),
            (true, None) => Ok(Self::Chunked(Chunked::default())),
            (false, Some(length)) => Ok(Self::Length(length)),
            (false, None) => Ok(Self::UntilClose),
        }
    }
}

/// A body on its way: finds its end and keeps a copy of its beginning.
#[derive(Debug)]
pub struct Body {
    framing: Framing,
    kept: Vec<u8>,
    /// Bytes on the wire so far, framing included.
    pub bytes: u64,
}

impl Body {
    /// A body of which nothing has come yet.
    pub fn new(framing: Framing) -> Self {
        Self {
            framing,
            kept: Vec::new(),
            bytes: 0,
        }
    }

    /// Reads on and says how many of these bytes belong to the body.
    pub fn feed(&mut self, input: &[u8]) -> Result<usize, BodyError> {
        let kept = &mut self.kept;
        let mut keep = |data: &[u8]| {
            let room = KEPT_BODY.saturating_sub(kept.len()).min(data.len());
            kept.extend_from_slice(&data[..room]);
        };
        let used = match &mut self.framing {
            Framing::Length(left) => {
                let here = usize::try_from(*left)
                    .unwrap_or(usize::MAX)
                    .min(input.len());
                keep(&input[..here]);
                *left -= here as u64;
                here
            }
            Framing::Chunked(chunked) => chunked.feed(input, &mut keep)?,
            Framing::UntilClose => {
                keep(input);
                input.len()
            }
        };
        self.bytes += used as u64;
        Ok(used)
    }

    /// Nothing more is to come.
    pub fn is_done(&self) -> bool {
        match &self.framing {
            Framing::Length(left) => *left == 0,
            Framing::Chunked(chunked) => chunked.is_done(),
            Framing::UntilClose => false,
        }
    }

    /// The sender's closing is a proper end.
    pub fn may_end_by_closing(&self) -> bool {
        matches!(self.framing, Framing::UntilClose)
    }

    /// What was kept, decoded from its framing.
    pub fn into_kept(self) -> Vec<u8> {
        self.kept
    }
}

fn coding(head: &Head) -> Result<bool, BodyError> {
    if head.all("transfer-encoding").next().is_none() {
        return Ok(false);
    }
    match head.only("transfer-encoding") {
        Some(coding) if coding.trim().eq_ignore_ascii_case("chunked") => Ok(true),
        _ => Err(BodyError::Ambiguous),
    }
}

fn length(head: &Head) -> Result<Option<u64>, BodyError> {
    if head.all("content-length").next().is_none() {
        return Ok(None);
    }
    let digits = head
        .only("content-length")
        .map(str::trim)
        .unwrap_or_default();
    // `parse` alone would take "+5".
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BodyError::Ambiguous);
    }
    digits.parse().map(Some).map_err(|_| BodyError::Ambiguous)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(fields: &str) -> Result<Framing, BodyError> {
        let text = format!("POST / HTTP/1.1\r\n{fields}\r\n");
        Framing::of_request(&RequestHead::parse(text.as_bytes()).unwrap().unwrap())
    }

    fn response(status: u16, fields: &str, method: &str) -> Framing {
        let text = format!("HTTP/1.1 {status} X\r\n{fields}\r\n");
        let head = ResponseHead::parse(text.as_bytes()).unwrap().unwrap();
        Framing::of_response(&head, method).unwrap()
    }

    #[test]
    fn a_request_says_its_length_once() {
        assert!(matches!(request(""), Ok(Framing::Length(0))));
        assert!(matches!(
            request("Content-Length: 7\r\n"),
            Ok(Framing::Length(7))
        ));
        assert!(matches!(
            request("Transfer-Encoding: Chunked\r\n"),
            Ok(Framing::Chunked(_))
        ));
        for smuggled in [
            "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
            "Content-Length: 1\r\nContent-Length: 2\r\n",
            "Content-Length: +1\r\n",
            "Content-Length: 1, 1\r\n",
            "Content-Length: \r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        ] {
            assert!(request(smuggled).is_err(), "{smuggled}");
        }
    }

    #[test]
    fn some_answers_have_no_body_whatever_they_declare() {
        let declared = "Content-Length: 9\r\n";
        assert!(matches!(
            response(200, declared, "HEAD"),
            Framing::Length(0)
        ));
        assert!(matches!(response(204, declared, "GET"), Framing::Length(0)));
        assert!(matches!(response(304, declared, "GET"), Framing::Length(0)));
        assert!(matches!(response(200, declared, "GET"), Framing::Length(9)));
        assert!(matches!(response(200, "", "GET"), Framing::UntilClose));
    }

    #[test]
    fn the_copy_is_bounded_and_the_count_is_not() {
        let mut body = Body::new(Framing::Length(200_000));
        let piece = vec![b'x'; 100_000];
        assert_eq!(body.feed(&piece), Ok(100_000));
        assert!(!body.is_done());
        assert_eq!(body.feed(&[piece, b"next".to_vec()].concat()), Ok(100_000));
        assert!(body.is_done());
        assert_eq!((body.bytes, body.into_kept().len()), (200_000, KEPT_BODY));
    }
}
