//! The two profiles, by the names that the page and the contract use.

use serde::{Deserialize, Serialize};

/// How much the servers look up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// A credential is dead after logout, at the price of a look-up.
    Hardened,
    /// The pure mechanism: nothing but sessions is looked up.
    Stateless,
}

impl Profile {
    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hardened => "hardened",
            Self::Stateless => "stateless",
        }
    }

    /// The one that this is not.
    pub fn other(self) -> Self {
        match self {
            Self::Hardened => Self::Stateless,
            Self::Stateless => Self::Hardened,
        }
    }

    /// What it means, as a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Hardened => {
                "Each server checks that a credential is still wanted, at the price of a look-up."
            }
            Self::Stateless => {
                "The pure mechanism: cookie and token are believed until they expire. The session is still looked up: that is its mechanism."
            }
        }
    }
}
