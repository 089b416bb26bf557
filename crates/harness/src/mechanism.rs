//! The three mechanisms, and what a profile promises of them.

use serde::Deserialize;

/// How the server remembers a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mechanism {
    /// The state is in the client's cookie.
    Cookie,
    /// The cookie is a key; the state is on the server.
    Session,
    /// The state is in a signed token, beside a refresh token.
    Jwt,
}

impl Mechanism {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Cookie, Self::Session, Self::Jwt];
    /// Those whose credential a browser sends by itself.
    pub const BY_COOKIE: &'static [Self] = &[Self::Cookie, Self::Session];
    /// Those with tokens.
    pub const BY_TOKEN: &'static [Self] = &[Self::Jwt];

    /// Those whose server knows which logins there are.
    pub const BY_SERVER: &'static [Self] = &[Self::Session, Self::Jwt];
    /// Those whose state is with the client.
    pub const BY_CLIENT: &'static [Self] = &[Self::Cookie];

    /// Its name on the command line and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cookie => "cookie",
            Self::Session => "session",
            Self::Jwt => "jwt",
        }
    }
}

impl std::str::FromStr for Mechanism {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.iter().find(|known| known.name() == text);
        known
            .copied()
            .ok_or_else(|| format!("`{text}` is none of: cookie, session, jwt"))
    }
}

/// What the target promises about a credential after its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Dead after logout, password change and the like, whatever the mechanism
    /// (ASVS 5.0, 7.4.1).
    #[default]
    Hardened,
    /// The pure mechanism: a copy of a cookie or an access token works until it
    /// expires. The suite then shows for how long.
    Stateless,
}

impl Profile {
    /// Its name on the command line and in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hardened => "hardened",
            Self::Stateless => "stateless",
        }
    }
}

impl std::str::FromStr for Profile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "hardened" => Ok(Self::Hardened),
            "stateless" => Ok(Self::Stateless),
            _ => Err(format!("`{text}` is none of: hardened, stateless")),
        }
    }
}
