//! Refresh-token families: a login of jwt-state, and the one refresh token that is good now.

mod fields;
mod scripts;
mod successor;

use std::collections::HashMap;
use std::time::Duration;

use redis::cmd;

use crate::embedded::{Entries, Value, millis};
use crate::index::is_over;
use crate::source::Backend;
use crate::{Digest, Store, StoreError};
use fields::{family_of, fields, fields_of, until, write_back};
use scripts::{OPEN, ROTATE};
use successor::Kept;

/// A login whose refresh token is replaced at each use (RFC 9700, section 4.14.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// Whose login it is.
    pub account: i64,
    /// The account's epoch under which it was made.
    pub epoch: i64,
    /// When it began, in seconds since 1970.
    pub created_at: i64,
    /// When it was last rotated.
    pub last_seen_at: i64,
    /// Its absolute end; no rotation moves it.
    pub expires_at: i64,
    /// What kind of device logged in.
    pub device: String,
}

/// What became of a refresh token that was presented.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rotation {
    /// It was the current one; now the next one is.
    Rotated(Family),
    /// It had been used before: somebody has a copy. The family is gone now.
    Reused,
    /// There is no such family, or it has ended.
    Gone,
}

impl Store {
    /// Keeps a new family until its `expires_at`; `refresh` is the digest of its first token.
    pub async fn open_family(
        &self,
        id: &str,
        family: &Family,
        refresh: &Digest,
    ) -> Result<(), StoreError> {
        // The index first: never a login that its owner cannot see.
        let index = self.keys.families(family.account);
        let place = (family.created_at, until(family.expires_at));
        for oldest in self.index(&index, id, place).await? {
            self.end_family(&oldest).await?;
            self.unindex(&index, &oldest).await?;
        }
        self.keep_family(id, family, refresh).await
    }

    async fn keep_family(
        &self,
        id: &str,
        family: &Family,
        refresh: &Digest,
    ) -> Result<(), StoreError> {
        let key = self.keys.family(id);
        let lasts = until(family.expires_at);
        let fields = fields_of(family, refresh);
        match &self.backend {
            Backend::Redis(redis) => {
                let mut script = OPEN.prepare_invoke();
                script.key(&key).arg(millis(lasts));
                for (name, value) in &fields {
                    script.arg(name).arg(value);
                }
                redis.commit_script(&script).await
            }
            Backend::Embedded(map) => map.run(
                &key,
                || format!("EVALSHA open 1 {key} {} {fields:?}", millis(lasts)),
                |entries| entries.put(&key, Value::Fields(fields.clone()), lasts),
            ),
        }
    }

    /// Reads a family; `None` when it has ended, or goes on as another.
    pub async fn family(&self, id: &str) -> Result<Option<Family>, StoreError> {
        Ok(match self.kept(id).await? {
            Kept::Family(family) => Some(family),
            Kept::Nothing | Kept::Moved(_) => None,
        })
    }

    /// Exchanges the current refresh token for the next one; `now` becomes `last_seen_at`.
    ///
    /// The token before it can be exchanged once more for as long as `grace`: its answer may have
    /// got lost. What it was exchanged for then is dead, so that there is still one branch.
    pub async fn rotate(
        &self,
        id: &str,
        presented: &Digest,
        next: &Digest,
        now: i64,
        grace: Duration,
    ) -> Result<Rotation, StoreError> {
        let grace = i64::try_from(grace.as_secs()).unwrap_or(i64::MAX);
        let key = self.keys.family(id);
        let (rotation, ended_of) = match &self.backend {
            Backend::Redis(redis) => {
                let mut script = ROTATE.prepare_invoke();
                script
                    .key(&key)
                    .arg(presented.to_string())
                    .arg(next.to_string())
                    .arg(now)
                    .arg(grace);
                match redis.run(&script).await? {
                    redis::Value::Int(_) => (Rotation::Gone, None),
                    redis::Value::BulkString(account) => {
                        let account = String::from_utf8_lossy(&account).parse().ok();
                        (Rotation::Reused, account)
                    }
                    held => {
                        let fields: HashMap<String, String> = redis::from_redis_value(held)
                            .map_err(|error| StoreError::Unreadable(format!("{key}: {error}")))?;
                        (
                            Rotation::Rotated(family_of(&key, |name| fields.get(name))?),
                            None,
                        )
                    }
                }
            }
            Backend::Embedded(map) => map.run(
                &key,
                || format!("EVALSHA rotate 1 {key} {presented} {next} {now} {grace}"),
                |entries| rotate(&key, entries, [presented, next], now, grace),
            )?,
        };
        if let Some(account) = ended_of {
            self.unindex(&self.keys.families(account), id).await?;
        }
        Ok(rotation)
    }

