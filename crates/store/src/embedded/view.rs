use std::time::Duration;

use super::Value;

/// A key of the embedded store, for showing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyView {
    /// The whole key, with its prefix.
    pub key: String,
    /// Redis's word for its type: `string`, `hash` or `zset`.
    pub kind: &'static str,
    /// What it holds, as text: one line per field of a hash or member of a set.
    pub value: String,
    /// When it ends.
    pub expires_in: Duration,
}

impl KeyView {
    pub(super) fn of(key: &str, value: &Value, expires_in: Duration) -> Self {
        let lines = |pairs: Vec<String>| pairs.join("\n");
        let (kind, value) = match value {
            Value::Text(text) => ("string", text.clone()),
            Value::Fields(fields) => (
                "hash",
                lines(
                    fields
                        .iter()
                        .map(|(name, held)| format!("{name}: {held}"))
                        .collect(),
                ),
            ),
            Value::Scores(scores) => (
                "zset",
                lines(
                    scores
                        .iter()
                        .map(|(member, score)| format!("{score} {member}"))
                        .collect(),
                ),
            ),
        };
        Self {
            key: key.to_owned(),
            kind,
            value,
            expires_in,
        }
    }
}

/// One operation on the embedded store, told to the observer.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The Redis command that does the same.
    pub command: String,
    /// The keys that it touched.
    pub keys: Vec<String>,
    /// How long it took.
    pub took: Duration,
}
