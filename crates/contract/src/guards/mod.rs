//! What each request passes before a handler sees it, from the outside in:
//! `answer` (headers of every answer, problem+json for every error),
//! `limit` (size and time), `origin` (cross-site request forgery),
//! `media` (JSON and nothing else).

use std::net::IpAddr;

mod answer;
mod limit;
mod media;
mod origin;

pub(crate) use answer::answer;
pub use limit::BODY_LIMIT;
pub(crate) use limit::limit;
pub(crate) use media::{json_config, media};
pub(crate) use origin::origin;

/// Where a server looks for the credential. It decides the challenge of a 401
/// and whether another site could make a browser send it along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// A cookie of this name, which browsers send by themselves.
    Cookie(&'static str),
    /// The `Authorization` header, which only script can set.
    Bearer,
}

/// What the guards need to know of the server.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) carrier: Carrier,
    /// The server's own origins, as a browser spells them.
    pub(crate) origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpAddr>,
}
