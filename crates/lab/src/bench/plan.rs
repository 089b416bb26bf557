//! What is measured.

use serde::Serialize;

use crate::column::Column;
use crate::profile::Profile;

/// What a target is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A handler that answers the same bytes to everybody.
    Bare,
    /// cookie-state.
    Cookie,
    /// session-state.
    Session,
    /// jwt-state.
    Jwt,
}

impl Kind {
    /// The name.
    pub fn name(self) -> &'static str {
        self.column().map_or("bare", Column::id)
    }

    /// The server behind it.
    pub(crate) fn column(self) -> Option<Column> {
        match self {
            Self::Bare => None,
            Self::Cookie => Some(Column::Cookie),
            Self::Session => Some(Column::Session),
            Self::Jwt => Some(Column::Jwt),
        }
    }
}

/// Where a target keeps its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StoreUsed {
    /// In its own process.
    Embedded,
    /// In Redis.
    Redis,
}

/// One thing to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// What it is.
    pub kind: Kind,
    /// How much it looks up; the bare handler has no profile.
    pub profile: Option<Profile>,
    /// Its store; the bare handler has none.
    pub store: Option<StoreUsed>,
}

impl Target {
    /// Everything, the bare handler last: it is made after the others, whose answers tell it
    /// its size.
    pub fn all(with_redis: bool) -> Vec<Self> {
        let mut targets = Vec::new();
        let stores = [StoreUsed::Embedded, StoreUsed::Redis];
        for store in stores
            .into_iter()
            .filter(|store| with_redis || *store == StoreUsed::Embedded)
        {
            for profile in [Profile::Hardened, Profile::Stateless] {
                for kind in [Kind::Cookie, Kind::Session, Kind::Jwt] {
                    targets.push(Self {
                        kind,
                        profile: Some(profile),
                        store: Some(store),
                    });
                }
            }
        }
        targets.push(Self {
            kind: Kind::Bare,
            profile: None,
            store: None,
        });
        targets
    }

    /// In words.
    pub fn name(&self) -> String {
        let profile = self.profile.map(|profile| format!(" {}", profile.name()));
        let store = self.store.map(|store| match store {
            StoreUsed::Embedded => " embedded",
            StoreUsed::Redis => " redis",
        });
        format!(
            "{}{}{}",
            self.kind.name(),
            profile.unwrap_or_default(),
            store.unwrap_or_default()
        )
    }
}
