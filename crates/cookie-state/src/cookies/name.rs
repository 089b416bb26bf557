//! Names, and the prefixes by which a name makes a promise.

use super::{Attributes, Refusal};

/// What a browser promises for a name that begins so (RFC 6265bis section 4.1.3; the two with
/// `Http` are not in there, Chromium knows them).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prefix {
    /// Set over a secure connection.
    Secure,
    /// And by this very host, for all of it.
    Host,
    /// Set over a secure connection, and not by script.
    Http,
    /// All of that.
    HostHttp,
}

/// The longer ones first: `__Host-Http-` begins with `__Host-` too.
const SPELLINGS: [(&str, Prefix); 4] = [
    ("__Host-Http-", Prefix::HostHttp),
    ("__Host-", Prefix::Host),
    ("__Secure-", Prefix::Secure),
    ("__Http-", Prefix::Http),
];

impl Prefix {
    /// The prefix of a name; a refusal, where it is spelt otherwise.
    ///
    /// Browsers compare prefixes without regard to case since servers were found that do so with
    /// names. A browser from before then lets any sibling host set `__HOST-x`, so such a name is
    /// neither written nor read here.
    pub(super) fn of(name: &str) -> Result<Option<Self>, Refusal> {
        let spelt = |(spelling, _): &&(&str, Self)| {
            let start = name.get(..spelling.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(spelling))
        };
        match SPELLINGS.iter().find(spelt) {
            None => Ok(None),
            Some((spelling, prefix)) if name.starts_with(spelling) => Ok(Some(*prefix)),
            Some(_) => Err(Refusal::PrefixSpelling),
        }
    }

    /// The name without its prefix, however that is spelt.
    pub(super) fn strip(name: &str) -> Option<&str> {
        SPELLINGS.iter().find_map(|(spelling, _)| {
            let (start, rest) = name.split_at_checked(spelling.len())?;
            start.eq_ignore_ascii_case(spelling).then_some(rest)
        })
    }

    /// Whether a browser takes a cookie with this prefix and these attributes.
    pub(super) fn allows(self, attributes: &Attributes) -> Result<(), Refusal> {
        let Attributes { secure, .. } = *attributes;
        let of_this_host = attributes.domain.is_none() && attributes.path.as_deref() == Some("/");
        let not_of_script = attributes.http_only;
        match self {
            Self::Secure if !secure => Err(Refusal::SecurePrefix),
            Self::Host | Self::HostHttp if !(secure && of_this_host) => Err(Refusal::HostPrefix),
            Self::Http | Self::HostHttp if !(secure && not_of_script) => Err(Refusal::HttpPrefix),
            _ => Ok(()),
        }
    }
}

/// Whether this may be a cookie's name.
pub(super) fn check(name: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(Refusal::NoName);
    }
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.bytes().all(is_token) {
        Ok(())
    } else {
        Err(Refusal::Name)
    }
}

/// Whether `name` is one of `own`, or could be taken for it: the same after any of the prefixes, in
/// any spelling.
pub(crate) fn shadows(name: &str, own: &[&str]) -> bool {
    Prefix::strip(name).is_some_and(|rest| {
        own.iter()
            .filter_map(|own| Prefix::strip(own))
            .any(|own| own.eq_ignore_ascii_case(rest))
    })
}

/// Whether the name begins with a prefix.
pub(crate) fn has_prefix(name: &str) -> bool {
    Prefix::strip(name).is_some()
}
