//! Which credentials an exchange carries and hands out, taken apart once each.

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

/// The credentials of one column, each once.
pub(super) struct Found {
    column: Column,
    pub(super) list: Vec<Credential>,
}

impl Found {
    pub(super) fn of(column: Column) -> Self {
        Self {
            column,
            list: Vec::new(),
        }
    }

    pub(super) fn carried(&mut self, exchange: &Exchange) -> Vec<Carried> {
        let record = &exchange.record;
        let mut carried = Vec::new();
        if let Some(token) = record.bearer() {
            let parts = token_parts(token);
            self.note(&mut carried, false, "Authorization", token, parts);
        }
        for (name, value) in record.cookies() {
            let parts = parts(name, value, self.column);
            self.note(&mut carried, false, name, value, parts);
        }
        for (name, value) in set(record) {
            let parts = parts(name, value, self.column);
            self.note(&mut carried, true, name, value, parts);
        }
        let body = serde_json::from_slice::<Value>(&record.response_body).unwrap_or_default();
        for member in ["access", "refresh"] {
            if let Some(token) = body[member].as_str() {
                self.note(&mut carried, true, member, token, token_parts(token));
            }
        }
        carried
    }

    /// What says nothing is no credential to be taken apart.
    fn note(
        &mut self,
        carried: &mut Vec<Carried>,
        answered: bool,
        place: &str,
        value: &str,
        parts: Vec<Part>,
    ) {
        if parts.is_empty() || value.is_empty() {
            return;
        }
        let known = self.list.iter().position(|one| one.value == value);
        let credential = known.unwrap_or_else(|| {
            self.list.push(Credential {
                value: value.to_owned(),
                parts,
            });
            self.list.len() - 1
        });
        carried.push(Carried {
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
