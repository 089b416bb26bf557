//! Why a cookie is not set.

use std::fmt;

use contract::Problem;

/// A browser would drop the cookie, or keep something other than was meant. All are 422
/// `unacceptable` with the text below, but for the size, which is 413 `state-too-large`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Without a name, `a=b` would be sent back as it is: somebody else's cookie.
    NoName,
    /// A name is a token (RFC 9110 section 5.6.2).
    Name,
    /// Browsers match prefixes in any case; older ones did not, and there the name promises nothing.
    PrefixSpelling,
    /// RFC 6265bis section 4.1.3.2.
    HostPrefix,
    /// RFC 6265bis section 4.1.3.1.
    SecurePrefix,
    /// The prefixes that say that no script has set the cookie.
    HttpPrefix,
    /// Would end the line, or the header.
    Control,
    /// Would end the value, and what follows would be an attribute.
    Semicolon,
    /// RFC 6265bis section 4.1.1 has none of these; parsers differ about what they mean.
    NoCookieOctet,
    /// Everything above 127: no two parsers agree on its encoding.
    NotAscii,
    /// Without the slash a browser takes the path of the request instead.
    PathWithoutSlash,
    /// RFC 6265bis section 4.1.1: no control character and no semicolon; and no more than ASCII.
    Path,
    /// RFC 1034 section 3.5, and no leading dot, which browsers ignore.
    Domain,
    /// The browser ignores such an attribute (RFC 6265bis section 5.6).
    AttributeTooLong,
    /// Neither `Strict`, `Lax` nor `None`.
    SameSite,
    /// RFC 6265bis section 5.7.
    NoneWithoutSecure,
    /// A partitioned cookie has to be Secure (CHIPS).
    PartitionedWithoutSecure,
    /// Two ends, and a browser heeds one of them.
    TwoEnds,
    /// Not an instant.
    Expires,
    /// Not a number of seconds that a date can follow.
    MaxAge,
    /// None of `plain`, `signed`, `private`.
    Protection,
    /// There would be more than a browser must keep for a host (RFC 6265bis section 6.1).
    TooMany,
    /// More than fits: into one cookie, or into all of a visitor's together.
    TooLarge {
        /// Octets that it would take.
        would_be: usize,
        /// Octets that fit.
        limit: usize,
    },
}

impl Refusal {
    /// The reason, for people. Nothing of what was asked comes back in it.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoName => "a cookie needs a name",
            Self::Name => "a name is made of letters, digits and !#$%&'*+-.^_`|~",
            Self::PrefixSpelling => {
                "the prefixes are spelt __Host-, __Secure-, __Host-Http- and __Http-; spelt otherwise, not every browser keeps their promise"
            }
            Self::HostPrefix => {
                "a browser drops a __Host- cookie without Secure, with a Domain, or with a Path other than /"
            }
            Self::SecurePrefix => "a browser drops a __Secure- cookie without Secure",
            Self::HttpPrefix => {
                "a browser drops a __Http- or __Host-Http- cookie without Secure and HttpOnly"
            }
            Self::Control => "a value has no control characters",
            Self::Semicolon => {
                "a value has no semicolon: what follows it would be read as an attribute"
            }
            Self::NoCookieOctet => {
                "a value has no space, quote, comma or backslash: servers differ about what they mean; encode it, or choose the protection private"
            }
            Self::NotAscii => "a value is ASCII; encode it, or choose the protection private",
            Self::PathWithoutSlash => {
                "a Path begins with /; a browser puts the path of the request in place of another"
            }
            Self::Path => "a Path is ASCII without control characters and semicolons",
            Self::Domain => {
                "a Domain is a host name without a leading dot; leave it out for this host alone"
            }
            Self::AttributeTooLong => {
                "a browser ignores an attribute whose value has more than 1024 octets"
            }
            Self::SameSite => "SameSite is Strict, Lax or None",
            Self::NoneWithoutSecure => "a browser drops SameSite=None without Secure",
            Self::PartitionedWithoutSecure => "a browser drops Partitioned without Secure",
            Self::TwoEnds => "say max_age or expires, not both",
            Self::Expires => {
                "expires is an instant, like 2030-01-31T12:00:00Z or Thu, 31 Jan 2030 12:00:00 GMT"
            }
            Self::MaxAge => "max_age is a number of seconds up to the year 9999",
            Self::Protection => "protection is plain, signed or private",
            Self::TooMany => "a visitor may have 50 cookies here; delete one first",
            Self::TooLarge { .. } => "this is more than fits into a cookie",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::TooLarge { would_be, limit } => Self::StateTooLarge { would_be, limit },
            other => Self::Unacceptable(other.reason()),
        }
    }
}
