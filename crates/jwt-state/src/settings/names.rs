//! What claims and headers are called.

use actix_web::http::header::HeaderName;

use super::{Settings, UserIdField};

/// Claims whose names are fixed.
const FIXED: [&str; 12] = [
    "iss",
    "aud",
    "sub",
    "iat",
    "exp",
    "nbf",
    "auth_time",
    "sid",
    "remember",
    "username",
    "email",
    "roles",
];

/// Headers that mean something else, or that every browser sends.
const TAKEN: [&str; 10] = [
    "cookie",
    "set-cookie",
    "host",
    "origin",
    "referer",
    "connection",
    "content-type",
    "content-length",
    "transfer-encoding",
    "x-forwarded-for",
];

impl Settings {
    /// Our name of a claim, and the one that is set.
    pub(crate) fn names(&self) -> [(&'static str, &str); 2] {
        [
            ("token_type", self.token_type_claim.as_str()),
            ("jti", self.jti_claim.as_str()),
        ]
    }

    pub(crate) fn has_usual_names(&self) -> bool {
        self.names().iter().all(|(ours, name)| ours == name)
    }

    /// Whether a claim of this name is made by the server itself.
    pub(crate) fn is_claim_of_ours(&self, name: &str) -> bool {
        FIXED.contains(&name)
            || self.user_id_claim == name
            || self
                .names()
                .iter()
                .any(|pair| pair.0 == name || pair.1 == name)
    }

    /// What is wrong with the names of the claims, if anything.
    pub(super) fn fault_of_names(&self) -> Option<&'static str> {
        let names = [&self.user_id_claim, &self.token_type_claim, &self.jti_claim];
        let [id, kind, own] = names.map(String::as_str);
        if id == "sub" && self.user_id_field != UserIdField::Id {
            return Some(
                "--user-id-claim sub goes with --user-id-field id; give the claim another name",
            );
        }
        let is_twice = id == kind || kind == own || own == id;
        let is_fixed =
            (FIXED.contains(&id) && id != "sub") || FIXED.contains(&kind) || FIXED.contains(&own);
        (is_twice || is_fixed).then_some(
            "two claims have the same name; change --user-id-claim, --token-type-claim or --jti-claim",
        )
    }
}

/// The name of a claim.
pub(super) fn claim(name: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:/".contains(&byte);
    if (1..=64).contains(&name.len()) && name.bytes().all(is_plain) {
        Ok(name.to_owned())
    } else {
        Err("write 1 to 64 of A-Z a-z 0-9 _ - . : /".to_owned())
    }
}

/// A scheme, as it stands before a token (RFC 9110 section 11.1). `Basic` has a meaning of its own.
pub(super) fn scheme(name: &str) -> Result<String, String> {
    let is_token = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if is_token && !["basic", "digest", "negotiate"].contains(&name.to_ascii_lowercase().as_str()) {
        Ok(name.to_owned())
    } else {
        Err(
            "write one word, such as Bearer or JWT; not one that browsers send by themselves"
                .to_owned(),
        )
    }
}

/// The name of a header.
pub(super) fn header(name: &str) -> Result<HeaderName, String> {
    let header = HeaderName::try_from(name).ok();
    header
        .filter(|header| !TAKEN.contains(&header.as_str()) && !header.as_str().starts_with("sec-"))
        .ok_or_else(|| "write the name of a header that is free, such as X-Access-Token".to_owned())
}