    /// Whether [`Store::rotate`] would exchange this refresh token; nothing is changed.
    pub async fn is_exchangeable(
        &self,
        id: &str,
        presented: &Digest,
        now: i64,
        grace: Duration,
    ) -> Result<bool, StoreError> {
        const FIELDS: [&str; 3] = ["refresh", "previous", "rotated_at"];
        let key = self.keys.family(id);
        let held: [Option<String>; 3] = match &self.backend {
            Backend::Redis(redis) => {
                let (current, previous, at) =
                    redis.ask(cmd("HMGET").arg(&key).arg(&FIELDS)).await?;
                [current, previous, at]
            }
            Backend::Embedded(map) => map.run(
                &key,
                || format!("HMGET {key} {}", FIELDS.join(" ")),
                |entries| {
                    let mut held = fields(&key, entries)?.unwrap_or_default();
                    Ok(FIELDS.map(|name| held.remove(name)))
                },
            )?,
        };
        let [current, previous, rotated_at] = held;
        let presented = Some(presented.to_string());
        let grace = i64::try_from(grace.as_secs()).unwrap_or(i64::MAX);
        let rotated_at = rotated_at.and_then(|text| text.parse::<i64>().ok());
        let within = rotated_at.is_some_and(|at| now.abs_diff(at) < grace.unsigned_abs());
        Ok(current == presented || (previous == presented && within))
    }

    /// The live families of an account with their ids, newest login first.
    pub async fn families_of(&self, account: i64) -> Result<Vec<(String, Family)>, StoreError> {
        let index = self.keys.families(account);
        let mut live = Vec::new();
        for (id, created_at) in self.indexed(&index).await? {
            match self.family(&id).await? {
                Some(family) => live.push((id, family)),
                None if is_over(created_at.saturating_mul(1000)) => {
                    self.unindex(&index, &id).await?;
                }
                None => {}
            }
        }
        Ok(live)
    }
}

/// The script `ROTATE`, on the map. The account is named when its family has just ended.
fn rotate(
    key: &str,
    entries: &mut Entries,
    [presented, next]: [&Digest; 2],
    now: i64,
    grace: i64,
) -> Result<(Rotation, Option<i64>), StoreError> {
    let Some(mut fields) = fields(key, entries)? else {
        return Ok((Rotation::Gone, None));
    };
    let mut family = family_of(key, |name| fields.get(name))?;
    if family.expires_at <= now {
        entries.remove(key);
        return Ok((Rotation::Gone, None));
    }
    let (presented, next) = (presented.to_string(), next.to_string());
    let held = |name: &str| fields.get(name).map(String::as_str);
    if held("refresh") == Some(&presented) {
        fields.insert("previous".to_owned(), presented);
        fields.insert("rotated_at".to_owned(), now.to_string());
    } else if held("refresh") != Some(&next) {
        let rotated_at = held("rotated_at").and_then(|text| text.parse::<i64>().ok());
        let within = rotated_at.is_some_and(|at| now.abs_diff(at) < grace.unsigned_abs());
        if held("previous") != Some(&presented) || !within {
            entries.remove(key);
            return Ok((Rotation::Reused, Some(family.account)));
        }
    }
    family.last_seen_at = now;
    fields.insert("refresh".to_owned(), next);
    fields.insert("last_seen_at".to_owned(), now.to_string());
    write_back(key, entries, fields)?;
    Ok((Rotation::Rotated(family), None))
}
