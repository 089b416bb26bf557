//! `Set-Cookie`, read as a conformant browser reads it (6265bis, section 5),
//! and judged as a server must write it (section 4.1.1).

use time::{OffsetDateTime, PrimitiveDateTime};

use crate::http::Response;

/// One `Set-Cookie` line.
#[derive(Clone, Debug)]
pub(crate) struct SetCookie {
    /// The line as it came, without the field name.
    pub(crate) raw: Vec<u8>,
    pub(crate) name: String,
    pub(crate) value: Vec<u8>,
    /// Attribute names as written, with values.
    pub(crate) attributes: Vec<(String, Option<String>)>,
}

impl SetCookie {
    /// Every one in an answer, in order.
    pub(crate) fn all(response: &Response) -> Vec<Self> {
        let lines = response
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        lines.map(|(_, value)| Self::parse(value)).collect()
    }

    fn parse(raw: &[u8]) -> Self {
        let mut parts = raw.split(|&byte| byte == b';');
        let pair = parts.next().unwrap_or_default();
        let (name, value) = match pair.iter().position(|&byte| byte == b'=') {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            // Section 5.6: without `=`, all of it is the value of a nameless cookie.
            None => (&b""[..], pair),
        };
        let attributes = parts.map(|part| {
            let text = String::from_utf8_lossy(part).trim().to_owned();
            match text.split_once('=') {
                Some((name, value)) => (name.trim().to_owned(), Some(value.trim().to_owned())),
                None => (text, None),
            }
        });
        Self {
            raw: raw.to_vec(),
            name: String::from_utf8_lossy(name.trim_ascii()).into_owned(),
            value: value.trim_ascii().to_vec(),
            attributes: attributes.collect(),
        }
    }

