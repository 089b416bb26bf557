//! The scoreboard: what each mechanism cost and what it held, with how often that was seen.
//!
//! Nothing here is estimated. `tally` counts what the taps saw in the lab that is open;
//! `measure` does the whole round in a second lab beside it, so that no login of the visitor's
//! is touched. What was not seen is `None`, and the page says so.

mod figure;
mod measure;
mod round;
mod tally;

use serde::{Deserialize, Serialize};

pub use figure::Figure;
pub(crate) use measure::measure;
pub(crate) use tally::Tally;

use crate::column::Column;
use crate::variants::Variants;

/// What is known of one column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scores {
    /// `GET /me` that let the visitor in, from the first byte to the last, in microseconds.
    pub visit_us: Option<Figure>,
    /// What the credential weighs in such a request.
    pub request_bytes: Option<Figure>,
    /// What a login's answer hands out: its `Set-Cookie` lines and its tokens.
    pub answer_bytes: Option<Figure>,
    /// Commands to the store for each such request.
    pub commands: Option<Figure>,
    /// Times that the server had to wait for Redis in it. Not known without a Redis.
    pub round_trips: Option<Figure>,
    /// By how much one more login makes the keys in Redis grow, by its own `MEMORY USAGE`.
    pub login_bytes: Option<Figure>,
    /// From an acknowledged logout to the first refusal of a copy.
    pub logout: Option<Revocation>,
    /// From a role taken away to the first refusal of `/admin`.
    pub demotion: Option<Revocation>,
    /// Does a login outlive the servers' restart with the same keys?
    pub restart: Option<bool>,
    /// And a restart with new keys?
    pub rekey: Option<bool>,
    /// And an emptied store?
    pub flush: Option<bool>,
}

/// When something that was taken back was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Revocation {
    /// After so many microseconds.
    Refused {
        /// Each time that it was tried.
        after_us: Figure,
    },
    /// It was let in each time.
    Lasts {
        /// The last try was so long after.
        tried_ms: u64,
        /// When it ends by itself.
        until_ms: Option<u64>,
    },
}

/// What came of a whole round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Measurement {
    /// When it was done.
    pub at_ms: u64,
    /// How long it took.
    pub took_ms: u64,
    /// How the servers ran.
    #[serde(skip)]
    pub(crate) variants: Variants,
    /// The same in words, for each column.
    pub settings: [Vec<&'static str>; 3],
    /// The store.
    pub store: String,
    /// Cookie, session, JWT.
    pub columns: [Scores; 3],
}

/// The choices of each column, in words.
pub(crate) fn settings(variants: Variants) -> [Vec<&'static str>; 3] {
    Column::ALL.map(|column| variants.of(column).map(|(_, choice)| choice.word).collect())
}
