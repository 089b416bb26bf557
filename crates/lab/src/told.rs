//! What an answer's JSON tells the lab: who logged in, until when, with which token.

use serde_json::Value;

use crate::board::Record;
use crate::clock;

/// Fields of the contract that the lab follows.
#[derive(Default)]
pub(crate) struct Told {
    /// `user.username`.
    pub(crate) username: Option<String>,
    /// `expires_at`.
    pub(crate) expires_at_ms: Option<u64>,
    /// `user.roles` has `admin`.
    pub(crate) is_admin: bool,
    /// `access`, of jwt-state.
    pub(crate) access: Option<String>,
}

/// Reads a successful answer; an answer without JSON tells nothing.
pub(crate) fn by(record: &Record) -> Told {
    if !record.succeeded() {
        return Told::default();
    }
    let Ok(answer) = serde_json::from_slice::<Value>(&record.response_body) else {
        return Told::default();
    };
    let text = |pointer: &str| {
        answer
            .pointer(pointer)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let roles = answer.pointer("/user/roles").and_then(Value::as_array);
    Told {
        is_admin: roles.is_some_and(|roles| roles.iter().any(|role| role == "admin")),
        username: text("/user/username"),
        expires_at_ms: text("/expires_at").as_deref().and_then(clock::instant_ms),
        access: text("/access"),
    }
}
