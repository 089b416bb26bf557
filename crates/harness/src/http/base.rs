//! Where a target listens: what of its URL matters on the wire.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

use url::Url;

/// Where a target listens: what of its URL matters on the wire.
#[derive(Clone, Debug)]
pub struct Base {
    pub(super) tls: bool,
    pub(super) host: String,
    port: u16,
    prefix: String,
}

impl Base {
    /// Reads an `http:` or `https:` URL.
    ///
    /// # Errors
    /// A sentence for the user, when it is something else.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| {
            format!("`{text}` is not a URL ({error}); write it like http://localhost:8002")
        })?;
        let tls = match url.scheme() {
            "http" => false,
            "https" => true,
            other => {
                return Err(format!(
                    "`{other}:` is not spoken here; use http: or https:"
                ));
            }
        };
        if !url.username().is_empty() || url.query().is_some() || url.fragment().is_some() {
            return Err(format!("`{text}` must be scheme, host, port and path only"));
        }
        let host = url
            .host_str()
            .ok_or_else(|| format!("`{text}` names no host"))?
            .to_owned();
        let port = url.port_or_known_default().unwrap_or(80);
        let prefix = url.path().trim_end_matches('/').to_owned();
        Ok(Self {
            tls,
            host,
            port,
            prefix,
        })
    }

    /// The path in front of every route.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The scheme, as in an origin.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.tls { "https" } else { "http" }
    }

    /// The host, as in an origin.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, also when it is the scheme's own.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Host and port as `Host` and an origin spell them.
    #[must_use]
    pub fn authority(&self) -> String {
        let default = if self.tls { 443 } else { 80 };
        if self.port == default {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// The origin (RFC 6454) as a browser would send it.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme(), self.authority())
    }

    /// `localhost` and every name below it is loopback by RFC 6761, but not
    /// every resolver knows that; so it is decided here.
    pub(super) fn addresses(&self) -> io::Result<Vec<SocketAddr>> {
        let name = self.host.trim_end_matches('.').to_ascii_lowercase();
        if name == "localhost" || name.ends_with(".localhost") {
            let loopback = [
                IpAddr::V4(Ipv4Addr::LOCALHOST),
                IpAddr::V6(Ipv6Addr::LOCALHOST),
            ];
            return Ok(loopback.map(|ip| SocketAddr::new(ip, self.port)).to_vec());
        }
        let host = self.host.trim_start_matches('[').trim_end_matches(']');
        Ok((host, self.port).to_socket_addrs()?.collect())
    }
}
