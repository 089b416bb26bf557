//! Where is an account logged in? A sorted set per account, newest login last.
//!
//! The set is an index and no authority: what ended leaves a name behind until the next listing.
//! "Log out everywhere" and a password change do not rest on it but on the account's epoch.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Duration;

use redis::cmd;

use crate::connection::Connection;
use crate::embedded::{Embedded, Value, millis};
use crate::script::Script;
use crate::source::Backend;
use crate::{Digest, Store, StoreError, clock};

/// How many logins an account may have; one more ends the oldest. Nobody has so many devices, and
/// without an end to it one user could fill the store.
pub const LOGINS_LISTED: usize = 1000;

/// Adds a name, says which are the oldest beyond the limit, and lets the set last as long as its
/// last name. Those stay on it until they have ended: should the answer get lost, the second try
/// and the next login name them again.
static ADD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return redis.call('ZRANGE', KEYS[1], 0, -1 - tonumber(ARGV[4]))",
    )
});

/// A live session of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedSession {
    /// Its name in the store; not the credential, and of no use as one.
    pub session: Digest,
    /// What it holds.
    pub value: String,
    /// How long it will last if nobody uses it.
    pub left: Duration,
}

impl Store {
    /// Lists a session under its account. `lasts` is the longest that it can live. Call it before
    /// the session is created, so that there is never a login that its owner cannot see. The answer
    /// names those that are too many, the oldest: they have to be ended and taken off the list.
    pub async fn index_session(
        &self,
        account: i64,
        session: &Digest,
        created_at: i64,
        lasts: Duration,
    ) -> Result<Vec<Digest>, StoreError> {
        let (index, name) = (self.keys.logins(account), session.to_string());
        let oldest = self.index(&index, &name, (created_at, lasts)).await?;
        oldest.iter().map(|name| digest(&index, name)).collect()
    }

    /// The same for a session that is about to take the place of one on the list. It ends nobody:
    /// the list is as long as before in a moment.
    pub async fn index_successor(
        &self,
        account: i64,
        session: &Digest,
        created_at: i64,
        lasts: Duration,
    ) -> Result<(), StoreError> {
        let (index, name) = (self.keys.logins(account), session.to_string());
        let listed = self.index(&index, &name, (created_at, lasts));
        listed.await.map(|_| ())
    }

    /// Takes a session off its account's list.
    pub async fn unindex_session(&self, account: i64, session: &Digest) -> Result<(), StoreError> {
        self.unindex(&self.keys.logins(account), &session.to_string())
            .await
    }

    /// The live sessions of an account, newest login first. `created_at` was in milliseconds.
    pub async fn sessions_of(&self, account: i64) -> Result<Vec<IndexedSession>, StoreError> {
        let index = self.keys.logins(account);
        let mut live = Vec::new();
        for (name, created_at) in self.indexed(&index).await? {
            let session = digest(&index, &name)?;
            match self.peek(&self.keys.session(&session)).await? {
                Some((value, left)) => live.push(IndexedSession {
                    session,
                    value,
                    left,
                }),
                None if is_over(created_at) => self.unindex(&index, &name).await?,
                None => {}
            }
        }
        Ok(live)
    }

    pub(crate) async fn index(
        &self,
        index: &str,
        name: &str,
        (score, lasts): (i64, Duration),
    ) -> Result<Vec<String>, StoreError> {
        match &self.backend {
            Backend::Redis(redis) => {
                let mut script = ADD.prepare_invoke();
                script
                    .key(index)
                    .arg(score)
                    .arg(name)
                    .arg(millis(lasts))
                    .arg(LOGINS_LISTED);
                redis.run(&script).await
            }
            Backend::Embedded(map) => add(map, index, name, (score, lasts)),
        }
    }

