//! Settings that choose between a few.

use clap::ValueEnum;
use contract::accounts::Account;

/// How the tokens reach the client and come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Delivery {
    /// Both in the body of the answer. What the client does with them is its decision.
    Body,
    /// Both in cookies that script cannot read.
    Cookies,
    /// The access token in the body, for script to hold in memory; the refresh token in a cookie
    /// that script cannot read.
    RefreshCookie,
}

impl Delivery {
    pub(crate) fn access_in_cookie(self) -> bool {
        self == Self::Cookies
    }

    pub(crate) fn refresh_in_cookie(self) -> bool {
        self != Self::Body
    }
}

/// Whether a refresh token is replaced at each use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Rotating {
    /// It works once, and a second use ends the login.
    On,
    /// It works until its time is over. That somebody has a copy is not noticed.
    Off,
}

/// What of the account stands in the claim that names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UserIdField {
    /// The number that is never given to another account.
    Id,
    /// What the person types to log in.
    Username,
    /// The other thing that may be typed.
    Email,
}

impl UserIdField {
    /// As text, as Simple JWT writes it.
    pub(crate) fn of(self, account: &Account) -> String {
        match self {
            Self::Id => account.id.to_string(),
            Self::Username => account.username.clone(),
            Self::Email => account.email.clone(),
        }
    }
}
