//! The JSON of the cookie API, and its queries.

use contract::{Problem, wire::Timestamp};
use serde::{Deserialize, Deserializer, Serialize};

use crate::cookies::{
    Attributes, Believed, Disbelief, Entry, Lifetime, Protection, Refusal, SameSite, name,
};

/// `PUT /cookies/{name}`. A field that is not known is refused: `same_site` for `samesite` would
/// make a weaker cookie than was asked for, and nobody would notice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    pub(super) value: String,
    max_age: Option<f64>,
    expires: Option<String>,
    /// Left out: `/`. Null: no Path attribute.
    #[serde(default = "root", deserialize_with = "nullable")]
    path: Option<String>,
    domain: Option<String>,
    #[serde(default)]
    secure: bool,
    #[serde(default)]
    httponly: bool,
    samesite: Option<String>,
    #[serde(default)]
    partitioned: bool,
    protection: Option<String>,
}

#[expect(clippy::unnecessary_wraps, reason = "serde asks for the field's type")]
fn root() -> Option<String> {
    Some("/".to_owned())
}

fn nullable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

impl Asked {
    pub(super) fn attributes(&self) -> Result<Attributes, Refusal> {
        Ok(Attributes {
            lifetime: Lifetime::of(self.max_age, self.expires.as_deref())?,
            path: self.path.clone(),
            domain: self.domain.clone(),
            secure: self.secure,
            http_only: self.httponly,
            same_site: same_site(self.samesite.as_deref())?,
            partitioned: self.partitioned,
        })
    }

    pub(super) fn protection(&self) -> Result<Protection, Refusal> {
        let protection = self.protection.as_deref();
        protection.map_or(Ok(Protection::Plain), str::parse)
    }
}

fn same_site(text: Option<&str>) -> Result<Option<SameSite>, Refusal> {
    text.map(str::parse).transpose()
}

/// The query of `GET /cookies/{name}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Expected {
    /// How the cookie has to be protected.
    pub(super) protection: Option<String>,
    /// The seconds that may have passed since it was made.
    pub(super) max_age: Option<u64>,
}

/// The query of `DELETE /cookies/{name}`: which of several, and what to say to the browser of one
/// that this API has not set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// Empty: no Path attribute.
    path: Option<String>,
    domain: Option<String>,
    partitioned: Option<bool>,
    secure: Option<bool>,
    httponly: Option<bool>,
    samesite: Option<String>,
}

impl Which {
    pub(super) fn fits(&self, entry: &Entry) -> bool {
        let of = entry.attributes();
        let agrees = |asked: &Option<String>, is: &Option<String>| {
            let asked = asked.as_deref();
            asked.is_none_or(|asked| asked.eq_ignore_ascii_case(is.as_deref().unwrap_or_default()))
        };
        agrees(&self.domain, &of.domain)
            && self
                .path
                .as_deref()
                .is_none_or(|path| path == of.path.as_deref().unwrap_or_default())
            && self.partitioned.is_none_or(|asked| asked == of.partitioned)
    }

    pub(super) fn attributes(&self, name: &str) -> Result<Attributes, Problem> {
        let path = self
            .path
            .clone()
            .or_else(root)
            .filter(|path| !path.is_empty());
        let partitioned = self.partitioned.unwrap_or(false);
        let same_site = same_site(self.samesite.as_deref())?;
        // Without these no such cookie can be there, so nothing but they can delete it.
        let has_prefix = name::has_prefix(name);
        let is_secure = has_prefix || partitioned || same_site == Some(SameSite::None);
        Ok(Attributes {
            lifetime: Lifetime::Browser,
            path,
            domain: self.domain.clone(),
            secure: self.secure.unwrap_or(is_secure),
            http_only: self.httponly.unwrap_or(has_prefix),
            same_site,
            partitioned,
        })
    }
}

/// 200 of `GET /cookies`.
#[derive(Serialize)]
pub(super) struct Listed {
    pub(super) cookies: Vec<Shown>,
}

/// 200 of `GET /cookies/{name}`.
#[derive(Serialize)]
pub(super) struct Shown {
    name: String,
    /// What is behind the protection; null where it did not hold, or nothing was sent.
    value: Option<String>,
    protection: Protection,
    made_at: Option<Timestamp>,
    /// Whether the browser has sent it with this request.
    sent: bool,
    /// Why what was sent counts for nothing.
    refused: Option<&'static str>,
    /// With which it was set; null for a cookie that this API has not set.
    attributes: Option<Kept>,
}

#[derive(Serialize)]
struct Kept {
    path: Option<String>,
    domain: Option<String>,
    secure: bool,
    httponly: bool,
    samesite: Option<SameSite>,
    partitioned: bool,
    /// When the browser forgets it; null: when it closes.
    expires_at: Option<Timestamp>,
}

impl Shown {
    pub(super) fn new(
        name: &str,
        protection: Protection,
        sent: Option<Result<Believed, Disbelief>>,
        entry: Option<&Entry>,
    ) -> Self {
        let is_sent = sent.is_some();
        let (believed, refused) = match sent {
            None => (None, None),
            Some(Ok(believed)) => (Some(believed), None),
            Some(Err(why)) => (None, Some(why.reason())),
        };
        Self {
            name: name.to_owned(),
            protection,
            made_at: believed.as_ref().and_then(|believed| believed.made_at),
            value: believed.map(|believed| believed.value),
            sent: is_sent,
            refused,
            attributes: entry.map(Kept::from),
        }
    }
}

impl From<&Entry> for Kept {
    fn from(entry: &Entry) -> Self {
        let attributes = entry.attributes();
        Self {
            path: attributes.path,
            domain: attributes.domain,
            secure: attributes.secure,
            httponly: attributes.http_only,
            samesite: attributes.same_site,
            partitioned: attributes.partitioned,
            expires_at: entry.ends_at(),
        }
    }
}
