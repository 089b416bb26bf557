//! What a visitor's browser was told to keep.
//!
//! A browser sends names and values and nothing else, so a server that has forgotten with which
//! attributes it set a cookie cannot delete it. It could keep that in a table. Here the list goes
//! where the cookies go: into the browser, sealed into a cookie of its own.

use std::collections::BTreeMap;

use contract::wire::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Attributes, Lifetime, NameKeys, Protection, Refusal, SameSite, set};

/// Cookies that a browser has to keep for one host (RFC 6265bis section 6.1).
const MOST: usize = 50;

/// Octets of all names and values together. They come along with every request, beside the login
/// cookie and this list (4,096 each), and a server that reads 16 KiB of headers would be shut to a
/// visitor who has more: he could not even delete them (a "cookie bomb").
const MOST_OCTETS: usize = 6144;

/// What a request brings beyond what the list tells of: its list was lost, or script has set more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unlisted {
    /// How many cookies.
    pub cookies: usize,
    /// Octets of their names and values.
    pub octets: usize,
}

/// The cookies that were set for one visitor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Inventory(Vec<Entry>);

/// One cookie that was set. Short names, because 4,096 octets are all there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name.
    #[serde(rename = "n")]
    pub name: String,
    /// How its value is protected.
    #[serde(rename = "r")]
    pub protection: Protection,
    #[serde(rename = "p", skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(rename = "d", skip_serializing_if = "Option::is_none")]
    domain: Option<String>,
    #[serde(rename = "x", skip_serializing_if = "Option::is_none")]
    ends_at: Option<i64>,
    #[serde(rename = "s", skip_serializing_if = "Option::is_none")]
    same_site: Option<SameSite>,
    /// `Secure`, `HttpOnly`, `Partitioned`, as 1, 2, 4.
    #[serde(rename = "f")]
    flags: u8,
    /// Octets of name and value.
    #[serde(rename = "o")]
    octets: usize,
}

impl Entry {
    /// A cookie that is set now; `value` is what goes over the wire.
    pub fn new(
        name: &str,
        value: &str,
        protection: Protection,
        attributes: &Attributes,
        now: Timestamp,
    ) -> Self {
        let flag = |is_set, bit| if is_set { bit } else { 0 };
        Self {
            name: name.to_owned(),
            protection,
            path: attributes.path.clone(),
            domain: attributes.domain.clone(),
            ends_at: attributes.ends_at(now).map(Timestamp::unix),
            same_site: attributes.same_site,
            flags: flag(attributes.secure, 1)
                + flag(attributes.http_only, 2)
                + flag(attributes.partitioned, 4),
            octets: name.len() + value.len(),
        }
    }

    /// The attributes with which it was set; of its lifetime, the end.
    pub fn attributes(&self) -> Attributes {
        Attributes {
            lifetime: self.ends_at().map_or(Lifetime::Browser, Lifetime::Until),
            path: self.path.clone(),
            domain: self.domain.clone(),
            secure: self.flags & 1 != 0,
            http_only: self.flags & 2 != 0,
            same_site: self.same_site,
            partitioned: self.flags & 4 != 0,
        }
    }

    /// When the browser forgets it; `None`: when it closes.
    pub fn ends_at(&self) -> Option<Timestamp> {
        self.ends_at.map(Timestamp::from_unix)
    }

    /// Whether a browser keeps both in one place, so that one takes the place of the other.
    fn is_same_cookie(&self, other: &Self) -> bool {
        let place = |entry: &Self| {
            let Attributes {
                path,
                domain,
                partitioned,
                ..
            } = entry.attributes();
            (
                entry.name.clone(),
                path,
                domain.map(|d| d.to_ascii_lowercase()),
                partitioned,
            )
        };
        place(self) == place(other)
    }
}

impl Inventory {
    /// The list in a cookie that was sent; an empty one where there is none, or none of ours.
    pub fn open(keys: &NameKeys, sent: Option<&str>) -> Self {
        let opened = sent.and_then(|sent| keys.believe(Protection::Private, sent).ok());
        let list = opened.and_then(|opened| serde_json::from_str(&opened.value).ok());
        let Self(mut entries) = list.unwrap_or_default();
        entries.retain(|entry| entry.ends_at().is_none_or(|end| !end.has_come()));
        Self(entries)
    }

    /// The line that keeps the list in a cookie of this name, or deletes that cookie where the list
    /// is empty. `attributes` are those of the list; it is kept as long as what it lists.
    ///
    /// # Errors
    /// When the list has become too long for a cookie.
    pub fn line(
        &self,
        name: &str,
        keys: &NameKeys,
        attributes: Attributes,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        if self.0.is_empty() {
            return super::delete(name, &attributes);
        }
        let json = serde_json::to_string(self).expect("a list of plain fields is JSON");
        let last = self.0.iter().filter_map(Entry::ends_at).max();
        let attributes = Attributes {
            lifetime: last.map_or(Lifetime::Browser, Lifetime::Until),
            ..attributes
        };
        set(
            name,
            &keys.protect(Protection::Private, &json, now),
            &attributes,
            now,
        )
    }

    /// How much of what was sent the list does not tell of. Who drops the list, or whose server has
    /// lost its key, still sends the cookies.
    pub fn unlisted<'a>(&self, sent: impl Iterator<Item = (&'a [u8], &'a [u8])>) -> Unlisted {
        let mut names: BTreeMap<&[u8], Unlisted> = BTreeMap::new();
        for (name, value) in sent {
            let all = names.entry(name).or_default();
            all.cookies += 1;
            all.octets += name.len() + value.len();
        }
        for entry in &self.0 {
            if let Some(all) = names.get_mut(entry.name.as_bytes()) {
                all.cookies = all.cookies.saturating_sub(1);
                all.octets = all.octets.saturating_sub(entry.octets);
            }
        }
        let cookies = names.values().map(|all| all.cookies).sum();
        let octets = names.values().map(|all| all.octets).sum();
        Unlisted { cookies, octets }
    }

    /// Notes a cookie that is set, in place of the one whose place it takes, beside what the list
    /// does not tell of.
    ///
    /// # Errors
    /// When there would be too many, or too much.
    pub fn note(&mut self, entry: Entry, beside: Unlisted) -> Result<(), Refusal> {
        self.strike(&entry);
        self.0.push(entry);
        let listed: usize = self.0.iter().map(|entry| entry.octets).sum();
        let would_be = listed + beside.octets;
        if self.0.len() + beside.cookies > MOST {
            Err(Refusal::TooMany)
        } else if would_be > MOST_OCTETS {
            Err(Refusal::TooLarge {
                would_be,
                limit: MOST_OCTETS,
            })
        } else {
            Ok(())
        }
    }

    /// Strikes a cookie out that is not there any more.
    pub fn strike(&mut self, entry: &Entry) {
        self.0.retain(|other| !other.is_same_cookie(entry));
    }

    /// The cookies that were set under a name. A browser keeps one for each Path and Domain.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Entry> {
        self.0.iter().filter(move |entry| entry.name == name)
    }

    /// All of them.
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }
}
