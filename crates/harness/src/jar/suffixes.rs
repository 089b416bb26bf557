//! Public suffixes: domains below which strangers live side by side, so that none of them may
//! set a cookie for all (section 5.7, step 9), and that no two of them are one site.
//!
//! The list of the world (<https://publicsuffix.org>) is 300 kB and grows weekly, and a copy of
//! it here would be stale tomorrow. Without a list the rule of that algorithm for domains that
//! no rule names holds: the last label is the suffix. That is exact for `localhost`, where
//! tests live, and for every plain top-level domain. Whoever needs `co.uk` passes the list in.

use std::collections::HashSet;

use super::place;

/// The rules of a list; none by default.
#[derive(Clone, Debug, Default)]
pub struct Suffixes {
    rules: HashSet<String>,
    /// `*.ck` is kept as `ck`.
    wildcards: HashSet<String>,
    /// `!www.ck` is kept as `www.ck`.
    exceptions: HashSet<String>,
}

impl Suffixes {
    /// Reads a list in the format of publicsuffix.org. Names in other scripts must stand in
    /// it as punycode as well, or they match nothing.
    pub fn parse(list: &str) -> Self {
        let mut suffixes = Self::default();
        for line in list.lines() {
            // A rule ends at the first white space; `//` starts a comment.
            let Some(rule) = line.split_whitespace().next() else {
                continue;
            };
            let rule = rule.to_lowercase();
            if rule.starts_with("//") {
                continue;
            } else if let Some(name) = rule.strip_prefix("*.") {
                suffixes.wildcards.insert(name.to_owned());
            } else if let Some(name) = rule.strip_prefix('!') {
                suffixes.exceptions.insert(name.to_owned());
            } else {
                suffixes.rules.insert(rule);
            }
        }
        suffixes
    }

    /// Strangers live below it.
    pub fn is_public(&self, host: &str) -> bool {
        !place::is_address(host) && self.suffix(host) == host
    }

    /// The part that its owner registered: one label more than the suffix.
    pub fn registrable<'a>(&self, host: &'a str) -> Option<&'a str> {
        let suffix = self.suffix(host);
        let rest = host.strip_suffix(suffix)?.strip_suffix('.')?;
        let at = rest.rfind('.').map_or(0, |dot| dot + 1);
        Some(&host[at..])
    }

    fn suffix<'a>(&self, host: &'a str) -> &'a str {
        // A dot at the end means the root and is no label.
        let end = host.trim_end_matches('.').len();
        let mut start = 0;
        loop {
            let name = &host[start..end];
            let parent = name.find('.').map(|dot| start + dot + 1);
            match parent {
                None => return &host[start..],
                Some(parent) if self.exceptions.contains(name) => return &host[parent..],
                Some(parent) if self.wildcards.contains(&host[parent..end]) => {
                    return &host[start..];
                }
                Some(_) if self.rules.contains(name) => return &host[start..],
                Some(parent) => start = parent,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "// a comment\ncom\nuk\nco.uk trailing words\n\n*.ck\n!www.ck\n";

    #[test]
    fn without_a_list_the_last_label_is_public() {
        let none = Suffixes::default();
        assert!(none.is_public("localhost"));
        assert!(none.is_public("com"));
        assert!(!none.is_public("example.com"));
        assert!(!none.is_public("127.0.0.1"));
        assert_eq!(none.registrable("localhost"), None);
        assert_eq!(none.registrable("jwt.app.localhost"), Some("app.localhost"));
        assert_eq!(none.registrable("a.example.com."), Some("example.com."));
        assert_eq!(none.registrable(""), None);
    }

    #[test]
    fn rules_wildcards_exceptions() {
        let list = Suffixes::parse(LIST);
        for (host, domain) in [
            ("com", None),
            ("a.b.example.com", Some("example.com")),
            ("co.uk", None),
            ("a.shop.co.uk", Some("shop.co.uk")),
            ("shop.uk", Some("shop.uk")),
            ("ck", None),
            ("test.ck", None),
            ("a.b.test.ck", Some("b.test.ck")),
            ("www.ck", Some("www.ck")),
            ("a.www.ck", Some("www.ck")),
        ] {
            assert_eq!(list.registrable(host), domain, "{host}");
        }
        assert!(list.is_public("co.uk") && list.is_public("test.ck"));
        assert!(!list.is_public("www.ck") && !list.is_public("shop.uk"));
    }
}
