//! The credentials that a column's exchanges gave away: they open longer than an exchange is kept.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use harness::http::is_secret_member;
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::{Record, members};
use crate::http::Head;

/// So many of a column are known; the oldest go.
const MOST: usize = 1_000;
/// And so many bytes of them: one may be as long as a body.
const MOST_BYTES: usize = 1 << 20;

/// Shorter ones are words that stand everywhere; the masking by name has the same limit.
pub(crate) const SHORTEST: usize = 6;

/// One of them, wiped when nobody has it any more.
pub(crate) type Credential = Arc<Zeroizing<String>>;

/// The newest credentials of a column. Has no `Debug`: it is never printed.
#[derive(Default)]
pub(crate) struct Credentials {
    /// Oldest first; one that is seen again is new.
    seen: VecDeque<Credential>,
}

impl Credentials {
    /// Learns what one request and its answer gave away.
    pub(super) fn learn(&mut self, record: &Record) {
        let found = given_away(record);
        let mut again = HashSet::new();
        // Where one exchange has more than all, its last ones stay.
        let mut newest: Vec<&Credential> = found.iter().rev().take(MOST).collect();
        newest.retain(|one| again.insert(one.as_str()));
        self.seen.retain(|one| !again.contains(one.as_str()));
        self.seen.extend(newest.into_iter().rev().cloned());
        let mut bytes: usize = self.seen.iter().map(|one| one.len()).sum();
        while self.seen.len() > MOST || bytes > MOST_BYTES {
            bytes -= self.seen.pop_front().map_or(bytes, |one| one.len());
        }
    }

    /// Each of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Credential> {
        self.seen.iter()
    }
}

/// Every credential that stands in an exchange where one usually stands.
pub(crate) fn given_away(record: &Record) -> Vec<Credential> {
    let mut found = Found(Vec::new());
    found.in_head(&record.request.head);
    found.in_query(&record.request.target);
    found.in_body(&record.request_body);
    if let Some(answer) = &record.response {
        found.in_head(&answer.head);
    }
    found.in_body(&record.response_body);
    found.0
}

struct Found(Vec<Credential>);

impl Found {
    fn in_head(&mut self, head: &Head) {
        for (name, value) in head.lines() {
            match name.to_ascii_lowercase().as_str() {
                // Without `=`, all of it is the value (RFC 6265bis, section 5.6).
                "cookie" => value.split(';').for_each(|pair| self.add(value_of(pair))),
                "set-cookie" => self.add(value_of(value.split(';').next().unwrap_or_default())),
                "authorization" | "proxy-authorization" => {
                    let (_, credential) = value.split_once(' ').unwrap_or(("", &value));
                    self.add(credential);
                    self.add(&password(credential));
                }
                "location" | "referer" => self.in_query(&value),
                _ => {}
            }
        }
    }

    fn in_body(&mut self, body: &[u8]) {
        members::secrets(body)
            .iter()
            .for_each(|secret| self.add(secret));
        self.in_form(&String::from_utf8_lossy(body));
    }

    fn in_query(&mut self, target: &str) {
        self.in_form(target.split_once('?').map_or("", |(_, query)| query));
    }

    fn in_form(&mut self, form: &str) {
        for (name, value) in form_urlencoded::parse(form.as_bytes()) {
            if is_secret_member(&name) {
                self.add(&value);
            }
        }
    }

    fn add(&mut self, secret: &str) {
        let secret = secret.trim().trim_matches('"');
        if secret.len() >= SHORTEST {
            self.0.push(Arc::new(Zeroizing::new(secret.to_owned())));
        }
    }
}

fn value_of(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(_, value)| value)
}

/// The password of a `Basic` credential (RFC 7617, section 2); nothing in another one.
fn password(credential: &str) -> String {
    let pair = BASE64_STANDARD.decode(credential.trim()).ok();
    let pair = pair.and_then(|pair| String::from_utf8(pair).ok());
    let password = pair.as_deref().and_then(|pair| pair.split_once(':'));
    password.map_or("", |(_, password)| password).to_owned()
}
