//! The credentials that the lab has seen, to be masked wherever they turn up.
//!
//! Where a credential usually stands is masked by name. But anybody can send one in a path, in a
//! header of his own or under another name; what is known to be one is hidden there too.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use harness::http::is_secret_member;
use url::form_urlencoded;

use super::members;
use super::spelling::spelt;
use crate::board::{ColumnMemory, Record, State};
use crate::clock;
use crate::column::Column;
use crate::http::Head;

/// Shorter ones are words that stand everywhere; the masking by name has the same limit.
const SHORTEST: usize = 6;
/// What is behind the last dot of a credential is the part that cannot be guessed: the signature.
const SHORTEST_PART: usize = 16;

/// Comparisons for one text: a second's worth. Text that asks for more is hostile, and all of it
/// is masked.
const STEPS: usize = 10_000_000;

/// Everything that is known to be a credential. Never printed.
#[derive(Clone, Default)]
pub struct Secrets {
    known: BTreeSet<String>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({}, [redacted])", self.known.len())
    }
}

impl Secrets {
    /// What servers set and answered, what visitors sent, what the browser and the thief hold, in
    /// all columns: one password is good for all of them.
    pub fn of(state: &State) -> Self {
        let mut secrets = Self::default();
        for column in Column::ALL {
            secrets.learn_column(state.column(column));
        }
        secrets
    }

    fn learn_column(&mut self, memory: &ColumnMemory) {
        for exchange in memory.history() {
            self.learn(&exchange.record);
        }
        for kept in memory.jar.live(clock::now_ms()) {
            self.add(&kept.value);
        }
        let read = &memory.read_by_script;
        for (_, value) in read.items.iter().chain(&read.cookies) {
            self.add(value);
        }
        if let Some(stolen) = &memory.stolen {
            self.add(stolen.reveal());
        }
    }

    /// What one request and its answer gave away.
    pub(super) fn learn(&mut self, record: &Record) {
        self.learn_head(&record.request.head);
        self.learn_form(
            record
                .request
                .target
                .split_once('?')
                .map_or("", |(_, query)| query),
        );
        self.learn_body(&record.request_body);
        if let Some(answer) = &record.response {
            self.learn_head(&answer.head);
        }
        self.learn_body(&record.response_body);
    }

    fn learn_head(&mut self, head: &Head) {
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
                "location" | "referer" => {
                    self.learn_form(value.split_once('?').map_or("", |(_, query)| query));
                }
                _ => {}
            }
        }
    }

    fn learn_body(&mut self, body: &[u8]) {
        members::secrets(body)
            .iter()
            .for_each(|secret| self.add(secret));
        self.learn_form(&String::from_utf8_lossy(body));
    }

    fn learn_form(&mut self, form: &str) {
        for (name, value) in form_urlencoded::parse(form.as_bytes()) {
            if is_secret_member(&name) {
                self.add(&value);
            }
        }
    }

    fn add(&mut self, secret: &str) {
        let secret = secret.trim().trim_matches('"');
        if secret.len() < SHORTEST {
            return;
        }
        self.known.insert(secret.to_owned());
        let part = secret.rsplit(['.', ':']).next().unwrap_or_default();
        if part.len() >= SHORTEST_PART {
            self.known.insert(part.to_owned());
        }
    }

    /// The text with `[masked 32]` where one of them stood.
    pub(super) fn hide(&self, text: &str) -> String {
        let mut by_first: HashMap<char, Vec<&str>> = HashMap::new();
        let mut longest_first: Vec<&str> = self.known.iter().map(String::as_str).collect();
        longest_first.sort_by_key(|secret| usize::MAX - secret.len());
        for secret in &longest_first {
            let first = secret.chars().next().unwrap_or_default();
            by_first.entry(first).or_default().push(secret);
        }
        let mut steps = STEPS;
        let mut hidden = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let candidates = match first {
                // It may spell any other character.
                '%' | '\\' | '+' => Some(&longest_first),
                plain => by_first.get(&plain),
            };
            let mut candidates = candidates.into_iter().flatten();
            let found = candidates
                .find_map(|secret| Some((spelt(rest, secret, &mut steps)?, secret.len())));
            if steps == 0 {
                return format!("[masked {}]", text.len());
            }
            let taken = match found {
                Some((taken, length)) => {
                    hidden.push_str(&format!("[masked {length}]"));
                    taken
                }
                None => {
                    hidden.push(first);
                    first.len_utf8()
                }
            };
            rest = &rest[taken..];
        }
        hidden
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
