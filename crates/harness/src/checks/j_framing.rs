//! J01 and J02: where a request ends is said once, and its head is well-formed.

use std::time::Duration;

use crate::case::{Case, Level};
use crate::http::Response;
use crate::mechanism::Mechanism;
use crate::outcome::{Proof, Stop, Verdict};
use crate::target::Target;

pub(super) const J01: Case = Case {
    id: "J01",
    level: Level::Must,
    claim: "A request whose length is said twice or wrongly is refused, and what stands behind it is not taken for another request.",
    source: "RFC 9112 §6.1, §6.3, §7.1, §11.2; ASVS 4.2.1",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: lengths_are_said_once,
};

pub(super) const J02: Case = Case {
    id: "J02",
    level: Level::Must,
    claim: "A head that is not well-formed is refused: white space before a colon, folded lines, a bare CR, NUL, no Host or two.",
    source: "RFC 9112 §2.2, §3.2, §5.1, §5.2",
    mechanisms: Mechanism::ALL,
    seams: &[],
    check: heads_are_well_formed,
};

pub(super) const PATIENT: Duration = Duration::from_secs(10);
/// A server that waits for more of a request answers 408 after its own time.
const BRIEF: Duration = Duration::from_millis(400);

impl Target {
    /// Writes these bytes on a connection of their own and reads what comes.
    pub(super) fn raw_answers(
        &self,
        bytes: &[u8],
        most: usize,
        within: Duration,
    ) -> Result<Vec<Response>, Stop> {
        let unreachable =
            |error: crate::http::HttpError| Stop::broken("a connection", error.to_string());
        let mut raw = self.raw().map_err(unreachable)?;
        raw.write(bytes).map_err(unreachable)?;
        Ok(raw.answers(most, within))
    }
}

