//! What a session holds, and how it is written down.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use actix_session::Session;
use contract::{Problem, accounts::Account, wire::Timestamp};
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;

use super::Lifetimes;

/// What the visitor put in is in entries that begin with this.
pub(crate) const STATE: &str = "state.";

/// Bytes that what the visitor put in may take. A server with room for everything is
/// filled by one visitor.
const LARGEST: usize = 16 * 1024;

/// Entries of a session with their values as JSON text, as actix-session has them.
pub(crate) type Entries = HashMap<String, String>;

/// The entries of a session that are the server's own.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Record {
    /// Who is logged in; actix-identity writes it, as text.
    #[serde(default, skip_serializing, deserialize_with = "from_text")]
    pub(crate) account: Option<i64>,
    /// The account's epoch at login; a newer one has ended this session.
    pub(crate) epoch: Option<i64>,
    /// When the session began: for a login, when the password was checked.
    pub(crate) began_at: i64,
    /// The last request, to the minute.
    pub(crate) seen_at: i64,
    /// The end that `PUT /expiry` has set.
    pub(crate) ends_at: Option<i64>,
    /// Whether the browser keeps the cookie after it closes.
    #[serde(default)]
    pub(crate) kept: bool,
    pub(crate) device: Option<String>,
}

impl Record {
    /// Of a visitor who has just shown the password.
    pub(crate) fn of_login(account: &Account, kept: bool, device: String) -> Self {
        let now = Timestamp::now().unix();
        Self {
            account: Some(account.id),
            epoch: Some(account.epoch),
            began_at: now,
            seen_at: now,
            ends_at: None,
            kept,
            device: Some(device),
        }
    }

    /// Into the session, all but the account: that is for actix-identity to write.
    pub(crate) fn write(&self, session: &Session) -> Result<(), Problem> {
        let fields = serde_json::to_value(self).map_err(|_| Problem::Internal)?;
        for (name, value) in fields.as_object().into_iter().flatten() {
            if value.is_null() {
                session.remove(name);
            } else {
                session
                    .insert(name.as_str(), value)
                    .map_err(|_| Problem::Internal)?;
            }
        }
        Ok(())
    }

    /// The end that no request moves.
    pub(crate) fn last(&self, lifetimes: &Lifetimes) -> Timestamp {
        Timestamp::from_unix(self.began_at).plus(lifetimes.absolute)
    }

    /// When it ends if `left` is what is left of the idle time.
    pub(crate) fn expires_at(&self, left: Duration, lifetimes: &Lifetimes) -> Timestamp {
        let end = match self.ends_at {
            Some(fixed) => Timestamp::from_unix(fixed),
            None => Timestamp::now().plus(left),
        };
        end.min(self.last(lifetimes))
    }
}

/// One JSON object, sorted, so that a learner can read it in redis-cli.
pub(super) fn print(entries: &Entries) -> Result<String, Problem> {
    let state = entries.iter().filter(|(name, _)| name.starts_with(STATE));
    let would_be = state
        .map(|(name, value)| name.len() + value.len())
        .sum::<usize>();
    if would_be > LARGEST {
        return Err(Problem::StateTooLarge {
            would_be,
            limit: LARGEST,
        });
    }
    let object: Result<BTreeMap<&str, &RawValue>, _> = entries
        .iter()
        .map(|(name, value)| Ok((name.as_str(), serde_json::from_str(value)?)))
        .collect();
    let text = object.and_then(|object| serde_json::to_string(&object));
    text.map_err(|_: serde_json::Error| Problem::Internal)
}

/// `None` for what this server has not written.
pub(super) fn parse(text: &str) -> Option<(Entries, Record)> {
    let object: HashMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    let entries = object
        .into_iter()
        .map(|(name, value)| (name, value.get().to_owned()));
    Some((entries.collect(), serde_json::from_str(text).ok()?))
}

/// `theirs`, with what changed from `base` to `ours`.
pub(super) fn merge(base: &Entries, ours: Entries, mut theirs: Entries) -> Entries {
    theirs.retain(|name, _| ours.contains_key(name) || !base.contains_key(name));
    for (name, value) in ours {
        if base.get(&name) != Some(&value) {
            theirs.insert(name, value);
        }
    }
    theirs
}

fn from_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entries() -> impl Strategy<Value = Entries> {
        let value = prop_oneof![
            "[0-9]{1,3}".prop_map(|n| format!("{}", n.len())),
            Just("true".to_owned())
        ];
        prop::collection::hash_map("[abc]", value, 0..4)
    }

    fn with(pairs: &[(&str, &str)]) -> Entries {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn what_is_written_is_one_readable_object() {
        let entries = with(&[
            ("began_at", "1"),
            ("seen_at", "2"),
            ("account", "\"7\""),
            ("state.theme", "{\"a\":[1,\"x\"]}"),
        ]);
        let text = print(&entries).unwrap();
        assert_eq!(
            text,
            r#"{"account":"7","began_at":1,"seen_at":2,"state.theme":{"a":[1,"x"]}}"#
        );
        let (read, record) = parse(&text).unwrap();
        assert_eq!((read, record.account), (entries, Some(7)));
        assert!(parse("{}").is_none() && parse("[]").is_none());
        assert!(parse(r#"{"account":"x","began_at":1,"seen_at":2}"#).is_none());
    }

    #[test]
    fn state_is_bounded_and_the_login_has_room() {
        let value = format!("\"{}\"", "x".repeat(LARGEST));
        let refused = print(&with(&[("state.long", &value)])).unwrap_err();
        assert!(matches!(
            refused,
            Problem::StateTooLarge { limit: LARGEST, .. }
        ));
        assert!(print(&with(&[("device", &value)])).is_ok());
    }

    proptest! {
        /// Two requests that began with the same session: what one changed and the other did not
        /// is there afterwards, whoever comes second.
        #[test]
        fn parallel_writes_to_different_entries_both_survive(
            base in entries(), mine in entries(), theirs in entries(),
        ) {
            let merged = merge(&base, mine.clone(), theirs.clone());
            for name in ["a", "b", "c"] {
                let of = |entries: &Entries| entries.get(name).cloned();
                let expected = if of(&mine) == of(&base) { of(&theirs) } else { of(&mine) };
                prop_assert_eq!(of(&merged), expected);
            }
        }
    }
}
