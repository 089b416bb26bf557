//! A request as it will be written, and a response as it was read.

use std::fmt::Write as _;

use serde_json::Value;

/// A request, down to the order and the bytes of its headers.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method, written as it is.
    pub method: String,
    /// The request target: a path, perhaps with a query. Nothing is encoded or
    /// normalised on the way out.
    pub path: String,
    /// The headers in order. Values are bytes: 0xFF can be sent.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body. `None` sends neither a body nor a `Content-Length`.
    pub body: Option<Vec<u8>>,
    /// Does a page of the target's own send it? Then it gets what only such a page knows.
    pub(crate) is_of_the_own_page: bool,
}

impl Request {
    /// A request without headers or body.
    #[must_use]
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
            headers: Vec::new(),
            body: None,
            is_of_the_own_page: false,
        }
    }

    /// Adds a header after those that are there.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.into(), value.as_ref().to_vec()));
        self
    }

    /// Takes every header of this name out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self
    }

    /// The `Cookie` lines.
    pub(crate) fn cookie_lines(&self) -> Vec<&[u8]> {
        let is_cookie = |name: &str| name.eq_ignore_ascii_case("cookie");
        let lines = self.headers.iter().filter(|(name, _)| is_cookie(name));
        lines.map(|(_, value)| value.as_slice()).collect()
    }

    /// A JSON body with its content type.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body_of("application/json", body.to_string())
    }

    /// A body of any content type; an existing one is replaced.
    #[must_use]
    pub fn body_of(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let mut request = self
            .without("content-type")
            .header("Content-Type", content_type);
        request.body = Some(body.into());
        request
    }

    /// A body without a content type.
    #[must_use]
    pub fn bare_body(self, body: impl Into<Vec<u8>>) -> Self {
        let mut request = self.without("content-type");
        request.body = Some(body.into());
        request
    }

    /// The bytes that go on the wire. One exchange, one connection: a server
    /// that ties a login to a connection cannot hide that.
    pub(crate) fn to_bytes(&self, authority: &str) -> Vec<u8> {
        self.written(authority, "Connection: close\r\n")
    }

    /// The same, for a connection that another request may follow on.
    pub(crate) fn to_kept_bytes(&self, authority: &str) -> Vec<u8> {
        self.written(authority, "")
    }

    fn written(&self, authority: &str, connection: &str) -> Vec<u8> {
        let mut head = String::new();
        let _ = write!(
            head,
            "{} {} HTTP/1.1\r\nHost: {authority}\r\n",
            self.method, self.path
        );
        let mut bytes = head.into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        let needs_length = matches!(self.method.as_str(), "POST" | "PUT" | "PATCH");
        if self.body.is_some() || needs_length {
            let length = self.body.as_ref().map_or(0, Vec::len);
            bytes.extend_from_slice(format!("Content-Length: {length}\r\n").as_bytes());
        }
        bytes.extend_from_slice(connection.as_bytes());
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(self.body.as_deref().unwrap_or_default());
        bytes
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers in the order in which they came.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, taken out of its transfer coding.
    pub body: Vec<u8>,
}

impl Response {
    /// Every value of a header, as text (bytes that are not UTF-8 are replaced).
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        self.headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| String::from_utf8_lossy(value).into_owned())
    }

    /// The first value of a header.
    #[must_use]
    pub fn first(&self, name: &str) -> Option<String> {
        self.all(name).next()
    }

    /// The body as JSON, when it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A 4xx.
    #[must_use]
    pub fn is_client_error(&self) -> bool {
        (400..500).contains(&self.status)
    }

    /// Whole seconds of `Retry-After`, when it says seconds.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        self.first("retry-after")?.trim().parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_go_out_as_they_are() {
        let request = Request::new("GET", "//me/%6d").header("Cookie", b"a=\xFF");
        let bytes = request.to_bytes("localhost:1");
        let expected = b"GET //me/%6d HTTP/1.1\r\nHost: localhost:1\r\nCookie: a=\xFF\r\nConnection: close\r\n\r\n";
        assert_eq!(bytes, expected);
    }

    #[test]
    fn a_post_without_a_body_says_so() {
        let bytes = Request::new("POST", "/logout").to_bytes("h");
        assert!(
            String::from_utf8(bytes)
                .unwrap()
                .contains("Content-Length: 0\r\n")
        );
    }
}
