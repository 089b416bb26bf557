//! Which credentials an exchange carries and hands out, taken apart once each. Whatever is in a
//! request can be hostile, so an exchange has no more of them than people read.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

use super::Part;
use super::browser::{parts, token_parts};
use crate::board::{Exchange, Record};
use crate::column::Column;

/// A credential that was on the wire.
#[derive(Clone, Serialize)]
pub struct Credential {
    /// As it stood there.
    pub value: String,
    /// What can be read in it.
    pub parts: Vec<Part>,
}

/// That an exchange has one.
#[derive(Clone, Serialize)]
pub struct Carried {
    /// In the answer; if not, in the request.
    pub answered: bool,
    /// Where: `Authorization`, the name of a cookie, the member of a body.
    pub place: String,
    /// Which, in the list of the wire.
    pub credential: usize,
}

/// So many of an exchange are taken apart.
const MOST: usize = 16;
/// And none that is longer. Browsers keep no cookie that is (RFC 6265bis, section 5.6: 4,096 bytes),
/// and few servers take a header that is.
const LONGEST: usize = 8 * 1024;
/// The bytes of an exchange's credentials, as they stand there and taken apart.
const MOST_BYTES: usize = 24 * 1024;

/// The credentials of one column, each once.
pub(super) struct Found {
    column: Column,
    pub(super) list: Vec<Credential>,
    /// Where each value is in the list.
    places: HashMap<String, usize>,
}

/// Those of one exchange.
#[derive(Default)]
pub(super) struct OfOne {
    pub(super) carried: Vec<Carried>,
    /// Not all of them.
    pub(super) cut: bool,
    bytes: usize,
}

impl Found {
    pub(super) fn of(column: Column) -> Self {
        Self {
            column,
            list: Vec::new(),
            places: HashMap::new(),
        }
    }

    pub(super) fn carried(&mut self, exchange: &Exchange) -> OfOne {
        let record = &exchange.record;
        let column = self.column;
        let mut one = OfOne::default();
        if let Some(token) = record.bearer() {
            self.note(&mut one, false, "Authorization", token, token_parts);
        }
        for (name, value) in record.cookies() {
            self.note(&mut one, false, name, value, |value| {
                parts(name, value, column)
            });
        }
        for (name, value) in set(record) {
            self.note(&mut one, true, name, value, |value| {
                parts(name, value, column)
            });
        }
        let body = serde_json::from_slice::<Value>(&record.response_body).unwrap_or_default();
        for member in ["access", "refresh"] {
            if let Some(token) = body[member].as_str() {
                self.note(&mut one, true, member, token, token_parts);
            }
        }
        one
    }

    /// What says nothing is no credential to be taken apart.
    fn note(
        &mut self,
        one: &mut OfOne,
        answered: bool,
        place: &str,
        value: &str,
        parts: impl FnOnce(&str) -> Vec<Part>,
    ) {
        if one.carried.len() == MOST || value.len() > LONGEST {
            one.cut = true;
            return;
        }
        let known = self.places.get(value).copied();
        let credential = match known {
            Some(known) => known,
            None => {
                let parts = parts(value);
                if parts.is_empty() || value.is_empty() {
                    return;
                }
                one.bytes += value.len() + parts.iter().map(|part| part.text.len()).sum::<usize>();
                if one.bytes > MOST_BYTES {
                    one.cut = true;
                    return;
                }
                let value = value.to_owned();
                self.places.insert(value.clone(), self.list.len());
                self.list.push(Credential { value, parts });
                self.list.len() - 1
            }
        };
        one.carried.push(Carried {
            answered,
            place: place.to_owned(),
            credential,
        });
    }
}

/// The cookies that an answer sets. One that it deletes has no value.
fn set(record: &Record) -> impl Iterator<Item = (&str, &str)> {
    let lines = record
        .response
        .iter()
        .flat_map(|response| response.head.texts("set-cookie"));
    lines.filter_map(|line| line.split(';').next()?.trim().split_once('='))
}
