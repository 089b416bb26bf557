//! Which host name stands for what.
//!
//! Cookies ignore ports, so three servers on three ports of `localhost` would share one jar.
//! Hence one port and four host names, all of them same-site with each other. The attacker has
//! two more: one that is same-site too, and one that is not.
//!
//! In the room of a class there are no names: those of `localhost` lead each visitor to his own
//! machine. There it is one address, a port for each, over TLS.

use std::net::Ipv4Addr;

use crate::column::Column;
use crate::lure::Site;

/// What a `Host` header asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `lab.localhost`: the page and its control plane.
    Page,
    /// `cookie.lab.localhost` and its siblings: a server.
    Column(Column),
    /// `evil.localhost` and `evil.lab.localhost`: the attacker's pages.
    Lure(Site),
    /// `localhost` or a loopback address: the visitor is told where to go.
    Bare,
}

/// The host names of one lab, which differ from another's by the port.
#[derive(Clone, Copy, Debug)]
pub struct Hosts {
    port: u16,
    room: Option<Ipv4Addr>,
}

impl Hosts {
    /// The names on this port.
    pub fn new(port: u16) -> Self {
        Self { port, room: None }
    }

    /// A room of a class: this port for the page, the next three for the servers.
    pub fn room(address: Ipv4Addr, port: u16) -> Self {
        Self {
            port,
            room: Some(address),
        }
    }

    /// The attacker's pages need names: a port is no other site, and has the same cookies.
    pub(crate) fn has_names(self) -> bool {
        self.room.is_none()
    }

    /// The page's origin, which is the address that people open.
    pub fn page(self) -> String {
        match self.room {
            Some(address) => format!("https://{address}:{}", self.port),
            None => self.origin("lab.localhost"),
        }
    }

    /// The origin of a column's server.
    pub fn column(self, column: Column) -> String {
        if let Some(address) = self.room {
            return format!("https://{address}:{}", self.port_of(column));
        }
        self.origin(&format!("{}.lab.localhost", column.id()))
    }

    /// The origin of the attacker's pages.
    pub fn lure(self, site: Site) -> String {
        self.origin(site.host())
    }

    /// The `Host` header of a column's server.
    pub fn authority(self, column: Column) -> String {
        let origin = self.column(column);
        let (_, authority) = origin.split_once("://").unwrap_or_default();
        authority.to_owned()
    }

    fn port_of(self, column: Column) -> u16 {
        self.port + 1 + column.index() as u16
    }

    /// Decides by allow-list. A name that is not on it is `None`: a foreign site that
    /// re-points its own name to 127.0.0.1 (DNS rebinding) comes in with that name.
    pub fn place(self, host: &str) -> Option<Place> {
        if let Some(address) = self.room {
            let is = |port| host == format!("{address}:{port}");
            let column = |column: &Column| is(self.port_of(*column));
            return match is(self.port) {
                true => Some(Place::Page),
                false => Column::ALL.into_iter().find(column).map(Place::Column),
            };
        }
        let host = host.to_ascii_lowercase();
        let name = match host.strip_suffix(&format!(":{}", self.port)) {
            Some(name) => name,
            None if self.port == 80 => &host,
            None => return None,
        };
        match name {
            "lab.localhost" => Some(Place::Page),
            "localhost" | "127.0.0.1" | "[::1]" => Some(Place::Bare),
            _ if name == Site::Elsewhere.host() => Some(Place::Lure(Site::Elsewhere)),
            _ if name == Site::Sibling.host() => Some(Place::Lure(Site::Sibling)),
            _ => Column::ALL
                .into_iter()
                .find(|column| name.strip_suffix(".lab.localhost") == Some(column.id()))
                .map(Place::Column),
        }
    }

    fn origin(self, name: &str) -> String {
        // A browser leaves the default port out of `Origin`.
        if self.port == 80 {
            format!("http://{name}")
        } else {
            format!("http://{name}:{}", self.port)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_on_our_port_are_served() {
        let hosts = Hosts::new(8000);
        assert_eq!(hosts.place("lab.localhost:8000"), Some(Place::Page));
        assert_eq!(hosts.place("LAB.localhost:8000"), Some(Place::Page));
        assert_eq!(
            hosts.place("jwt.lab.localhost:8000"),
            Some(Place::Column(Column::Jwt))
        );
        assert_eq!(hosts.place("[::1]:8000"), Some(Place::Bare));
        for site in [Site::Elsewhere, Site::Sibling] {
            let host = hosts.lure(site);
            let host = host.strip_prefix("http://").unwrap();
            assert_eq!(hosts.place(host), Some(Place::Lure(site)));
        }
        for foreign in [
            "evil.example:8000",
            "lab.localhost",
            "lab.localhost:8001",
            "lab.localhost.:8000",
            "x.lab.localhost:8000",
            "x.evil.localhost:8000",
            ".lab.localhost:8000",
            "cookie.lab.localhost.evil.example:8000",
            "",
        ] {
            assert_eq!(hosts.place(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_room_is_an_address_and_four_ports() {
        let hosts = Hosts::room(Ipv4Addr::new(192, 0, 2, 7), 8444);
        assert_eq!(hosts.page(), "https://192.0.2.7:8444");
        assert_eq!(hosts.place("192.0.2.7:8444"), Some(Place::Page));
        for column in Column::ALL {
            let authority = hosts.authority(column);
            assert_eq!(hosts.place(&authority), Some(Place::Column(column)));
        }
        for foreign in [
            "192.0.2.7:8448",
            "192.0.2.8:8444",
            "lab.localhost:8444",
            "192.0.2.7",
        ] {
            assert_eq!(hosts.place(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn the_default_port_is_left_out() {
        let hosts = Hosts::new(80);
        assert_eq!(hosts.page(), "http://lab.localhost");
        assert_eq!(hosts.place("lab.localhost"), Some(Place::Page));
    }
}
