//! What a thief on the wire would keep: the latest live credential of a column.

use std::fmt;

use crate::board::Record;
use crate::column::Column;
use crate::forgery;

/// What brings a credential to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// The column's cookie.
    Cookie,
    /// The header `Authorization`.
    Bearer,
}

/// A credential that was read off the wire. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Stolen {
    column: Column,
    carrier: Carrier,
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
    pub fn new(column: Column, carrier: Carrier, secret: &str, expires_at_ms: Option<u64>) -> Self {
        Self {
            column,
            carrier,
            secret: secret.to_owned(),
            expires_at_ms,
        }
    }

    /// A copy that the thief has changed.
    pub(crate) fn forged(&self) -> Self {
        Self {
            secret: forgery::of(&self.secret),
            ..self.clone()
        }
    }

    /// The same credential as this.
    pub fn is(&self, secret: &str) -> bool {
        self.secret == secret
    }

    /// Itself, to be masked where it turns up.
    pub(crate) fn reveal(&self) -> &str {
        &self.secret
    }

    /// The header line that presents it.
    pub(crate) fn header(&self) -> String {
        match self.carrier {
            Carrier::Cookie => format!("Cookie: {}={}", self.column.cookie_name(), self.secret),
            Carrier::Bearer => format!("Authorization: Bearer {}", self.secret),
        }
    }
}

/// The credential that a request carries.
pub(crate) fn presented(column: Column, record: &Record) -> Option<&str> {
    carried(column, record).map(|(_, secret)| secret)
}

/// The same with what carries it. A token in the header hides the one in the cookie.
pub(crate) fn carried(column: Column, record: &Record) -> Option<(Carrier, &str)> {
    let in_header = record.bearer().filter(|_| column == Column::Jwt);
    let in_cookie = || record.cookie(column.cookie_name());
    in_header
        .map(|token| (Carrier::Bearer, token))
        .or_else(|| Some((Carrier::Cookie, in_cookie()?)))
}
