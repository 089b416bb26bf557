//! Whether the names of a lab lead to this machine.

use std::io;
use std::net::SocketAddr;

use tokio::net::lookup_host;

use super::{Finding, State};

/// One of the six.
const NAME: &str = "session.lab.localhost";

pub(super) async fn look() -> Finding {
    judged(lookup_host((NAME, 0)).await.map(Iterator::collect))
}

fn judged(addresses: io::Result<Vec<SocketAddr>>) -> Finding {
    let addresses = addresses.unwrap_or_default();
    if addresses.is_empty() {
        return finding(State::Note, "this system does not know *.localhost").hint(
            "Chrome, Firefox and curl do by themselves. For other programs add to /etc/hosts: \
             127.0.0.1 lab.localhost cookie.lab.localhost session.lab.localhost jwt.lab.localhost \
             evil.lab.localhost evil.localhost",
        );
    }
    let stranger = addresses.iter().find(|address| !address.ip().is_loopback());
    match stranger {
        None => finding(State::Fine, format!("{NAME} is this machine")),
        // A resolver that makes answers up sends logins to somebody else.
        Some(address) => finding(
            State::Note,
            format!(
                "{NAME} leads to {}, which is not this machine",
                address.ip()
            ),
        )
        .hint("Chrome, Firefox and curl do not ask. Every other program talks to that machine."),
    }
}

fn finding(state: State, says: impl Into<String>) -> Finding {
    Finding::new("names", state, says)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_here_nowhere_or_elsewhere() {
        let address = |text: &str| text.parse::<SocketAddr>().unwrap();
        let here = judged(Ok(vec![address("[::1]:0"), address("127.0.0.1:0")]));
        assert_eq!(here.state, State::Fine);
        for nowhere in [Ok(Vec::new()), Err(io::ErrorKind::NotFound.into())] {
            assert!(judged(nowhere).hint.unwrap().contains("/etc/hosts"));
        }
        let elsewhere = judged(Ok(vec![address("127.0.0.1:0"), address("192.0.2.7:0")]));
        assert_eq!(elsewhere.state, State::Note);
        assert!(elsewhere.says.contains("192.0.2.7"));
    }
}
