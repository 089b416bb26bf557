//! A `Set-Cookie` line, taken apart (section 5.6).
//!
//! On octets, not on text: a byte above 0x7F means nothing, and nothing is percent-decoded.
//! More is let through than a server may write; what a server may write is judged elsewhere.

use time::{Duration, OffsetDateTime};

use super::SameSite;
use super::date;
use super::storing::Refused;

/// Name and value together.
pub const MAX_PAIR: usize = 4096;
/// The value of an attribute; a longer attribute is passed over.
pub const MAX_ATTRIBUTE: usize = 1024;
/// No cookie lives longer (section 5.5).
pub const MAX_AGE: Duration = Duration::days(400);

/// What one line says; nothing is decided yet.
#[derive(Clone)]
pub struct Line {
    /// May be empty.
    pub name: Vec<u8>,
    /// May be empty, but not both.
    pub value: Vec<u8>,
    /// When it ends; `Max-Age` goes before `Expires`, the last of each counts.
    pub expires: Option<OffsetDateTime>,
    /// In lower case, without a dot in front; empty like none.
    pub domain: Vec<u8>,
    /// The last `Path` that was given, if it is one: it starts with a slash.
    pub path: Option<Vec<u8>>,
    /// `Secure`.
    pub secure: bool,
    /// `HttpOnly`.
    pub http_only: bool,
    /// `SameSite`.
    pub same_site: SameSite,
    /// `Partitioned`, which is not in 6265bis: see CHIPS.
    pub partitioned: bool,
}

impl Line {
    /// Reads a line, or says why all of it is to be ignored.
    pub fn parse(line: &[u8], now: OffsetDateTime) -> Result<Self, Refused> {
        // A tab is white space, every other control character is an attack or an accident.
        if line
            .iter()
            .any(|&byte| byte.is_ascii_control() && byte != b'\t')
        {
            return Err(Refused::ControlCharacter);
        }
        let mut parts = line.split(|&byte| byte == b';');
        let pair = parts.next().unwrap_or_default();
        // Without a `=` all of it is the value of a cookie that has no name.
        let (name, value) = halves(pair).unwrap_or((b"", trim(pair)));
        if name.len() + value.len() > MAX_PAIR {
            return Err(Refused::TooLong);
        }
        if name.is_empty() && value.is_empty() {
            return Err(Refused::Empty);
        }
        let mut read = Self {
            name: name.to_vec(),
            value: value.to_vec(),
            expires: None,
            domain: Vec::new(),
            path: None,
            secure: false,
            http_only: false,
            same_site: SameSite::Default,
            partitioned: false,
        };
        let mut max_age = None;
        for part in parts {
            let (attribute, value) = halves(part).unwrap_or((trim(part), b""));
            if value.len() <= MAX_ATTRIBUTE {
                read.attribute(attribute, value, now, &mut max_age);
            }
        }
        read.expires = max_age.or(read.expires);
        Ok(read)
    }

    fn attribute(
        &mut self,
        name: &[u8],
        value: &[u8],
        now: OffsetDateTime,
        max_age: &mut Option<OffsetDateTime>,
    ) {
        match name.to_ascii_lowercase().as_slice() {
            b"expires" => {
                // A date that cannot be read leaves an earlier one standing.
                let limit = now.saturating_add(MAX_AGE);
                self.expires = date::parse(value).map(|at| at.min(limit)).or(self.expires);
            }
            b"max-age" => *max_age = end_of(value, now).or(*max_age),
            b"domain" => {
                let domain = value.strip_prefix(b".").unwrap_or(value);
                self.domain = domain.to_ascii_lowercase();
            }
            b"path" => self.path = value.starts_with(b"/").then(|| value.to_vec()),
            b"secure" => self.secure = true,
            b"httponly" => self.http_only = true,
            b"samesite" => self.same_site = SameSite::of(value),
            b"partitioned" => self.partitioned = true,
            _ => {}
        }
    }
}

/// `Max-Age` (section 5.6.2): digits, a minus in front or not, and nothing else.
fn end_of(value: &[u8], now: OffsetDateTime) -> Option<OffsetDateTime> {
    let (negative, digits) = match value.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, value),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let most = MAX_AGE.whole_seconds();
    let seconds = digits.iter().fold(0_i64, |seconds, digit| {
        (seconds * 10 + i64::from(digit - b'0')).min(most)
    });
    Some(if negative || seconds == 0 {
        OffsetDateTime::UNIX_EPOCH.min(now)
    } else {
        now.saturating_add(Duration::seconds(seconds))
    })
}

/// Both sides of the first `=`, without the white space around them.
fn halves(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|&byte| byte == b'=')?;
    Some((trim(&text[..at]), trim(&text[at + 1..])))
}

/// Space and tab only: `trim_ascii` takes a form feed as well.
fn trim(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}