    pub(crate) fn has(&self, attribute: &str) -> bool {
        self.attributes
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(attribute))
    }

    /// The last of this name counts (section 5.7).
    pub(crate) fn attribute(&self, attribute: &str) -> Option<&str> {
        let mut of_name = self.attributes.iter().rev();
        let found = of_name.find(|(name, _)| name.eq_ignore_ascii_case(attribute))?;
        Some(found.1.as_deref().unwrap_or_default())
    }

    /// Seconds from now until a browser drops it; `None`: when the browser ends.
    /// `Max-Age` wins over `Expires` (section 5.7).
    pub(crate) fn lasts(&self) -> Option<i64> {
        self.lasts_from(OffsetDateTime::now_utc())
    }

    /// The same, seen from the moment at which it came.
    pub(crate) fn lasts_from(&self, now: OffsetDateTime) -> Option<i64> {
        if let Some(seconds) = self.attribute("max-age").and_then(|text| text.parse().ok()) {
            return Some(seconds);
        }
        let at = imf_fixdate(self.attribute("expires")?)?;
        Some((at - now).whole_seconds())
    }

    /// Does it tell the browser to forget?
    pub(crate) fn deletes(&self) -> bool {
        self.lasts().is_some_and(|seconds| seconds <= 0)
    }

    /// The first in an answer that is no deletion.
    pub(crate) fn first_kept(response: &Response) -> Option<Self> {
        Self::all(response)
            .into_iter()
            .find(|cookie| !cookie.deletes())
    }

    /// What is wrong with its grammar (section 4.1.1), if anything.
    pub(crate) fn fault(&self) -> Option<String> {
        if self.name.is_empty() || !self.name.bytes().all(is_token) {
            return Some(format!("the name `{}` is no token", self.name));
        }
        let value = match self.value.as_slice() {
            [b'"', inner @ .., b'"'] => inner,
            plain => plain,
        };
        if let Some(byte) = value.iter().find(|&&byte| !is_cookie_octet(byte)) {
            return Some(format!("byte 0x{byte:02X} in the value is no cookie-octet"));
        }
        let pair_end = self
            .raw
            .iter()
            .position(|&b| b == b';')
            .unwrap_or(self.raw.len());
        if self.raw[..pair_end].contains(&b' ') || self.raw.iter().any(|&b| !(32..127).contains(&b))
        {
            return Some("white space or control bytes in the line".into());
        }
        self.attribute_fault()
    }

    fn attribute_fault(&self) -> Option<String> {
        for (at, (name, value)) in self.attributes.iter().enumerate() {
            if self.attributes[..at]
                .iter()
                .any(|(seen, _)| seen.eq_ignore_ascii_case(name))
            {
                return Some(format!("the attribute `{name}` stands twice"));
            }
            let fine = match (name.to_ascii_lowercase().as_str(), value.as_deref()) {
                ("secure" | "httponly" | "partitioned", None) => true,
                ("expires", Some(date)) => imf_fixdate(date).is_some(),
                // 0 is not in the grammar, but is how every server deletes.
                ("max-age", Some(digits)) => {
                    digits == "0"
                        || digits.bytes().all(|b| b.is_ascii_digit())
                            && !digits.starts_with('0')
                            && !digits.is_empty()
                }
                ("samesite", Some(mode)) => {
                    ["strict", "lax", "none"].contains(&mode.to_ascii_lowercase().as_str())
                }
                ("path", Some(path)) => path.starts_with('/'),
                ("domain", Some(domain)) => !domain.is_empty(),
                ("priority", Some(_)) => true,
                _ => false,
            };
            if !fine {
                let shown = value
                    .as_ref()
                    .map_or(String::new(), |value| format!("={value}"));
                return Some(format!("`{name}{shown}` is no attribute of section 4.1.1"));
            }
        }
        None
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn is_cookie_octet(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x2B | 0x2D..=0x3A | 0x3C..=0x5B | 0x5D..=0x7E)
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7), and nothing else.
fn imf_fixdate(text: &str) -> Option<OffsetDateTime> {
    let format = time::macros::format_description!(
        "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
    );
    let date = PrimitiveDateTime::parse(text, &format).ok()?;
    // The parser reads the day of the week, but does not compare it.
    let weekday = date.weekday().to_string();
    text.starts_with(&weekday[..3]).then(|| date.assume_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(line: &str) -> Option<String> {
        SetCookie::parse(line.as_bytes()).fault()
    }

    #[test]
    fn the_grammar_takes_what_servers_should_write() {
        for line in [
            "__Host-login=aA0-_; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=60",
            "a=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
            "a=\"quoted\"",
        ] {
            assert_eq!(fault(line), None, "{line}");
        }
    }

    #[test]
    fn the_grammar_refuses_the_rest() {
        for line in [
            "=nameless",
            "nameless",
            "a=b c",
            "a=\"x",
            "a=b,c",
            "a=b; Path=/; path=/",
            "a=b; Max-Age=-1",
            "a=b; Max-Age=1.5",
            "a=b; Expires=Thu, 1 Jan 1970 00:00:00 GMT",
            "a=b; HttpOnly=true",
            "a=b; Expires=1970-01-01",
            "a=b; SameSite=Sometimes",
            "a=b; Path=",
            "a=b; ",
            "a b=c",
            "a =b",
            "a=b; Expires=Fri, 01 Jan 1970 00:00:00 GMT",
        ] {
            assert!(fault(line).is_some(), "{line}");
        }
    }

    #[test]
    fn a_deletion_sets_nothing() {
        let kept = |lines: &[&str]| {
            let headers = lines.iter().map(|&line| ("Set-Cookie".into(), line.into()));
            let response = Response {
                status: 204,
                headers: headers.collect(),
                body: vec![],
            };
            SetCookie::first_kept(&response).map(|cookie| cookie.name)
        };
        let gone = [
            "sid=; Path=/; Max-Age=0",
            "sid=deleted; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
        ];
        assert_eq!(kept(&gone), None);
        assert_eq!(kept(&[gone[0], "seen=1; Path=/"]).as_deref(), Some("seen"));
        // Empty, but the browser keeps it.
        assert_eq!(kept(&["sid=; Path=/"]).as_deref(), Some("sid"));
    }
}
