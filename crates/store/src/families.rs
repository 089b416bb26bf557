//! Refresh-token families: a login of jwt-state, and the one refresh token that is good now.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use redis::{Script, cmd};

use crate::embedded::{Entries, Value, millis};
use crate::source::Backend;
use crate::{Digest, Store, StoreError};

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

/// Opens a family with an end in the same step: without it, a crash between the two commands
/// would leave a login that never ends.
static OPEN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
redis.call('PEXPIRE', KEYS[1], ARGV[1])",
    )
});

/// Compares and replaces in one step. Of many requests with the same token exactly one is first;
/// each later one finds that its token is not the current one, and ends the family.
static ROTATE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local held = redis.call('HMGET', KEYS[1], 'refresh', 'expires_at', 'account')
if not held[1] then return 0 end
if tonumber(held[2]) <= tonumber(ARGV[3]) then redis.call('DEL', KEYS[1]) return 0 end
if held[1] ~= ARGV[1] then redis.call('DEL', KEYS[1]) return held[3] end
redis.call('HSET', KEYS[1], 'refresh', ARGV[2], 'last_seen_at', ARGV[3])
return redis.call('HGETALL', KEYS[1])",
    )
});

/// Writes a field only where the family still is: a plain HSET would bring back a family that a
/// logout has just deleted, and without an end.
static SET_EPOCH: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'epoch', ARGV[1]) return 1",
    )
});

/// Ends a family and says whose it was.
static END: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local account = redis.call('HGET', KEYS[1], 'account')
redis.call('DEL', KEYS[1])
return account",
    )
});

impl Store {
    /// Keeps a new family until its `expires_at`; `refresh` is the digest of its first token.
    pub async fn open_family(
        &self,
        id: &str,
        family: &Family,
        refresh: &Digest,
    ) -> Result<(), StoreError> {
        let key = self.keys.family(id);
        let lasts = until(family.expires_at);
        let fields = fields_of(family, refresh);
        // The index first: never a login that its owner cannot see.
        self.index(
            &self.keys.families(family.account),
            id,
            family.created_at,
            lasts,
        )
        .await?;
        match &self.backend {
            Backend::Redis(redis) => {
                let mut script = OPEN.prepare_invoke();
                script.key(&key).arg(millis(lasts));
                for (name, value) in &fields {
                    script.arg(name).arg(value);
                }
                redis.run(&script).await
            }
            Backend::Embedded(map) => map.run(
                &key,
                || format!("EVALSHA open 1 {key} {} {fields:?}", millis(lasts)),
                |entries| entries.put(&key, Value::Fields(fields.clone()), lasts),
            ),
        }
    }

    /// Reads a family; `None` when it has ended.
    pub async fn family(&self, id: &str) -> Result<Option<Family>, StoreError> {
        let key = self.keys.family(id);
        match &self.backend {
            Backend::Redis(redis) => {
                let fields: HashMap<String, String> = redis.ask(cmd("HGETALL").arg(&key)).await?;
                if fields.is_empty() {
                    return Ok(None);
                }
                family_of(&key, |name| fields.get(name)).map(Some)
            }
            Backend::Embedded(map) => map.run(
                &key,
                || format!("HGETALL {key}"),
                |entries| match fields(&key, entries)? {
                    None => Ok(None),
                    Some(fields) => family_of(&key, |name| fields.get(name)).map(Some),
                },
            ),
        }
    }

