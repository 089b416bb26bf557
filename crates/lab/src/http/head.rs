//! Heads of requests and answers, parsed by httparse and otherwise left alone.

use thiserror::Error;

/// The longest head that is read.
pub const MAX_HEAD: usize = 32 * 1024;
const MAX_HEADERS: usize = 100;

/// Why a head was not accepted.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum HeadError {
    /// Over [`MAX_HEAD`] bytes or 100 fields. Answered with 431.
    #[error("the head of the request is too large; the limit is 32 KiB and 100 fields")]
    TooLarge,
    /// Not HTTP/1. Answered with 400.
    #[error("this is not HTTP/1.1")]
    Malformed,
}

/// The fields of a head, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Head {
    fields: Vec<(String, Vec<u8>)>,
    /// How many bytes the head has, with the empty line.
    pub length: usize,
}

impl Head {
    /// Every value of a field; names are compared without case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.fields
            .iter()
            .filter(move |(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_slice())
    }

    /// Every value of a field that is text.
    pub fn texts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.all(name)
            .filter_map(|value| std::str::from_utf8(value).ok())
    }

    /// The value of a field that must not come twice: `None` when it is absent or repeated.
    pub fn only<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        let mut values = self.all(name);
        let first = values.next()?;
        if values.next().is_some() {
            return None;
        }
        std::str::from_utf8(first).ok()
    }

    /// Every field in its order, its value as text.
    pub fn lines(&self) -> impl Iterator<Item = (&str, String)> {
        let fields = self.fields.iter();
        fields.map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value).into_owned()))
    }

    /// What the lines of a field weigh on the wire, in bytes, line ends included.
    pub fn weight(&self, name: &str) -> usize {
        let line = |value: &[u8]| name.len() + ": ".len() + value.len() + "\r\n".len();
        self.all(name).map(line).sum()
    }

    fn collect(headers: &[httparse::Header<'_>], length: usize) -> Self {
        let fields = headers
            .iter()
            .map(|h| (h.name.to_owned(), h.value.to_vec()))
            .collect();
        Self { fields, length }
    }
}

/// The head of a request.
#[derive(Clone, Debug)]
pub struct RequestHead {
    /// `GET`, `POST` …
    pub method: String,
    /// The target as it was sent, query included.
    pub target: String,
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    pub version: u8,
    /// The fields.
    pub head: Head,
}

impl RequestHead {
    /// Parses the start of `bytes`; `None` when the head has not come completely yet.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, HeadError> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let Some(length) = complete(request.parse(bytes), bytes.len())? else {
            return Ok(None);
        };
        Ok(Some(Self {
            method: request.method.unwrap_or_default().to_owned(),
            target: request.path.unwrap_or_default().to_owned(),
            version: request.version.unwrap_or_default(),
            head: Head::collect(request.headers, length),
        }))
    }

    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The first line, as the page shows it.
    pub fn line(&self) -> String {
        format!("{} {} HTTP/1.{}", self.method, self.target, self.version)
    }
}

/// The head of an answer.
#[derive(Clone, Debug)]
pub struct ResponseHead {
    /// The status code.
    pub status: u16,
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    pub version: u8,
    /// The fields.
    pub head: Head,
}

impl ResponseHead {
    /// Parses the start of `bytes`; `None` when the head has not come completely yet.
    pub fn parse(bytes: &[u8]) -> Result<Option<Self>, HeadError> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let Some(length) = complete(response.parse(bytes), bytes.len())? else {
            return Ok(None);
        };
        Ok(Some(Self {
            status: response.code.unwrap_or_default(),
            version: response.version.unwrap_or_default(),
            head: Head::collect(response.headers, length),
        }))
    }
}

fn complete(
    parsed: Result<httparse::Status<usize>, httparse::Error>,
    read: usize,
) -> Result<Option<usize>, HeadError> {
    match parsed {
        Ok(httparse::Status::Complete(length)) if length <= MAX_HEAD => Ok(Some(length)),
        Ok(httparse::Status::Complete(_)) | Err(httparse::Error::TooManyHeaders) => {
            Err(HeadError::TooLarge)
        }
        Ok(httparse::Status::Partial) if read < MAX_HEAD => Ok(None),
        Ok(httparse::Status::Partial) => Err(HeadError::TooLarge),
        Err(_) => Err(HeadError::Malformed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_may_come_in_pieces() {
        let whole = b"GET /me?x=1 HTTP/1.1\r\nHost: a\r\nCookie: k=v\r\n\r\nrest";
        for end in 0..whole.len() - 4 {
            assert!(
                RequestHead::parse(&whole[..end]).unwrap().is_none(),
                "{end}"
            );
        }
        let request = RequestHead::parse(whole).unwrap().unwrap();
        assert_eq!(request.head.length, whole.len() - 4);
        assert_eq!(request.path(), "/me");
        assert_eq!(request.head.weight("cookie"), "Cookie: k=v\r\n".len());
    }

    #[test]
    fn a_repeated_field_is_not_taken_for_its_first_value() {
        let bytes = b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n";
        let request = RequestHead::parse(bytes).unwrap().unwrap();
        assert_eq!(request.head.only("host"), None);
        assert_eq!(request.head.texts("host").collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_head_without_end_is_too_large() {
        let mut bytes = b"GET / HTTP/1.1\r\nx: ".to_vec();
        bytes.resize(MAX_HEAD, b'a');
        assert_eq!(RequestHead::parse(&bytes).unwrap_err(), HeadError::TooLarge);
        assert_eq!(
            RequestHead::parse(b"\x16\x03\x01\x02").unwrap_err(),
            HeadError::Malformed
        );
    }
}
