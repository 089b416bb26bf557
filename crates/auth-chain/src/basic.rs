//! Name and password with each request (RFC 7617).

use actix_web::{HttpRequest, http::header::AUTHORIZATION};
use base64::{Engine, prelude::BASE64_STANDARD};
use contract::{
    Problem,
    accounts::{Accounts, AccountsError},
    passwords::Password,
    peer,
    wire::User,
};
use zeroize::Zeroizing;

use crate::{Authenticator, refusal::Failure};

/// Whose password the request carries; `None` when it carries none.
///
/// Wrong ones are counted like those at a login, and to check a right one costs as much: a program
/// that asks often is better off with a token.
pub(crate) async fn authenticate(
    accounts: &Accounts,
    request: &HttpRequest,
) -> Result<Option<User>, Failure> {
    let mut lines = request.headers().get_all(AUTHORIZATION);
    let Some(line) = lines.next() else {
        return Ok(None);
    };
    // Two of them could mean two people.
    if lines.next().is_some() {
        return Err(Failure::Other(Problem::MalformedRequest));
    }
    let Some(credentials) = credentials(line.as_bytes()).map_err(failed)? else {
        return Ok(None);
    };
    let (username, password) = credentials
        .split_once(':')
        .ok_or_else(|| failed(NOT_BASE64))?;
    let password = Password::from(password);
    let from = peer::address(request).map_err(Failure::Other)?;
    // Unknown, wrong and disabled are one answer.
    match accounts.authenticate(username, &password, from).await {
        Ok(account) => Ok(Some(account.as_ref().into())),
        Err(AccountsError::InvalidCredentials) => Err(failed("Invalid username/password.")),
        Err(error) => Err(Failure::Other(error.into())),
    }
}

const NOT_BASE64: &str = "Invalid basic header. Credentials not correctly base64 encoded.";

/// The text with the colon in it; `None` for a line of another scheme.
fn credentials(line: &[u8]) -> Result<Option<Zeroizing<String>>, &'static str> {
    let mut words = words(line);
    let scheme = words.next().unwrap_or_default();
    if !scheme.eq_ignore_ascii_case(b"basic") {
        return Ok(None);
    }
    let Some(word) = words.next() else {
        return Err("Invalid basic header. No credentials provided.");
    };
    if words.next().is_some() {
        return Err("Invalid basic header. Credentials string should not contain spaces.");
    }
    let bytes = Zeroizing::new(BASE64_STANDARD.decode(word).map_err(|_| NOT_BASE64)?);
    // A client of before RFC 7617 sends Latin-1, where each byte is the character of its number.
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().copied().map(char::from).collect(),
    };
    Ok(Some(Zeroizing::new(text)))
}

/// The words of a header line.
pub(crate) fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
}

fn failed(detail: &'static str) -> Failure {
    Failure::AuthenticationFailed {
        by: Authenticator::Basic,
        code: "authentication_failed",
        detail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &[u8]) -> Result<Option<String>, &'static str> {
        credentials(line).map(|found| found.map(|text| text.to_string()))
    }

    #[test]
    fn utf_8_is_tried_before_latin_1() {
        let text = |bytes: &[u8]| {
            let line = format!("Basic {}", BASE64_STANDARD.encode(bytes));
            read(line.as_bytes()).unwrap().unwrap()
        };
        assert_eq!(text("bob:bü".as_bytes()), "bob:bü");
        assert_eq!(text(b"bob:b\xfc"), "bob:bü");
        assert_eq!(text(b"bob:\0\x80\xff"), "bob:\0\u{80}\u{ff}");
    }

    #[test]
    fn base64_is_read_to_the_letter() {
        assert_eq!(read(b"bASIC  YTpi "), Ok(Some("a:b".to_owned())));
        for other in [&b""[..], b" ", b"Bearer YTpi", b"Basic:YTpi", b"\xff"] {
            assert_eq!(read(other), Ok(None));
        }
        for broken in ["YTpi=", "YTp", "YTpj\u{e4}", "YT!pi", "YTp-", "Yh==", "!!!"] {
            let line = format!("Basic {broken}");
            assert_eq!(read(line.as_bytes()), Err(NOT_BASE64), "{broken}");
        }
    }
}
