//! What a `Set-Cookie` line says besides name and value.

use std::str::FromStr;

use contract::wire::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Lifetime, Refusal, name::Prefix, set_cookie::LONGEST_ATTRIBUTE};

/// The attributes of a cookie. Those by default are `Path=/` and nothing else: a cookie of this
/// host, for all of it, until the browser closes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attributes {
    /// How long the browser keeps it.
    pub lifetime: Lifetime,
    /// Below which path it is sent. Without one the browser takes the folder of the request.
    pub path: Option<String>,
    /// The domain to whose hosts it is sent. Without one, this host alone.
    pub domain: Option<String>,
    /// Only over https, or to loopback.
    pub secure: bool,
    /// Script of the page does not see it.
    pub http_only: bool,
    /// Whether it comes along from other sites. Without it browsers decide, mostly for `Lax`.
    pub same_site: Option<SameSite>,
    /// A jar of its own for each site that embeds this one (CHIPS).
    pub partitioned: bool,
}

impl Default for Attributes {
    fn default() -> Self {
        Self {
            lifetime: Lifetime::Browser,
            path: Some("/".to_owned()),
            domain: None,
            secure: false,
            http_only: false,
            same_site: None,
            partitioned: false,
        }
    }
}

impl Attributes {
    /// Whether a browser takes a cookie with this prefix and these attributes, as they are meant.
    pub(super) fn check(&self, prefix: Option<Prefix>) -> Result<(), Refusal> {
        if let Some(path) = &self.path {
            check_path(path)?;
        }
        if let Some(domain) = &self.domain {
            check_domain(domain)?;
        }
        if self.same_site == Some(SameSite::None) && !self.secure {
            return Err(Refusal::NoneWithoutSecure);
        }
        if self.partitioned && !self.secure {
            return Err(Refusal::PartitionedWithoutSecure);
        }
        prefix.map_or(Ok(()), |prefix| prefix.allows(self))
    }

    /// As they stand in the line, each after `; `; what is said of the lifetime is `lifetime`.
    pub(super) fn line(&self, lifetime: &str) -> String {
        let mut line = String::new();
        for (name, value) in [("Path", &self.path), ("Domain", &self.domain)] {
            if let Some(value) = value {
                line.extend(["; ", name, "=", value]);
            }
        }
        line.push_str(lifetime);
        for (name, is_set) in [("Secure", self.secure), ("HttpOnly", self.http_only)] {
            if is_set {
                line.extend(["; ", name]);
            }
        }
        if let Some(same_site) = self.same_site {
            line.extend(["; SameSite=", same_site.name()]);
        }
        if self.partitioned {
            line.push_str("; Partitioned");
        }
        line
    }

    /// When the browser forgets it; `None`: when it closes.
    pub fn ends_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.lifetime.ends_at(now)
    }
}

/// RFC 6265bis section 4.1.1 lets a path have every byte that is no control and no semicolon.
fn check_path(path: &str) -> Result<(), Refusal> {
    if path.len() > LONGEST_ATTRIBUTE {
        Err(Refusal::AttributeTooLong)
    } else if !path.starts_with('/') {
        Err(Refusal::PathWithoutSlash)
    } else if path
        .bytes()
        .all(|byte| matches!(byte, b' '..=b'~') && byte != b';')
        && !path.ends_with(' ')
    {
        Ok(())
    } else {
        Err(Refusal::Path)
    }
}

/// Labels of letters, digits and hyphens, as RFC 1123 section 2.1 has them.
fn check_domain(domain: &str) -> Result<(), Refusal> {
    if domain.len() > LONGEST_ATTRIBUTE {
        return Err(Refusal::AttributeTooLong);
    }
    let is_label = |label: &str| {
        let inside = label
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (1..=63).contains(&label.len())
            && inside
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if domain.len() <= 253 && domain.split('.').all(is_label) {
        Ok(())
    } else {
        Err(Refusal::Domain)
    }
}

/// Whether a cookie comes along when another site has made the browser ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SameSite {
    /// Never.
    Strict,
    /// Only when the visitor goes to this site, by a link.
    Lax,
    /// Always; needs Secure.
    None,
}

impl FromStr for SameSite {
    type Err = Refusal;

    /// In any case, as browsers read it.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        [Self::Strict, Self::Lax, Self::None]
            .into_iter()
            .find(|known| known.name().eq_ignore_ascii_case(text))
            .ok_or(Refusal::SameSite)
    }
}

impl SameSite {
    /// As it is spelt in the line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}
