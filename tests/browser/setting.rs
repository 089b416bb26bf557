//! How a trial is set up.

use std::fmt;

use lab::{Options, Profile, StoreChoice, StoreKind};

/// Where the servers keep their state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Store {
    Embedded,
    PrivateRedis,
}

/// A store and a profile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    pub(crate) store: Store,
    pub(crate) profile: Profile,
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let store = match self.store {
            Store::Embedded => "embedded",
            Store::PrivateRedis => "redis",
        };
        write!(f, "{store}::{}", self.profile.name())
    }
}

impl Setting {
    /// The same store with either profile.
    pub(crate) fn in_each_profile(self) -> [Self; 2] {
        [Profile::Hardened, Profile::Stateless].map(|profile| Self { profile, ..self })
    }

    /// For a lab on this port; 0 is any.
    pub(crate) fn options(self, port: u16) -> Options {
        Options {
            port: Some(port),
            store: match self.store {
                Store::Embedded => StoreChoice::Embedded,
                Store::PrivateRedis => StoreChoice::Auto,
            },
            profile: self.profile,
            ..Options::default()
        }
    }

    /// What the lab must have found then.
    pub(crate) fn kind(self) -> StoreKind {
        match self.store {
            Store::Embedded => StoreKind::Embedded,
            Store::PrivateRedis => StoreKind::PrivateRedis,
        }
    }
}
