//! Why the lab does not start. Each says what to do.

use std::io;

use thiserror::Error;

/// Why the lab does not start.
#[derive(Debug, Error)]
pub enum LabError {
    /// `--port` was given and is not free. Exit code 2.
    #[error(
        "port {port} cannot be taken ({source}). Stop what listens there, give another --port, or leave --port out: then the next free one is taken"
    )]
    PortTaken {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// A hundred ports in a row are occupied.
    #[error("no port from 8000 to 8099 is free. Give one with --port")]
    NoPort,
    /// The URL of Redis cannot be used.
    #[error(
        "the URL of Redis is not understood. Write redis://[user:password@]host[:port][/db], or redis+unix:///path for a socket"
    )]
    RedisUrl,
    /// The URL asks for TLS.
    #[error(
        "the URL of Redis asks for TLS (rediss://). The lab shows what goes over the wire to Redis, and its tap reads plain connections only. Give it redis://… or redis+unix://…, or leave REDIS_URL out: then the lab starts a Redis of its own"
    )]
    RedisTls,
    /// A Redis was named and does not answer.
    #[error(
        "Redis at {endpoint} does not answer as it should: {reason}. Start it or correct the URL; or leave REDIS_URL and --redis out, and the lab uses a Redis of its own or, with --embedded, none"
    )]
    RedisUnreachable {
        /// Host and port or socket, without the password.
        endpoint: String,
        /// What went wrong.
        reason: String,
    },
    /// The store's settings were refused.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// A server did not start.
    #[error("a server did not start: {0}")]
    Server(#[from] contract::StartError),
    /// The settings of a server were not understood, mostly a variable STATELAB_….
    #[error("the settings of a server cannot be used: {0}")]
    Settings(#[from] clap::Error),
    /// A column has no variant of this name. Exit code 2.
    #[error("{0} has no variant `{1}`")]
    Variant(&'static str, String),
    /// Two variants exclude each other. Exit code 2.
    #[error("{0} cannot be `{1}` and `{2}` at once: give one of them")]
    Variants(&'static str, String, String),
    /// The accounts could not be made.
    #[error("the accounts cannot be used: {0}")]
    Accounts(#[from] contract::accounts::AccountsError),
    /// A lesson could not be played.
    #[error("the lesson could not be played: {0}")]
    Lesson(String),
    /// The rooms of a class do not fit behind its port. Exit code 2.
    #[error("{0} rooms need ports beyond 65535: give a lower port, or fewer --rooms")]
    Rooms(u16),
    /// The rooms of a class would need more open files than this program may have. Exit code 2.
    #[error(
        "{rooms} rooms need up to {needed} open files, and this program may have {allowed}: raise the limit (ulimit -n {needed}), or give --rooms {most}"
    )]
    TooManyRooms {
        /// The rooms that were asked for.
        rooms: u16,
        /// What they can need.
        needed: u64,
        /// What the system allows.
        allowed: u64,
        /// The rooms that fit.
        most: u64,
    },
    /// A class cannot listen where it should. Exit code 2.
    #[error(
        "{listen} cannot be taken ({source}). Give --listen an address of this machine, and a port that nothing listens on"
    )]
    Door {
        /// Where it should listen.
        listen: std::net::SocketAddrV4,
        /// What the system said.
        source: io::Error,
    },
    /// No certificate could be made for a class.
    #[error("no certificate could be made: {0}")]
    Certificate(String),
    /// An attack could not be tried.
    #[error("the attack could not be tried: {0}")]
    Attack(String),
    /// The system refused something that always works.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

impl LabError {
    /// The exit code: 2 for wrong settings, 5 for a Redis that is not there, else 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::PortTaken { .. }
            | Self::RedisUrl
            | Self::RedisTls
            | Self::Settings(_)
            | Self::Variant(..)
            | Self::Variants(..)
            | Self::Rooms(_)
            | Self::TooManyRooms { .. }
            | Self::Door { .. } => 2,
            Self::RedisUnreachable { .. } => 5,
            Self::Server(error) => error.exit_code(),
            _ => 1,
        }
    }
}