fn lengths_are_said_once(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let host = target.base().authority();
    // The request itself is one that is answered, so that only its length is wrong.
    let asked = held
        .attach(target.request(&target.routes.me))
        .to_kept_bytes(&host);
    let asked = &asked[..asked.len() - 2];
    // What is smuggled opens the resource, so that an answer to it can be told.
    let smuggled = held.attach(target.request(&target.routes.me));
    let smuggled = smuggled.to_bytes(&host);
    let length = smuggled.len();
    let cases = [
        (
            "Content-Length and Transfer-Encoding",
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
            "0\r\n\r\n",
        ),
        (
            "two lengths that differ",
            "Content-Length: 0\r\nContent-Length: LENGTH\r\n",
            "",
        ),
        ("two lengths in a list", "Content-Length: 0, LENGTH\r\n", ""),
        ("a length with a sign", "Content-Length: +0\r\n", ""),
        ("a negative length", "Content-Length: -1\r\n", ""),
        ("a length in hexadecimal", "Content-Length: 0x0\r\n", ""),
        (
            "a length beyond 2^64",
            "Content-Length: 18446744073709551616\r\n",
            "",
        ),
        ("an empty length", "Content-Length:\r\n", ""),
        (
            "chunked, then another coding",
            "Transfer-Encoding: chunked, identity\r\n",
            "0\r\n\r\n",
        ),
        (
            "a coding that nobody knows",
            "Transfer-Encoding: xchunked\r\n",
            "0\r\n\r\n",
        ),
        (
            "chunked twice",
            "Transfer-Encoding: chunked, chunked\r\n",
            "0\r\n\r\n",
        ),
        (
            "a coding in another line",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "0\r\n\r\n",
        ),
        (
            "a chunk size that is no number",
            "Transfer-Encoding: chunked\r\n",
            "z\r\n\r\n",
        ),
        (
            "a chunk size with a sign",
            "Transfer-Encoding: chunked\r\n",
            "+0\r\n\r\n",
        ),
        (
            "a chunk size beyond 2^64",
            "Transfer-Encoding: chunked\r\n",
            "10000000000000000\r\n\r\n",
        ),
        (
            "a chunk longer than it says",
            "Transfer-Encoding: chunked\r\n",
            "1\r\nab\r\n0\r\n\r\n",
        ),
    ];
    for (what, headers, body) in cases {
        let headers = headers.replace("LENGTH", &length.to_string());
        let rest = format!("{headers}\r\n{body}");
        let bytes = [asked, rest.as_bytes(), &smuggled].concat();
        let answers = target.raw_answers(&bytes, 3, BRIEF)?;
        refused_and_ended(target, &answers, what)?;
    }
    let old = String::from_utf8_lossy(asked).replacen("HTTP/1.1", "HTTP/1.0", 1);
    let old = format!("{old}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    let answers = target.raw_answers(&[old.as_bytes(), &smuggled].concat(), 3, BRIEF)?;
    refused_and_ended(target, &answers, "chunks in HTTP/1.0")?;
    // The control: said once, it is answered, and so is what follows.
    let plain = [asked, b"\r\n", &smuggled].concat();
    let answers = target.raw_answers(&plain, 2, PATIENT)?;
    if !answers.first().is_some_and(Response::is_success) {
        return Err(Stop::broken(
            "the resource, asked for on a raw connection",
            "no success",
        ));
    }
    target.control_after(&held, user, "requests whose end is unclear")?;
    Ok(Proof::Holds)
}

/// No 2xx, no 5xx, and nothing that stands behind the broken request is answered.
fn refused_and_ended(target: &Target, answers: &[Response], what: &str) -> Result<(), Stop> {
    let told: Vec<String> = answers
        .iter()
        .map(|answer| answer.status.to_string())
        .collect();
    let told = told.join(", ");
    let bad = answers
        .iter()
        .any(|answer| !answer.is_client_error() && answer.status != 501);
    let opened = answers.iter().any(|answer| {
        let text = String::from_utf8_lossy(&answer.body);
        answer.is_success() && text.contains(&target.user.username)
    });
    if opened || bad || answers.len() > 1 {
        let expected = format!("{what}: a 4xx, and then the connection is over");
        let actual = if told.is_empty() {
            "no answer".into()
        } else {
            told
        };
        return Err(Stop::failed_overall(expected, actual));
    }
    Ok(())
}

fn heads_are_well_formed(target: &Target) -> Verdict {
    let user = &target.user;
    let held = target.login(user)?.credential;
    target.control_before(&held, user)?;
    let me = format!("{}{}", target.base().prefix(), target.routes.me.path);
    let host = target.base().authority();
    let carried = held.attach(crate::http::Request::new("GET", &me));
    let (name, value) = &carried.headers[0];
    let value = String::from_utf8_lossy(value).into_owned();
    let heads = [
        (
            "white space before a colon",
            format!("GET {me} HTTP/1.1\r\nHost: {host}\r\n{name} : {value}\r\n\r\n"),
        ),
        (
            "a tab before a colon",
            format!("GET {me} HTTP/1.1\r\nHost: {host}\r\n{name}\t: {value}\r\n\r\n"),
        ),
        (
            "a line that begins with white space",
            format!("GET {me} HTTP/1.1\r\n Host: {host}\r\n{name}: {value}\r\n\r\n"),
        ),
        (
            "a folded line",
            format!(
                "GET {me} HTTP/1.1\r\nHost: {host}\r\nX-Folded: a\r\n b\r\n{name}: {value}\r\n\r\n"
            ),
        ),
        (
            "a bare CR in a value",
            format!("GET {me} HTTP/1.1\r\nHost: {host}\r\nX-Odd: a\rb\r\n{name}: {value}\r\n\r\n"),
        ),
        (
            "a NUL in a value",
            format!("GET {me} HTTP/1.1\r\nHost: {host}\r\nX-Odd: a\0b\r\n{name}: {value}\r\n\r\n"),
        ),
        (
            "a NUL in a name",
            format!("GET {me} HTTP/1.1\r\nHost: {host}\r\nX-\0Odd: a\r\n{name}: {value}\r\n\r\n"),
        ),
        (
            "a line without a colon",
            format!("GET {me} HTTP/1.1\r\nHost: {host}\r\nX-Odd\r\n{name}: {value}\r\n\r\n"),
        ),
        (
            "an empty name",
            format!("GET {me} HTTP/1.1\r\nHost: {host}\r\n: a\r\n{name}: {value}\r\n\r\n"),
        ),
        (
            "no Host",
            format!("GET {me} HTTP/1.1\r\n{name}: {value}\r\n\r\n"),
        ),
        (
            "two Hosts",
            format!(
                "GET {me} HTTP/1.1\r\nHost: {host}\r\nHost: evil.test\r\n{name}: {value}\r\n\r\n"
            ),
        ),
        (
            "a space in the path",
            format!("GET {me} x HTTP/1.1\r\nHost: {host}\r\n{name}: {value}\r\n\r\n"),
        ),
        (
            "another protocol",
            format!("GET {me} HTTQ/1.1\r\nHost: {host}\r\n{name}: {value}\r\n\r\n"),
        ),
        (
            "HTTP/1.10",
            format!("GET {me} HTTP/1.10\r\nHost: {host}\r\n{name}: {value}\r\n\r\n"),
        ),
        (
            "no version",
            format!("GET {me}\r\nHost: {host}\r\n{name}: {value}\r\n\r\n"),
        ),
        (
            "a method with odd signs",
            format!("G(T {me} HTTP/1.1\r\nHost: {host}\r\n{name}: {value}\r\n\r\n"),
        ),
        (
            "nothing but noise",
            "\u{1}\u{2}\u{3}\u{4}\r\n\r\n".to_owned(),
        ),
    ];
    for (what, head) in heads {
        let answers = target.raw_answers(head.as_bytes(), 2, BRIEF)?;
        refused_and_ended(target, &answers, what)?;
    }
    target.control_after(&held, user, "heads that are not well-formed")?;
    Ok(Proof::Holds)
}
