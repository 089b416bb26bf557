//! Why a cookie that was sent is not believed.

use std::fmt;

use contract::Problem;

/// The cookie is there and counts for nothing. 422 `unacceptable` with the text below, but for the
/// ambiguous one, which is 400 `malformed-request` as for the login cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disbelief {
    /// Two values under one name. A sibling host can plant a second one (RFC 6265bis section 8.6),
    /// and nothing in the request says which it was.
    Ambiguous,
    /// The prefix in another spelling, which older browsers let anybody set.
    PrefixSpelling,
    /// Changed, made for another name or purpose, or made with a key that is not known here. Which
    /// of them it is is not known either: the check is one comparison.
    Changed,
    /// Made longer ago than the reader allows.
    TooOld,
    /// A plain value does not say when it was made.
    Undated,
    /// Nobody says how it has to be protected, and it is neither signed nor sealed.
    Unlisted,
}

impl Disbelief {
    /// The reason, for people.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Ambiguous => "two values were sent under this name",
            Self::PrefixSpelling => "the prefix of the name is spelt otherwise than __Host-",
            Self::Changed => {
                "the cookie was changed, or made for another name, or with another key"
            }
            Self::TooOld => "the cookie was made longer ago than max_age",
            Self::Undated => "a plain cookie does not say when it was made",
            Self::Unlisted => {
                "this cookie is not on the list of what was set here, and neither signed nor sealed; to see it as it is, ask with protection=plain"
            }
        }
    }
}

impl fmt::Display for Disbelief {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl std::error::Error for Disbelief {}

impl From<Disbelief> for Problem {
    fn from(disbelief: Disbelief) -> Self {
        match disbelief {
            Disbelief::Ambiguous => Self::MalformedRequest,
            other => Self::Unacceptable(other.reason()),
        }
    }
}
