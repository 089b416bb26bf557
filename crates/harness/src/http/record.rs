//! What went over the wire, and how it is shown without giving secrets away.

use std::fmt::Write as _;
use std::time::Duration;

use serde::de::IgnoredAny;
use time::OffsetDateTime;

use super::message::{Request, Response};

/// Members of JSON bodies and queries whose values are never shown.
const SECRET_MEMBERS: [&str; 12] = [
    "password",
    "current_password",
    "old_password",
    "new_password",
    "current",
    "new",
    "access",
    "refresh",
    "access_token",
    "refresh_token",
    "token",
    "sid",
];
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

pub(super) fn mask_known(bytes: &[u8], secrets: &[Vec<u8>]) -> Vec<u8> {
    let mut masked = bytes.to_vec();
    for secret in secrets.iter().filter(|secret| secret.len() >= 6) {
        let mut at = 0;
        while let Some(found) = masked[at..]
            .windows(secret.len())
            .position(|w| w == &secret[..])
        {
            let mark = format!("[masked {}]", secret.len());
            masked.splice(at + found..at + found + secret.len(), mark.bytes());
            at += found + mark.len();
        }
    }
    masked
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

/// A header line; a credential in it becomes `[masked 32]`, its name and what is not secret stay.
#[must_use]
pub fn mask_header(line: &str) -> String {
    let Some((name, value)) = line.split_once(": ") else {
        return line.to_owned();
    };
    match name.to_ascii_lowercase().as_str() {
        "authorization" | "proxy-authorization" => {
            let (scheme, token) = value.split_once(' ').unwrap_or(("", value));
            format!("{name}: {scheme} {}", mask(token))
        }
        "cookie" => {
            // Without `=`, all of it is the value (RFC 6265bis section 5.6).
            let masked = |pair: &str| match pair.contains('=') {
                true => mask_pair(pair),
                false => mask(pair.trim()),
            };
            let pairs: Vec<String> = value.split(';').map(masked).collect();
            format!("{name}: {}", pairs.join(";"))
        }
        "set-cookie" => {
            let (pair, attributes) = match value.split_once(';') {
                Some((pair, attributes)) => (pair, format!(";{attributes}")),
                None => (value, String::new()),
            };
            format!("{name}: {}{attributes}", mask_pair(pair))
        }
        "referer" | "location" => format!("{name}: {}", mask_query(value)),
        _ => line.to_owned(),
    }
}

fn mask_pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, value)) => format!("{name}={}", mask(value)),
        None => pair.to_owned(),
    }
}

fn mask(value: &str) -> String {
    if value.len() < 6 || value.starts_with("[masked") {
        return value.to_owned();
    }
    format!("[masked {}]", value.len())
}

/// Whether the value of a member or a parameter of this name is never shown.
#[must_use]
pub fn is_secret_member(name: &str) -> bool {
    let mut members = SECRET_MEMBERS.iter();
    members.any(|member| name.eq_ignore_ascii_case(member))
}

/// Values of secret members in JSON, as in `"password": "…"`, whatever the case of their names;
/// lists and objects as a whole.
#[must_use]
pub fn mask_members(text: &str) -> String {
    let members = SECRET_MEMBERS.iter();
    members.fold(text.to_owned(), |text, member| mask_member(&text, member))
}

fn mask_member(text: &str, member: &str) -> String {
    let key = format!("\"{member}\"");
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(found) = lower[at..].find(&key) {
        let after = at + found + key.len();
        let value = text[after..].trim_start().strip_prefix(':');
        let value = value.map(str::trim_start).unwrap_or_default();
        if !value.starts_with(['"', '[', '{']) {
            out.push_str(&text[at..after]);
            at = after;
            continue;
        }
        let start = text.len() - value.len();
        out.push_str(&text[at..start]);
        out.push_str("\"[masked]\"");
        at = start + end_of_value(value);
    }
    out.push_str(&text[at..]);
    out
}

/// Where the JSON value ends with which a text begins: where it is cut short, with the text.
fn end_of_value(text: &str) -> usize {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => values.byte_offset(),
        _ => text.len(),
    }
}

/// A path; the values of its query become `[masked 32]`.
#[must_use]
pub fn mask_query(text: &str) -> String {
    let Some((path, query)) = text.split_once('?') else {
        return text.to_owned();
    };
    let parameters: Vec<String> = query.split('&').map(mask_pair).collect();
    format!("{path}?{}", parameters.join("&"))
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
        let shown = exchange.masked(&secrets) + &exchange.curl("http://localhost", &secrets);
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