    pub(crate) async fn unindex(&self, index: &str, name: &str) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Redis(redis) => redis.ask(cmd("ZREM").arg(index).arg(name)).await,
            Backend::Embedded(map) => remove(map, index, name),
        }
    }

    /// The names on an index with their scores, newest first.
    pub(crate) async fn indexed(&self, index: &str) -> Result<Vec<(String, i64)>, StoreError> {
        match &self.backend {
            Backend::Redis(redis) => {
                let mut range = cmd("ZRANGE");
                range.arg(index).arg(0).arg(-1).arg("REV");
                redis.ask(range.arg("WITHSCORES")).await
            }
            Backend::Embedded(map) => map.run(
                index,
                || format!("ZRANGE {index} 0 -1 REV WITHSCORES"),
                |entries| {
                    let scores = scores(index, entries.get(index))?;
                    let mut names: Vec<(i64, String)> = scores
                        .into_iter()
                        .map(|(name, score)| (score, name))
                        .collect();
                    names.sort_unstable_by(|a, b| b.cmp(a));
                    Ok(names
                        .into_iter()
                        .map(|(score, name)| (name, score))
                        .collect())
                },
            ),
        }
    }

    /// A string and how long it will last, without prolonging it.
    async fn peek(&self, key: &str) -> Result<Option<(String, Duration)>, StoreError> {
        match &self.backend {
            Backend::Redis(redis) => {
                let (held, left) = peek(redis, key).await?;
                Ok(self.unshut(key, held)?.zip(left))
            }
            Backend::Embedded(map) => map.run(
                key,
                || format!("GET {key} + PTTL {key}"),
                |entries| match (entries.left(key), entries.get(key)) {
                    (Some(left), Some(Value::Text(text))) => Ok(Some((text.clone(), left))),
                    (_, None) | (None, _) => Ok(None),
                    _ => Err(StoreError::Unreadable(format!("{key} is not a string"))),
                },
            ),
        }
    }
}

/// A login is listed before it is kept. So a name without a session is not dead at once: for a
/// while it may be a login that is being made.
const BEING_MADE: Duration = Duration::from_secs(10);

pub(crate) fn is_over(created_at_millis: i64) -> bool {
    let created_at = Duration::from_millis(u64::try_from(created_at_millis).unwrap_or(0));
    clock::now().saturating_sub(created_at) > BEING_MADE
}

fn digest(index: &str, name: &str) -> Result<Digest, StoreError> {
    name.parse()
        .map_err(|_| StoreError::Unreadable(format!("a name in {index}")))
}

async fn peek(
    redis: &Connection,
    key: &str,
) -> Result<(Option<Vec<u8>>, Option<Duration>), StoreError> {
    let mut both = redis::pipe();
    both.cmd("GET").arg(key).cmd("PTTL").arg(key);
    let (value, left): (_, i64) = redis.ask_all(&both).await?;
    // -2: it ended between the two.
    Ok((value, u64::try_from(left).ok().map(Duration::from_millis)))
}

fn add(
    map: &Embedded,
    index: &str,
    name: &str,
    (score, lasts): (i64, Duration),
) -> Result<Vec<String>, StoreError> {
    map.run(
        index,
        || {
            format!(
                "EVALSHA index 1 {index} {score} {name} {} {LOGINS_LISTED}",
                millis(lasts)
            )
        },
        |entries| {
            let mut scores = scores(index, entries.get(index))?;
            scores.insert(name.to_owned(), score);
            let too_many = scores.len().saturating_sub(LOGINS_LISTED);
            let mut oldest = Vec::new();
            if too_many > 0 {
                let mut names: Vec<_> = scores.iter().map(|(name, at)| (*at, name)).collect();
                names.sort_unstable();
                names.truncate(too_many);
                oldest = names.into_iter().map(|(_, name)| name.clone()).collect();
            }
            let lasts = entries.left(index).map_or(lasts, |left| left.max(lasts));
            entries.put(index, Value::Scores(scores), lasts)?;
            Ok(oldest)
        },
    )
}

fn remove(map: &Embedded, index: &str, name: &str) -> Result<(), StoreError> {
    map.run(
        index,
        || format!("ZREM {index} {name}"),
        |entries| {
            let Some(left) = entries.left(index) else {
                return Ok(());
            };
            let mut scores = scores(index, entries.get(index))?;
            scores.remove(name);
            if scores.is_empty() {
                entries.remove(index);
                return Ok(());
            }
            entries.put(index, Value::Scores(scores), left)
        },
    )
}

fn scores(key: &str, value: Option<&Value>) -> Result<BTreeMap<String, i64>, StoreError> {
    match value {
        None => Ok(BTreeMap::new()),
        Some(Value::Scores(scores)) => Ok(scores.clone()),
        Some(_) => Err(StoreError::Unreadable(format!("{key} is not a sorted set"))),
    }
}