    /// Exchanges the current refresh token for the next one; `now` becomes `last_seen_at`.
    pub async fn rotate(
        &self,
        id: &str,
        presented: &Digest,
        next: &Digest,
        now: i64,
    ) -> Result<Rotation, StoreError> {
        let key = self.keys.family(id);
        let (rotation, ended_of) = match &self.backend {
            Backend::Redis(redis) => {
                let mut script = ROTATE.prepare_invoke();
                script
                    .key(&key)
                    .arg(presented.to_string())
                    .arg(next.to_string())
                    .arg(now);
                // Sent twice, the second would look like a theft: not repeated.
                match redis.run_once(&script).await? {
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
                || format!("EVALSHA rotate 1 {key} {presented} {next} {now}"),
                |entries| rotate(&key, entries, presented, next, now),
            )?,
        };
        if let Some(account) = ended_of {
            self.unindex(&self.keys.families(account), id).await?;
        }
        Ok(rotation)
    }

    /// Lifts a family to a new epoch of its account; `false` when it has ended.
    pub async fn set_family_epoch(&self, id: &str, epoch: i64) -> Result<bool, StoreError> {
        let key = self.keys.family(id);
        match &self.backend {
            Backend::Redis(redis) => {
                let mut script = SET_EPOCH.prepare_invoke();
                script.key(&key).arg(epoch);
                redis.run(&script).await
            }
            Backend::Embedded(map) => map.run(
                &key,
                || format!("EVALSHA set_epoch 1 {key} {epoch}"),
                |entries| {
                    let Some(mut fields) = fields(&key, entries)? else {
                        return Ok(false);
                    };
                    fields.insert("epoch".to_owned(), epoch.to_string());
                    write_back(&key, entries, fields)?;
                    Ok(true)
                },
            ),
        }
    }

    /// Ends a family; `false` when it had ended already.
    pub async fn end_family(&self, id: &str) -> Result<bool, StoreError> {
        let key = self.keys.family(id);
        let account: Option<i64> = match &self.backend {
            Backend::Redis(redis) => redis.run(END.prepare_invoke().key(&key)).await?,
            Backend::Embedded(map) => map.run(
                &key,
                || format!("EVALSHA end 1 {key}"),
                |entries| {
                    let held = fields(&key, entries)?;
                    entries.remove(&key);
                    held.map(|fields| Ok(family_of(&key, |name| fields.get(name))?.account))
                        .transpose()
                },
            )?,
        };
        if let Some(account) = account {
            self.unindex(&self.keys.families(account), id).await?;
        }
        Ok(account.is_some())
    }

    /// The live families of an account with their ids, newest login first.
    pub async fn families_of(&self, account: i64) -> Result<Vec<(String, Family)>, StoreError> {
        let index = self.keys.families(account);
        let mut live = Vec::new();
        for id in self.indexed(&index).await? {
            match self.family(&id).await? {
                Some(family) => live.push((id, family)),
                None => self.unindex(&index, &id).await?,
            }
        }
        Ok(live)
    }
}

/// The script `ROTATE`, on the map. The account is named when its family has just ended.
fn rotate(
    key: &str,
    entries: &mut Entries,
    presented: &Digest,
    next: &Digest,
    now: i64,
) -> Result<(Rotation, Option<i64>), StoreError> {
    let Some(mut fields) = fields(key, entries)? else {
        return Ok((Rotation::Gone, None));
    };
    let mut family = family_of(key, |name| fields.get(name))?;
    if family.expires_at <= now {
        entries.remove(key);
        return Ok((Rotation::Gone, None));
    }
    if fields.get("refresh") != Some(&presented.to_string()) {
        entries.remove(key);
        return Ok((Rotation::Reused, Some(family.account)));
    }
    family.last_seen_at = now;
    fields.insert("refresh".to_owned(), next.to_string());
    fields.insert("last_seen_at".to_owned(), now.to_string());
    write_back(key, entries, fields)?;
    Ok((Rotation::Rotated(family), None))
}

fn write_back(
    key: &str,
    entries: &mut Entries,
    fields: BTreeMap<String, String>,
) -> Result<(), StoreError> {
    let left = entries.left(key).unwrap_or_default();
    entries.put(key, Value::Fields(fields), left)
}

fn fields(
    key: &str,
    entries: &mut Entries,
) -> Result<Option<BTreeMap<String, String>>, StoreError> {
    match entries.get(key) {
        None => Ok(None),
        Some(Value::Fields(fields)) => Ok(Some(fields.clone())),
        Some(_) => Err(StoreError::Unreadable(format!("{key} is not a hash"))),
    }
}

fn fields_of(family: &Family, refresh: &Digest) -> BTreeMap<String, String> {
    [
        ("account", family.account.to_string()),
        ("created_at", family.created_at.to_string()),
        ("device", family.device.clone()),
        ("epoch", family.epoch.to_string()),
        ("expires_at", family.expires_at.to_string()),
        ("last_seen_at", family.last_seen_at.to_string()),
        ("refresh", refresh.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn family_of<'a>(
    key: &str,
    field: impl Fn(&str) -> Option<&'a String>,
) -> Result<Family, StoreError> {
    let text = |name: &str| {
        field(name).ok_or_else(|| StoreError::Unreadable(format!("{key} has no {name}")))
    };
    let number = |name: &str| {
        text(name)?
            .parse()
            .map_err(|_| StoreError::Unreadable(format!("{name} in {key} is not a number")))
    };
    Ok(Family {
        account: number("account")?,
        epoch: number("epoch")?,
        created_at: number("created_at")?,
        last_seen_at: number("last_seen_at")?,
        expires_at: number("expires_at")?,
        device: text("device")?.clone(),
    })
}

fn until(expires_at: i64) -> Duration {
    let end = UNIX_EPOCH + Duration::from_secs(u64::try_from(expires_at).unwrap_or(0));
    end.duration_since(SystemTime::now()).unwrap_or_default()
}
