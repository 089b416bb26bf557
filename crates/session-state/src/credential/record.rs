//! What a session holds, and how it is written down: one flat JSON object, so that a learner can
//! read it in redis-cli. It is as small as that allows, for there are many of them: what has its
//! usual value is left out.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use contract::{Problem, accounts::Account, wire::Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::Digest;

use super::Lifetimes;

/// Entries of a session with their values as JSON text, as actix-session has them.
pub(crate) type Entries = HashMap<String, String>;

/// Entries with this first letter are the server's own. No route and no [`Visitor`] writes them,
/// and of those only the account comes back.
///
/// [`Visitor`]: crate::Visitor
const OWN: char = '@';

/// Where actix-identity keeps who it is, as text.
pub(crate) const ACCOUNT: &str = "@account";

/// An entry that makes actix-session save a session in which nothing else has changed.
pub(crate) const NOTED: &str = "@noted";

/// Bytes that what the visitor put in may take. A server with room for everything is
/// filled by one visitor.
const LARGEST: usize = 16 * 1024;
/// The same for a visitor without a login: there is no end of those.
const LARGEST_ANONYMOUS: usize = 4 * 1024;

/// What the server itself keeps in a session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Record {
    /// Who is logged in.
    pub(crate) account: Option<i64>,
    /// The account's epoch at login; a newer one has ended this session.
    pub(crate) epoch: i64,
    /// When the session began: for a login, when the password was checked.
    pub(crate) began_at: i64,
    /// The last request, to the minute.
    pub(crate) seen_at: i64,
    /// The end that `PUT /expiry` has set.
    pub(crate) ends_at: Option<i64>,
    /// Whether the browser keeps the cookie after it closes.
    pub(crate) kept: bool,
    /// What logged in, in our own words.
    pub(crate) device: String,
}

/// The server's own entries of a session, as they stand in the store.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Own {
    /// Of a visitor without a login: when the session began.
    #[serde(rename = "@at", skip_serializing_if = "Option::is_none")]
    at: Option<i64>,
    /// Of two requests that count to the same number, each writes a text of its own. Otherwise the
    /// second would find what it was about to write, and take it for its own.
    #[serde(rename = "@by", skip_serializing_if = "Option::is_none")]
    by: Option<u16>,
    #[serde(rename = "@ends", skip_serializing_if = "Option::is_none")]
    ends: Option<i64>,
    /// Of a login, what [`In`] says.
    #[serde(rename = "@in", skip_serializing_if = "Option::is_none")]
    login: Option<In>,
    #[serde(rename = "@kept", skip_serializing_if = "is_not")]
    kept: bool,
    /// Stands for twenty seconds where a session was that goes on under another id. A logout that
    /// comes with the old id finds the way, and nobody is let in by it.
    #[serde(rename = "@moved", skip_serializing_if = "Option::is_none")]
    moved: Option<String>,
    /// Of a visitor without a login: minutes from there to the last request.
    #[serde(rename = "@seen", skip_serializing_if = "Option::is_none")]
    seen: Option<i64>,
}

/// A whole session, as it is written.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    own: Own,
    /// In order, so that the same session is always the same text.
    #[serde(flatten)]
    put_in: BTreeMap<&'a str, &'a RawValue>,
}

/// A login, as a list: there are many of them, and names take room.
#[derive(Serialize, Deserialize)]
struct In(
    /// Account.
    i64,
    /// Its epoch.
    i64,
    /// When it began.
    i64,
    /// Minutes from there to the last request.
    #[serde(default)]
    i64,
    /// The device.
    #[serde(default)]
    String,
    /// Whether the browser keeps the cookie after it closes; left out when it does not.
    #[serde(default, skip_serializing_if = "is_not")]
    bool,
);

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks for a reference"
)]
fn is_not(what: &bool) -> bool {
    !what
}

/// What is found under the digest of an id.
pub(super) enum Parsed {
    Session(Record),
    Moved(Digest),
}

impl Record {
    /// Of a visitor who has just shown the password.
    pub(crate) fn of_login(account: &Account, kept: bool, device: String) -> Self {
        Self {
            account: Some(account.id),
            epoch: account.epoch,
            kept,
            device,
            ..Self::anonymous()
        }
    }

