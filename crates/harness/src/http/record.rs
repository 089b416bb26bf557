//! What went over the wire, and how it is shown without giving secrets away.

use std::fmt::Write as _;
use std::time::Duration;

use time::OffsetDateTime;

use super::mask::{mask_header, mask_known, mask_members, mask_query};
use super::message::{Request, Response};

const SHOWN_BODY: usize = 2000;

/// One request with its answer, byte for byte.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What was asked.
    pub request: Request,
    /// The bytes sent.
    pub sent: Vec<u8>,
    /// The bytes received.
    pub received: Vec<u8>,
    /// The answer, parsed.
    pub response: Response,
    /// From connecting to the last byte of the answer.
    pub took: Duration,
    /// When the answer was whole.
    pub at: OffsetDateTime,
}

impl Exchange {
    /// A request that got no answer, to be shown.
    pub(crate) fn unanswered(request: &Request, authority: &str) -> Self {
        Self {
            sent: request.to_bytes(authority),
            request: request.clone(),
            received: Vec::new(),
            response: Response {
                status: 0,
                headers: Vec::new(),
                body: Vec::new(),
            },
            took: Duration::ZERO,
            at: OffsetDateTime::now_utc(),
        }
    }

    /// `GET /me -> 401`, for a sentence.
    #[must_use]
    pub fn line(&self) -> String {
        let path = mask_query(&self.request.path);
        format!(
            "{} {} -> {}",
            self.request.method, path, self.response.status
        )
    }

    /// `POST /logout answered 204`, for a sentence about what came after it.
    #[must_use]
    pub fn said(&self) -> String {
        let path = mask_query(&self.request.path);
        format!(
            "{} {path} answered {}",
            self.request.method, self.response.status
        )
    }

    /// Both directions as text, credentials masked: known secrets wherever they
    /// stand, and whatever stands where a credential usually is.
    #[must_use]
    pub fn masked(&self, secrets: &[Vec<u8>]) -> String {
        let mut text = String::new();
        let directions = [("> ", &self.sent), ("< ", &self.received)];
        for (mark, bytes) in directions
            .into_iter()
            .filter(|(_, bytes)| !bytes.is_empty())
        {
            let shown = mask_message(&readable(&mask_known(bytes, secrets)));
            for line in shown.lines() {
                let _ = writeln!(text, "{mark}{line}");
            }
        }
        text
    }
}

pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN_BODY) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… ({} bytes in all)", &text[..end], text.len()),
    }
}

/// Printable text: control and non-ASCII bytes as `\xFF`. A report is read in a
/// terminal, and the server's bytes must not drive it.
pub(super) fn readable(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        match byte {
            b'\r' => {}
            b'\n' | b' '..=b'~' => text.push(char::from(byte)),
            _ => {
                let _ = write!(text, "\\x{byte:02X}");
            }
        }
    }
    text
}

fn mask_message(text: &str) -> String {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let mut out = mask_query(lines.next().unwrap_or_default());
    for line in lines {
        out.push('\n');
        out.push_str(&mask_header(line));
    }
    out.push_str("\n\n");
    out.push_str(&cut(&mask_members(body)));
    out
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::http) fn exchange() -> Exchange {
        let request = Request::new("POST", "/login?token=abcdefgh")
            .header("Cookie", "a=0123456789; b=\u{1b}[31m")
            .header("Authorization", "Bearer tok-en-tok-en")
            .json(&serde_json::json!({"password": "won\"derland", "username": "alice"}));
        let received =
            b"HTTP/1.1 200 OK\r\nSet-Cookie: a=9876543210; Path=/\r\n\r\n{\"access\": \"abc.def\"}";
        let response = Response {
            status: 200,
            headers: vec![],
            body: vec![],
        };
        let sent = request.to_bytes("localhost");
        Exchange {
            request,
            sent,
            received: received.to_vec(),
            response,
            took: Duration::ZERO,
            at: OffsetDateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn no_credential_is_shown() {
        let exchange = exchange();
        let secrets = [b"tok-en-tok-en".to_vec()];
        let shown =
            exchange.masked(&secrets) + &exchange.request.curl("http://localhost", &secrets);
        for secret in [
            "0123456789",
            "9876543210",
            "tok-en",
            "derland",
            "abc.def",
            "abcdefgh",
            "\u{1b}",
        ] {
            assert!(!shown.contains(secret), "{secret} stands in {shown}");
        }
        assert!(
            shown.contains("alice") && shown.contains("Path=/"),
            "{shown}"
        );
    }
}
