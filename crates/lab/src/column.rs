//! The three columns: one server each, in the order in which the page shows them.

use serde::{Deserialize, Serialize};

/// One of the three mechanisms, as the lab shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    /// `cookie-state`: the state is in the browser.
    Cookie,
    /// `session-state`: the state is in the store.
    Session,
    /// `jwt-state`: the state is in the token.
    Jwt,
}

impl Column {
    /// All of them, left to right.
    pub const ALL: [Self; 3] = [Self::Cookie, Self::Session, Self::Jwt];

    /// The name in URLs, key prefixes and the view.
    pub fn id(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::Session => "session",
            Self::Jwt => "jwt",
        }
    }

    /// The heading of the column.
    pub fn title(self) -> &'static str {
        match self {
            Self::Cookie => "Client cookie",
            Self::Session => "Redis session",
            Self::Jwt => "JWT",
        }
    }

    /// The cookie that carries this column's credential, where one does: a token usually travels
    /// in a header instead.
    pub fn cookie_name(self) -> &'static str {
        match self {
            Self::Cookie => "__Host-login",
            Self::Session => "__Host-session",
            Self::Jwt => "__Host-access",
        }
    }

    /// Where the column stands in [`Column::ALL`].
    pub(crate) fn index(self) -> usize {
        self as usize
    }
}
