//! What a thief on the wire would keep: the latest live credential of a column.

use std::fmt;

use crate::board::Record;
use crate::column::Column;

/// A credential that was read off the wire. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Stolen {
    column: Column,
    secret: String,
    /// When it ends by itself, as far as the wire told.
    pub expires_at_ms: Option<u64>,
}

impl fmt::Debug for Stolen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stolen({}, [redacted])", self.column.id())
    }
}

impl Stolen {
    /// A credential of this column.
    pub fn new(column: Column, secret: &str, expires_at_ms: Option<u64>) -> Self {
        Self {
            column,
            secret: secret.to_owned(),
            expires_at_ms,
        }
    }

    /// The same credential as this.
    pub fn is(&self, secret: &str) -> bool {
        self.secret == secret
    }

    /// The header line that presents it.
    pub(crate) fn header(&self) -> String {
        match self.column.cookie_name() {
            Some(name) => format!("Cookie: {name}={}", self.secret),
            None => format!("Authorization: Bearer {}", self.secret),
        }
    }
}

/// The credential that a request carries.
pub(crate) fn presented(column: Column, record: &Record) -> Option<&str> {
    match column.cookie_name() {
        Some(name) => record.cookie(name),
        None => record.bearer(),
    }
}
