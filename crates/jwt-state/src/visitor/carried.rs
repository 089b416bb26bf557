//! Where the tokens of a request are.

use actix_web::http::header::{HeaderMap, HeaderValue};
use contract::{
    Problem,
    cookies::{self, Found as Sent},
};

use crate::{
    Settings,
    credential::{ACCESS_COOKIE, REFRESH_COOKIE},
};

/// Where an access token was looked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found<'a> {
    None,
    InHeader(&'a str),
    InCookie(&'a str),
    Unreadable,
}

impl Settings {
    /// The access token. Never one in a URL, which ends up in logs (RFC 6750 section 2, ASVS 5.0,
    /// 14.2.1); and one in a cookie only where that is set, because browsers send cookies by
    /// themselves, and then the guard against cross-site request forgery looks first.
    ///
    /// The cookie counts where the header is missing. Another scheme in the header hides it: it
    /// says that somebody else is asking.
    pub(crate) fn find_access<'a>(&self, headers: &'a HeaderMap) -> Result<Found<'a>, Problem> {
        let line = self.access_line(headers)?;
        let in_header = line.map(|line| self.in_line(line));
        if !self.delivery.access_in_cookie() {
            return Ok(in_header.unwrap_or(Found::None));
        }
        match (in_header, in_cookie(headers, ACCESS_COOKIE)?) {
            (None, None) => Ok(Found::None),
            (None, Some(token)) => Ok(Found::InCookie(token)),
            // They could name two people.
            (Some(Found::InHeader(one)), Some(other)) if one != other => {
                Err(Problem::MalformedRequest)
            }
            (Some(found), _) => Ok(found),
        }
    }

    /// The access token in a cookie, where that is set, whatever the header says: to end a login, not
    /// to believe it.
    pub(crate) fn access_cookie<'a>(
        &self,
        headers: &'a HeaderMap,
    ) -> Result<Option<&'a str>, Problem> {
        match self.delivery.access_in_cookie() {
            true => in_cookie(headers, ACCESS_COOKIE),
            false => Ok(None),
        }
    }

    /// The line that may carry the token. Two of them could mean two people, and a
    /// logout that picks one has perhaps not ended the other: 400 (RFC 6750 section 3.1).
    pub(crate) fn access_line<'a>(
        &self,
        headers: &'a HeaderMap,
    ) -> Result<Option<&'a HeaderValue>, Problem> {
        let mut lines = headers.get_all(&self.header_name);
        let line = lines.next();
        match lines.next() {
            None => Ok(line),
            Some(_) => Err(Problem::MalformedRequest),
        }
    }

    fn in_line<'a>(&self, line: &'a HeaderValue) -> Found<'a> {
        let Ok(line) = line.to_str() else {
            return Found::Unreadable;
        };
        // One space, and the scheme in any case (RFC 9110 section 11.4).
        let (scheme, token) = line.split_once(' ').unwrap_or((line, ""));
        if self.is_header_type(scheme) {
            Found::InHeader(token)
        } else {
            Found::None
        }
    }

    /// Whether an access token stands behind this scheme.
    pub(crate) fn is_header_type(&self, scheme: &str) -> bool {
        let mut types = self.header_types.iter();
        types.any(|name| name.eq_ignore_ascii_case(scheme))
    }

    /// The refresh token: the one in the body, or in a cookie where that is set. Two that differ
    /// could be of two people.
    pub(crate) fn find_refresh(
        &self,
        in_body: Option<String>,
        headers: &HeaderMap,
    ) -> Result<Option<String>, Problem> {
        if !self.delivery.refresh_in_cookie() {
            return Ok(in_body);
        }
        match (in_body, in_cookie(headers, REFRESH_COOKIE)?) {
            (Some(one), Some(other)) if one != other => Err(Problem::MalformedRequest),
            (in_body, in_cookie) => Ok(in_body.or_else(|| in_cookie.map(str::to_owned))),
        }
    }
}

/// What a cookie holds. Two of one name with different values are 400: a sibling host may have
/// planted one.
fn in_cookie<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Problem> {
    match cookies::find(headers, name) {
        Sent::None => Ok(None),
        Sent::One(token) => Ok(Some(token)),
        Sent::Ambiguous => Err(Problem::MalformedRequest),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{AUTHORIZATION, COOKIE};
    use clap::Parser;

    use super::*;

    fn found(arguments: &[&str], lines: &[&[u8]], cookie: Option<&str>) -> String {
        let settings = Settings::parse_from([&["jwt-state"], arguments].concat());
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(line).unwrap());
        }
        if let Some(cookie) = cookie {
            headers.append(COOKIE, HeaderValue::from_str(cookie).unwrap());
        }
        match settings.find_access(&headers) {
            Err(problem) => problem.name().to_owned(),
            Ok(Found::None) => "none".to_owned(),
            Ok(Found::Unreadable) => "unreadable".to_owned(),
            Ok(Found::InHeader(token)) => format!("one {token}"),
            Ok(Found::InCookie(token)) => format!("cookie {token}"),
        }
    }

    #[test]
    fn one_bearer_token_is_found_and_two_lines_are_an_error() {
        let found = |lines: &[&[u8]]| found(&[], lines, Some("__Host-access=c"));
        assert_eq!(found(&[]), "none");
        assert_eq!(found(&[b"Bearer a.b.c"]), "one a.b.c");
        assert_eq!(found(&[b"bEARER a.b.c"]), "one a.b.c");
        assert_eq!(found(&[b"Basic YTpi"]), "none");
        assert_eq!(found(&[b"Bearer"]), "one ");
        assert_eq!(found(&[b"Bearer  a.b.c"]), "one  a.b.c");
        assert_eq!(found(&[b"Bearer \xff"]), "unreadable");
        for first in [&b"Bearer a.b.c"[..], b"Basic YTpi", b"Bearer \xff", b""] {
            assert_eq!(found(&[first, b"Bearer a.b.c"]), "malformed-request");
        }
    }

    #[test]
    fn other_schemes_are_taken_where_they_are_set() {
        let found = |line: &[u8]| found(&["--header-type", "JWT,Bearer"], &[line], None);
        assert_eq!(found(b"jwt a.b.c"), "one a.b.c");
        assert_eq!(found(b"Bearer a.b.c"), "one a.b.c");
        assert_eq!(found(b"Token a.b.c"), "none");
    }

    #[test]
    fn a_cookie_counts_where_the_header_is_missing_and_never_against_it() {
        let found =
            |lines: &[&[u8]], cookie| found(&["--delivery", "cookies"], lines, Some(cookie));
        assert_eq!(found(&[], "__Host-access=a"), "cookie a");
        assert_eq!(found(&[], "access=a; __host-access=a"), "none");
        assert_eq!(found(&[b"Bearer a"], "__Host-access=a"), "one a");
        assert_eq!(found(&[b"Bearer a"], "x=y"), "one a");
        assert_eq!(
            found(&[b"Bearer b"], "__Host-access=a"),
            "malformed-request"
        );
        assert_eq!(found(&[b"Basic YTpi"], "__Host-access=a"), "none");
        assert_eq!(
            found(&[], "__Host-access=a; __Host-access=b"),
            "malformed-request"
        );
    }
}
