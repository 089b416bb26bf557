//! A cookie jar that answers as a browser's does: RFC 6265bis, section 5, octet by octet.
//!
//! The checks of the suite have none: they hold each credential in their hand. This jar is
//! for whoever has to know what a browser is left with after an answer: a page that shows
//! what the browser holds, and a test of a server that cannot be driven without one.
//!
//! ```
//! use harness::jar::{Jar, Request};
//! use time::OffsetDateTime;
//!
//! let url = "http://shop.localhost/basket".parse()?;
//! let request = Request::to(&url);
//! let now = OffsetDateTime::now_utc();
//! let mut jar = Jar::default();
//! jar.set(b"__Host-id=7; Path=/; Secure; HttpOnly", &request, now)?;
//! assert_eq!(jar.header(&request, now), b"__Host-id=7");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! No crate does this: `cookie_store` 0.22 reads `str`, refuses a cookie without a name,
//! knows neither prefixes nor limits, sends in the wrong order and takes a Secure cookie
//! over plain http from anybody. `tests/browser` compares this one with Chromium.
//!
//! Reading order: [`line`](mod@line) takes a `Set-Cookie` apart (5.6) and [`date`] reads its
//! dates (5.1.1); [`request`] says who asks and [`place`] what matches (5.1, 5.2);
//! [`suffixes`] is what nobody may set a cookie for; [`storing`] keeps a cookie (5.7) and
//! [`sending`] picks what goes out (5.8); [`eviction`] bounds it all.

pub mod cookie;
pub mod date;
pub mod eviction;
pub mod line;
pub mod place;
pub mod request;
pub mod sending;
pub mod storing;
pub mod suffixes;
#[cfg(test)]
mod tests;

pub use cookie::{Cookie, SameSite};
pub use eviction::Limits;
pub use request::Request;
pub use storing::Refused;
pub use suffixes::Suffixes;

use time::OffsetDateTime;

/// Everything that a browser keeps.
#[derive(Clone, Debug, Default)]
pub struct Jar {
    /// In the order of their creation: a cookie that replaces another takes its place.
    cookies: Vec<Cookie>,
    suffixes: Suffixes,
    limits: Limits,
}

impl Jar {
    /// An empty jar with a list of public suffixes of its own.
    pub fn new(suffixes: Suffixes, limits: Limits) -> Self {
        Self {
            cookies: Vec::new(),
            suffixes,
            limits,
        }
    }

    /// Every cookie that is alive, in the order of their creation.
    pub fn cookies(&self, now: OffsetDateTime) -> impl Iterator<Item = &Cookie> {
        self.cookies
            .iter()
            .filter(move |cookie| !cookie.is_expired(now))
    }

    /// The browser was closed: what has no expiry ends.
    pub fn close(&mut self) {
        self.cookies.retain(|cookie| cookie.expires.is_some());
    }

    /// The visitor cleared the browser.
    pub fn clear(&mut self) {
        self.cookies.clear();
    }
}
