//! `lab up --class`: many visitors, a room for each.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

use clap::Args;
use clap::error::ErrorKind;
use contract::settings::lifetime;
use lab::Options;
use lab::class::ClassOptions;

/// Settings of a class.
#[derive(Clone, Debug, Args)]
pub(crate) struct ClassArgs {
    /// A room for each visitor: accounts, keys, store and wire of their own
    #[arg(long, requires = "listen")]
    pub(crate) class: bool,

    /// The address of this machine that visitors type, and a port; the rooms have those after it
    #[arg(long, value_name = "ADDRESS:PORT", requires = "class")]
    listen: Option<SocketAddrV4>,

    /// Encrypt, with a certificate that is made for this start
    #[arg(long, requires = "class")]
    tls: bool,

    /// Rooms at once
    #[arg(long, value_name = "N", requires = "class", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=200))]
    rooms: u16,

    /// Rooms of one address: more than one where visitors share one
    #[arg(long, value_name = "N", requires = "class", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=200))]
    rooms_per_address: u16,

    /// A room in which nobody does anything ends after this time
    #[arg(long, value_name = "SPAN", requires = "class", default_value = "45m", value_parser = lifetime)]
    idle: Duration,
}

impl ClassArgs {
    /// With what else the labs are started.
    pub(crate) fn options(&self, lab: Options) -> Result<ClassOptions, clap::Error> {
        let wrong = |sentence: &str| {
            let sentence = format!("{sentence}\n");
            Err(clap::Error::raw(ErrorKind::ArgumentConflict, sentence))
        };
        // Not by clap's `conflicts_with`: where --port is given, no setting would require --class any more.
        if lab.port.is_some() {
            return wrong(
                "--port is for one lab; a class has the port of --listen, and those after it",
            );
        }
        if !self.tls {
            return wrong(
                "--class is for a network, where everybody could read along: give --tls, and a certificate is made",
            );
        }
        let listen = self
            .listen
            .unwrap_or(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 8443));
        if listen.ip().is_unspecified() {
            return wrong(
                "--listen needs the address that visitors type, not 0.0.0.0: `hostname -I` or `ipconfig` lists those of this machine",
            );
        }
        Ok(ClassOptions {
            listen,
            rooms: self.rooms,
            per_address: self.rooms_per_address,
            idle: self.idle,
            lab,
        })
    }
}
