//! What is measured.

use jwt_state::Algorithm;
use serde::Serialize;

use crate::column::Column;
use crate::profile::Profile;

/// What a target is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A handler that answers the same JSON to everybody.
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

/// What signs jwt-state's tokens, and whether it remembers those that were right, as it does
/// unless it is told otherwise, or checks each anew. Cookie-state has one seal, and the same choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Signed {
    /// HMAC-SHA-256
    Hs256,
    /// The same, checked anew each time
    Hs256Anew,
    /// ECDSA on P-256
    Es256,
    /// The same, checked anew each time
    Es256Anew,
    /// Ed25519
    Eddsa,
    /// The same, checked anew each time
    EddsaAnew,
    /// Cookie-state's seal, opened anew each time
    Anew,
}

impl Signed {
    const ALL: [Self; 6] = [
        Self::Hs256,
        Self::Hs256Anew,
        Self::Es256,
        Self::Es256Anew,
        Self::Eddsa,
        Self::EddsaAnew,
    ];

    /// The name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "hs256",
            Self::Hs256Anew => "hs256-anew",
            Self::Es256 => "es256",
            Self::Es256Anew => "es256-anew",
            Self::Eddsa => "eddsa",
            Self::EddsaAnew => "eddsa-anew",
            Self::Anew => "anew",
        }
    }

    /// The algorithm of a token.
    pub(super) fn algorithm(self) -> Option<Algorithm> {
        match self {
            Self::Hs256 | Self::Hs256Anew => Some(Algorithm::HS256),
            Self::Es256 | Self::Es256Anew => Some(Algorithm::ES256),
            Self::Eddsa | Self::EddsaAnew => Some(Algorithm::EdDSA),
            Self::Anew => None,
        }
    }

    /// The setting that has nothing remembered, for the rows in which each is checked anew.
    pub(super) fn forgetting(self) -> Option<&'static str> {
        match self {
            Self::Hs256 | Self::Es256 | Self::Eddsa => None,
            Self::Hs256Anew | Self::Es256Anew | Self::EddsaAnew => Some("--remembered-tokens"),
            Self::Anew => Some("--remembered-cookies"),
        }
    }
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
    /// What signs its tokens, where it has some.
    pub signed: Option<Signed>,
}

impl Target {
    /// Everything, the bare handler last. What signs the tokens makes the same difference in
    /// either profile and over either store, so it is varied in one.
    pub fn all(with_redis: bool) -> Vec<Self> {
        let mut targets = Vec::new();
        let stores = [StoreUsed::Embedded, StoreUsed::Redis];
        for store in stores
            .into_iter()
            .filter(|store| with_redis || *store == StoreUsed::Embedded)
        {
            for profile in [Profile::Hardened, Profile::Stateless] {
                let target = |kind, signed| Self {
                    kind,
                    profile: Some(profile),
                    store: Some(store),
                    signed,
                };
                targets.push(target(Kind::Cookie, None));
                let is_varied = (profile, store) == (Profile::Stateless, StoreUsed::Embedded);
                if is_varied {
                    targets.push(target(Kind::Cookie, Some(Signed::Anew)));
                }
                targets.push(target(Kind::Session, None));
                let signed = if is_varied {
                    &Signed::ALL[..]
                } else {
                    &[Signed::Hs256]
                };
                targets.extend(signed.iter().map(|one| target(Kind::Jwt, Some(*one))));
            }
        }
        targets.push(Self {
            kind: Kind::Bare,
            profile: None,
            store: None,
            signed: None,
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
        let signed = self.signed.map(|signed| format!(" {}", signed.name()));
        format!(
            "{}{}{}{}",
            self.kind.name(),
            signed.unwrap_or_default(),
            profile.unwrap_or_default(),
            store.unwrap_or_default()
        )
    }
}
