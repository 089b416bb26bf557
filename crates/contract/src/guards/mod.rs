//! What each request passes before a handler sees it, from the outside in:
//! `answer` (headers of every answer, problem+json for every error),
//! `limit` (size and time), `origin` (cross-site request forgery),
//! `media` (JSON and nothing else). `gate` is the middleware that asks them in this order.

use std::net::IpAddr;

use crate::serve::Face;

mod answer;
mod gate;
mod limit;
mod media;
mod origin;
#[cfg(test)]
mod tests;

pub(crate) use gate::Guards;
pub use limit::BODY_LIMIT;
pub(crate) use media::json_config;
pub use origin::{is_same_origin, own_pages_only};

/// Where a server looks for the credential. It decides the challenge of a 401
/// and whether another site could make a browser send it along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// A cookie of this name, which browsers send by themselves.
    Cookie(&'static str),
    /// The `Authorization` header, which only script can set.
    Bearer,
    /// The `Authorization` header or, where that is missing, a cookie. So each unsafe request
    /// without a bearer token in its header must come from the server's own origin, the login
    /// too. The challenge is that of [`Carrier::Bearer`].
    BearerOrCookie,
}

/// What the guards need to know of the server.
#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) face: Face,
    /// The server's own origins, as a browser spells them.
    pub(crate) origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpAddr>,
}
