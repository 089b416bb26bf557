//! What the front answers itself, when no server is asked.

use crate::hosts::Hosts;
use crate::http::{BodyError, HeadError};

/// The visitor came by a loopback name that has no page.
pub(crate) fn where_to_go(hosts: Hosts) -> Vec<u8> {
    let page = hosts.page();
    let body = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>statelab</title>\n\
         <p>statelab is here, under another name. Please open <a href=\"{page}/\">{page}</a>.</p>\n\
         <p>Each of its servers has a host name of its own, because cookies do not tell ports \
         apart.</p>\n</html>\n"
    );
    answer("200 OK", "text/html; charset=utf-8", &body)
}

/// A host that is not on the list (RFC 9110, section 15.5.20).
pub(crate) fn misdirected(hosts: Hosts) -> Vec<u8> {
    text(
        "421 Misdirected Request",
        &format!("This host is not served here. Open {}", hosts.page()),
    )
}

/// The head could not be read.
pub(crate) fn bad_head(error: &HeadError) -> Vec<u8> {
    let status = match error {
        HeadError::TooLarge => "431 Request Header Fields Too Large",
        HeadError::Malformed => "400 Bad Request",
    };
    text(status, &error.to_string())
}

/// The end of the body cannot be known.
pub(crate) fn bad_body(error: BodyError) -> Vec<u8> {
    text("400 Bad Request", &error.to_string())
}

/// `Host` is missing or repeated (RFC 9112, section 3.2), or the target is not a path.
pub(crate) fn bad_request() -> Vec<u8> {
    text(
        "400 Bad Request",
        "A request here has one Host field and a target that begins with a slash.",
    )
}

/// The server behind the front did not answer.
pub(crate) fn no_answer() -> Vec<u8> {
    text(
        "502 Bad Gateway",
        "The server behind this host did not answer. Try again; if it stays so, restart the lab.",
    )
}

fn text(status: &str, sentence: &str) -> Vec<u8> {
    answer(
        status,
        "text/plain; charset=utf-8",
        &format!("{sentence}\n"),
    )
}

fn answer(status: &str, media: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\
         Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