    /// Of a visitor without a login.
    pub(crate) fn anonymous() -> Self {
        let now = Timestamp::now().unix();
        Self {
            began_at: now,
            seen_at: now,
            ..Self::default()
        }
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

    /// The text to keep. `by` tells the writer apart, where that matters.
    pub(super) fn print(&self, entries: &Entries, by: Option<u16>) -> Result<String, Problem> {
        let put_in = entries.iter().filter(|(name, _)| !name.starts_with(OWN));
        let would_be = put_in.clone().map(|(name, value)| name.len() + value.len());
        let would_be = would_be.sum();
        let limit = match self.account {
            Some(_) => LARGEST,
            None => LARGEST_ANONYMOUS,
        };
        if would_be > limit {
            return Err(Problem::StateTooLarge { would_be, limit });
        }
        let minutes = (self.seen_at - self.began_at) / 60;
        let mut own = Own {
            ends: self.ends_at,
            by,
            ..Own::default()
        };
        match self.account {
            Some(account) => {
                own.login = Some(In(
                    account,
                    self.epoch,
                    self.began_at,
                    minutes,
                    self.device.clone(),
                    self.kept,
                ));
            }
            None => {
                own.at = Some(self.began_at);
                own.seen = Some(minutes).filter(|minutes| *minutes != 0);
                own.kept = self.kept;
            }
        }
        let raw = |value| serde_json::from_str::<&RawValue>(value).map_err(|_| Problem::Internal);
        let put_in = put_in.map(|(name, value)| Ok((name.as_str(), raw(value)?)));
        let put_in = put_in.collect::<Result<_, Problem>>()?;
        serde_json::to_string(&Whole { own, put_in }).map_err(|_| Problem::Internal)
    }
}

impl Parsed {
    /// `None` for what this server has not written. What was put in is passed over: most requests
    /// do not ask for it, and [`entries`] reads it.
    pub(super) fn of(text: &str) -> Option<Self> {
        let own: Own = serde_json::from_str(text).ok()?;
        if let Some(next) = own.moved {
            return next.parse().ok().map(Self::Moved);
        }
        let mut record = Record {
            ends_at: own.ends,
            ..Record::default()
        };
        let minutes: i64;
        if let Some(In(account, epoch, began_at, seen, device, kept)) = own.login {
            record.account = Some(account);
            (record.epoch, record.began_at, minutes) = (epoch, began_at, seen);
            (record.device, record.kept) = (device, kept);
        } else {
            (record.began_at, record.kept) = (own.at?, own.kept);
            minutes = own.seen.unwrap_or_default();
        }
        record.seen_at = record.began_at.saturating_add(minutes.saturating_mul(60));
        Some(Self::Session(record))
    }
}

/// What actix-session is to find in a session: what was put in, and who is logged in.
pub(super) fn entries(text: &str, record: &Record) -> Entries {
    let all: HashMap<String, &RawValue> = serde_json::from_str(text).unwrap_or_default();
    let put_in = all.into_iter().filter(|(name, _)| is_put_in(name));
    let entries = put_in.map(|(name, value)| (name, value.get().to_owned()));
    let login = record
        .account
        .map(|id| (ACCOUNT.to_owned(), format!("\"{id}\"")));
    entries.chain(login).collect()
}

/// The text that stands for twenty seconds where a session was.
pub(super) fn mark(next: &Digest) -> Result<String, Problem> {
    let mark = Own {
        moved: Some(next.to_string()),
        ..Own::default()
    };
    serde_json::to_string(&mark).map_err(|_| Problem::Internal)
}

/// Whether an entry is one that the visitor, or the application, put in.
pub(crate) fn is_put_in(name: &str) -> bool {
    !name.starts_with(OWN)
}

/// Who is logged in, according to actix-identity.
pub(super) fn account_of(entries: &Entries) -> Result<Option<i64>, Problem> {
    let Some(text) = entries.get(ACCOUNT) else {
        return Ok(None);
    };
    let id = serde_json::from_str::<Cow<str>>(text).ok();
    let id = id.and_then(|id| id.parse().ok());
    // An identity that is no account of ours must not become a login of nobody.
    id.map(Some).ok_or(Problem::Internal)
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

#[cfg(test)]
mod tests;
