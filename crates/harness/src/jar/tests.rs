//! From the text of RFC 6265bis, section by section, and from attacks.

mod limits;
mod never_panics;
mod parsing;
mod sites;
mod storing;

use time::{Duration, OffsetDateTime};
use url::Url;

use super::{Jar, Refused, Request};

const NOW: OffsetDateTime = time::macros::datetime!(2026-01-01 00:00 UTC);

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

fn later(seconds: i64) -> OffsetDateTime {
    NOW + Duration::seconds(seconds)
}

/// What the visitor's browser sends to the second address after the first has set these.
fn after<L: AsRef<[u8]>>(from: &str, lines: &[L], to: &str) -> String {
    let mut jar = Jar::default();
    for line in lines {
        // A refusal shows in what is sent.
        let _ = jar.set(line.as_ref(), &Request::to(&url(from)), NOW);
    }
    sent(&mut jar, to)
}

fn sent(jar: &mut Jar, to: &str) -> String {
    String::from_utf8(jar.header(&Request::to(&url(to)), NOW)).unwrap()
}

/// The same for one line and one address.
fn here(line: &str) -> String {
    after("http://a.test/", &[line], "http://a.test/")
}

fn refused(from: &str, line: &str) -> Option<Refused> {
    Jar::default()
        .set(line.as_bytes(), &Request::to(&url(from)), NOW)
        .err()
}
