//! Whose attempts are counted: the address that a request comes from.
//!
//! `X-Forwarded-For` is what anybody likes to write into it. It is read only
//! when the TCP peer is a proxy that the settings name, and then only its last
//! entry, which that proxy has added (ASVS 4.1.3, 15.3.4).

use std::net::IpAddr;

use actix_web::{HttpRequest, http::header::HeaderMap, web::Data};

use crate::{Problem, guards::Policy};

/// The address of the client.
///
/// # Errors
/// [`Problem::Internal`] when the connection has none, which TCP connections have.
pub fn address(request: &HttpRequest) -> Result<IpAddr, Problem> {
    let peer = request.peer_addr().ok_or(Problem::Internal)?.ip();
    let policy = request
        .app_data::<Data<Policy>>()
        .ok_or(Problem::Internal)?;
    Ok(behind(peer, request.headers(), &policy.trusted_proxies))
}

fn behind(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    if !trusted.contains(&peer.to_canonical()) {
        return peer;
    }
    let last = headers
        .get_all("x-forwarded-for")
        .last()
        .and_then(|line| line.to_str().ok());
    let entry = last.and_then(|line| line.rsplit(',').next());
    // A proxy that says nothing readable is counted itself: slower for all, open to nobody.
    entry
        .and_then(|entry| entry.trim().parse().ok())
        .unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn seen(peer: &str, lines: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(
                HeaderName::from_static("x-forwarded-for"),
                HeaderValue::from_str(line).unwrap(),
            );
        }
        let trusted = ["10.0.0.1".parse().unwrap()];
        behind(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_a_named_proxy_is_believed_and_only_its_own_entry() {
        assert_eq!(seen("192.0.2.7", &["203.0.113.9"]), "192.0.2.7");
        assert_eq!(seen("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4", "203.0.113.9"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["nonsense"]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(seen("::ffff:10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
    }
}
