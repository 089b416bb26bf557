//! One cookie, as it is kept.

use std::fmt;

use time::OffsetDateTime;

/// What was set, and what follows from where it was set.
#[derive(Clone, PartialEq, Eq)]
pub struct Cookie {
    /// May be empty; octets, as they came.
    pub name: Vec<u8>,
    /// May be empty; octets, as they came.
    pub value: Vec<u8>,
    /// The host that it goes to, and those below it where `host_only` is false.
    pub domain: String,
    /// No `Domain` was given: this host alone.
    pub host_only: bool,
    /// Where it goes to on that host, and below.
    pub path: Vec<u8>,
    /// Over a secure connection alone.
    pub secure: bool,
    /// Not to script.
    pub http_only: bool,
    /// Along with requests from which sites.
    pub same_site: SameSite,
    /// When the browser forgets it; `None`: when it closes.
    pub expires: Option<OffsetDateTime>,
    /// The top-level site below which it exists, where it is `Partitioned`.
    pub partition: Option<String>,
    /// When the first of this name, place and path was set.
    pub created: OffsetDateTime,
    /// When it was last set or sent.
    pub used: OffsetDateTime,
}

impl Cookie {
    /// Its time is over.
    pub fn is_expired(&self, now: OffsetDateTime) -> bool {
        self.expires.is_some_and(|end| end <= now)
    }

    /// The one takes the place of the other (section 5.7, step 23).
    pub fn replaces(&self, other: &Self) -> bool {
        self.name == other.name
            && self.domain == other.domain
            && self.host_only == other.host_only
            && self.path == other.path
            && self.partition == other.partition
    }
}

/// The value may be somebody's login.
impl fmt::Debug for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cookie")
            .field("name", &String::from_utf8_lossy(&self.name))
            .field("value", &"[redacted]")
            .field("domain", &self.domain)
            .field("path", &String::from_utf8_lossy(&self.path))
            .finish_non_exhaustive()
    }
}

/// Along with requests from which sites a cookie is sent (section 5.6.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SameSite {
    /// Nothing was said, or no word that is known: enforced as `Lax`.
    #[default]
    Default,
    /// From everywhere.
    None,
    /// From its own site, and when a link leads here from another.
    Lax,
    /// From its own site.
    Strict,
}

impl SameSite {
    /// What the attribute's value says.
    pub fn of(value: &[u8]) -> Self {
        match value.to_ascii_lowercase().as_slice() {
            b"none" => Self::None,
            b"lax" => Self::Lax,
            b"strict" => Self::Strict,
            _ => Self::Default,
        }
    }
}
