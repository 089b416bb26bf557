//! Who asks, and on whose behalf (section 5.2).

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::Suffixes;

/// A request, as far as cookies care.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Where it goes.
    pub url: &'a Url,
    /// The top-level page that makes it. `None`: nobody but the visitor, who typed it.
    pub from: Option<&'a Url>,
    /// It loads a page of its own into the window: a link, a form, a redirect of these.
    pub navigates: bool,
    /// Its method is GET, HEAD, OPTIONS or TRACE (RFC 9110, section 9.2.1).
    pub is_safe: bool,
    /// No request, but `document.cookie` on the page at `url`.
    pub by_script: bool,
}

impl<'a> Request<'a> {
    /// Somebody typed this address, or `curl` did.
    pub fn to(url: &'a Url) -> Self {
        Self {
            url,
            from: None,
            navigates: true,
            is_safe: true,
            by_script: false,
        }
    }

    /// The page `from` fetches it: an image, a script, a frame, `fetch`.
    pub fn within(url: &'a Url, from: &'a Url) -> Self {
        Self {
            from: Some(from),
            navigates: false,
            ..Self::to(url)
        }
    }

    /// A link on the page `from` leads to it.
    pub fn link(url: &'a Url, from: &'a Url) -> Self {
        Self {
            from: Some(from),
            ..Self::to(url)
        }
    }

    /// Nobody listens in on the way. A browser keeps `Secure` cookies of `localhost` too, which
    /// never leave the machine (W3C Secure Contexts, section 3.1).
    pub fn is_secure(&self) -> bool {
        match (self.url.scheme(), self.url.host()) {
            ("https" | "wss", _) => true,
            ("http" | "ws", Some(Host::Domain(name))) => {
                let name = name.strip_suffix('.').unwrap_or(name);
                name == "localhost" || name.ends_with(".localhost")
            }
            ("http" | "ws", Some(Host::Ipv4(address))) => Ipv4Addr::is_loopback(&address),
            ("http" | "ws", Some(Host::Ipv6(address))) => Ipv6Addr::is_loopback(&address),
            _ => false,
        }
    }

    /// Another site has a hand in it.
    pub fn is_cross_site(&self, suffixes: &Suffixes) -> bool {
        self.from
            .is_some_and(|from| site(from, suffixes) != site(self.url, suffixes))
    }

    /// The site in the address bar, under which a `Partitioned` cookie is kept.
    pub fn top_level_site(&self, suffixes: &Suffixes) -> String {
        let page = self.from.filter(|_| !self.navigates);
        site(page.unwrap_or(self.url), suffixes)
    }
}

/// Scheme and registrable domain, or the whole host where it has none (HTML, "obtain a site").
/// The port does not count: `localhost:8001` and `localhost:8002` are one site.
fn site(url: &Url, suffixes: &Suffixes) -> String {
    let scheme = match url.scheme() {
        "ws" => "http",
        "wss" => "https",
        other => other,
    };
    let host = url.host_str().unwrap_or_default();
    let domain = match url.host() {
        Some(Host::Domain(name)) => suffixes.registrable(name).unwrap_or(name),
        _ => host,
    };
    format!("{scheme}://{domain}")
}
