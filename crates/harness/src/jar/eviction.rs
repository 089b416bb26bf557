//! No jar grows without end (section 5.7, "remove excess cookies").

use time::OffsetDateTime;

use super::{Cookie, Jar};

/// How many cookies are kept. What a browser must keep at least (section 6.1) is what this jar
/// keeps at most, so that a server which relies on more is found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of one domain.
    pub per_domain: usize,
    /// Of all.
    pub total: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_domain: 50,
            total: 3000,
        }
    }
}

impl Jar {
    /// Drops what has ended, and then what is too much; only the domain that was last added
    /// to can have become too full.
    pub(super) fn evict(&mut self, domain: &str, now: OffsetDateTime) {
        self.cookies.retain(|cookie| !cookie.is_expired(now));
        let of_domain = |cookie: &Cookie| cookie.domain == domain;
        // Those first that anybody on the wire could have set.
        while self
            .cookies
            .iter()
            .filter(|cookie| of_domain(cookie))
            .count()
            > self.limits.per_domain
        {
            self.drop_first(of_domain, |cookie| (cookie.secure, cookie.used));
        }
        while self.cookies.len() > self.limits.total {
            self.drop_first(|_| true, |cookie| cookie.used);
        }
    }

    fn drop_first<K: Ord>(&mut self, of: impl Fn(&Cookie) -> bool, by: impl Fn(&Cookie) -> K) {
        let cookies = self.cookies.iter().enumerate();
        let first = cookies
            .filter(|(_, cookie)| of(cookie))
            .min_by_key(|(_, cookie)| by(cookie));
        if let Some((at, _)) = first {
            self.cookies.remove(at);
        }
    }
}
