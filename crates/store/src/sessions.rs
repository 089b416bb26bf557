//! Sessions: a text under the digest of an id that only the browser holds.

use std::borrow::Cow;
use std::sync::LazyLock;
use std::time::Duration;

use redis::{Cmd, cmd};

use crate::embedded::{Value, millis};
use crate::script::Script;
use crate::source::Backend;
use crate::{Digest, Store, StoreError};

/// How an attempt to replace a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// It was what was expected, and is the new value now.
    Done,
    /// Somebody else wrote in the meantime; this is what stands there. Nothing was changed.
    Differs(String),
    /// It is gone: logged out or expired. It stays gone.
    Gone,
}

/// Compare and set in one step, keeping the write out when the session is gone: a request that
/// read the session before a logout must not bring it back afterwards (OWASP ASVS 5.0, 7.4.1).
static REPLACE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local held = redis.call('GET', KEYS[1])
local is_expected = held == ARGV[1]
for spelling = 3, #ARGV do is_expected = is_expected or held == ARGV[spelling] end
if is_expected then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) return 1 end
return held",
    )
});

impl Store {
    /// Keeps a new session. Its key is new by its randomness; should another be there all the same,
    /// the answer is `false` and nothing is overwritten. To create what stands there already is no
    /// conflict, so that it may be sent twice.
    pub async fn create_session(
        &self,
        session: &Digest,
        value: &str,
        lasts: Duration,
    ) -> Result<bool, StoreError> {
        let key = self.keys.session(session);
        match &self.backend {
            Backend::Redis(redis) => {
                let mut set = cmd("SET");
                set.arg(&key)
                    .arg(&*self.shut(&key, value))
                    .arg("PX")
                    .arg(millis(lasts))
                    .arg("NX");
                if redis.commit::<Option<String>>(&set).await?.is_some() {
                    return Ok(true);
                }
                let held = self.load_session(session, None).await?;
                Ok(held.as_deref() == Some(value))
            }
            Backend::Embedded(map) => map.run(
                &key,
                || format!("SET {key} {value} PX {} NX", millis(lasts)),
                |entries| {
                    if let Some(held) = entries.get(&key) {
                        return Ok(matches!(held, Value::Text(held) if held == value));
                    }
                    entries.put(&key, Value::Text(value.to_owned()), lasts)?;
                    Ok(true)
                },
            ),
        }
    }

    /// Reads a session. With `slide`, the same step sets its end to that far from now: an idle
    /// lifetime costs one round trip, not two.
    pub async fn load_session(
        &self,
        session: &Digest,
        slide: Option<Duration>,
    ) -> Result<Option<String>, StoreError> {
        let key = self.keys.session(session);
        match &self.backend {
            Backend::Redis(redis) => {
                let mut get = Cmd::with_capacity(4, key.len() + 32);
                get.arg(if slide.is_some() { "GETEX" } else { "GET" });
                get.arg(&key);
                if let Some(slide) = slide {
                    get.arg("PX").arg(millis(slide));
                }
                self.unshut(&key, redis.ask(&get).await?)
            }
            Backend::Embedded(map) => map.run(
                &key,
                || match slide {
                    Some(slide) => format!("GETEX {key} PX {}", millis(slide)),
                    None => format!("GET {key}"),
                },
                |entries| {
                    let held = text(&key, entries.get(&key))?;
                    if let (Some(_), Some(slide)) = (&held, slide) {
                        entries.expire(&key, slide);
                    }
                    Ok(held)
                },
            ),
        }
    }

    /// Replaces a session that still is what the caller has read, and gives it a new end. To write
    /// what stands there already is no conflict, so that it may be sent twice.
    pub async fn replace_session(
        &self,
        session: &Digest,
        expected: &str,
        value: &str,
        lasts: Duration,
    ) -> Result<Replacement, StoreError> {
        let key = self.keys.session(session);
        match &self.backend {
            Backend::Redis(redis) => {
                let mut script = REPLACE.prepare_invoke();
                script
                    .key(&key)
                    .arg(&*self.shut(&key, value))
                    .arg(millis(lasts))
                    .arg(&*self.shut(&key, expected));
                for spelling in self
                    .seal
                    .iter()
                    .flat_map(|seal| seal.closed_before(&key, expected))
                {
                    script.arg(spelling);
                }
                let held = match redis.run(&script).await? {
                    redis::Value::Int(_) => return Ok(Replacement::Done),
                    redis::Value::BulkString(held) => Some(held),
                    _ => None,
                };
                let held = self.unshut(&key, held)?;
                Ok(held.map_or(Replacement::Gone, Replacement::Differs))
            }
            Backend::Embedded(map) => map.run(
                &key,
                || {
                    format!(
                        "EVALSHA replace 1 {key} {value} {} {expected}",
                        millis(lasts)
                    )
                },
                |entries| match text(&key, entries.get(&key))? {
                    None => Ok(Replacement::Gone),
                    Some(held) if held != expected && held != value => {
                        Ok(Replacement::Differs(held))
                    }
                    Some(_) => {
                        entries.put(&key, Value::Text(value.to_owned()), lasts)?;
                        Ok(Replacement::Done)
                    }
                },
            ),
        }
    }

    /// Ends a session. The answer is what it held; `None` when it was gone already, so that of
    /// several callers no two are told that it was they.
    ///
    /// Where the connection broke before the answer, and the second try finds nothing, it is an
    /// error: the first may have ended it, and what it held is lost with the answer. So nobody
    /// rests on what only this answer tells.
    pub async fn delete_session(&self, session: &Digest) -> Result<Option<String>, StoreError> {
        let key = self.keys.session(session);
        match &self.backend {
            Backend::Redis(redis) => {
                let (held, again): (Option<Vec<u8>>, bool) =
                    redis.commit_noting(cmd("GETDEL").arg(&key)).await?;
                if held.is_none() && again {
                    return Err(redis.unheard());
                }
                self.unshut(&key, held)
            }
            Backend::Embedded(map) => map.run(
                &key,
                || format!("GETDEL {key}"),
                |entries| {
                    let held = text(&key, entries.get(&key))?;
                    entries.remove(&key);
                    Ok(held)
                },
            ),
        }
    }
}

impl Store {
    /// A value as it goes to Redis.
    fn shut<'a>(&self, key: &str, value: &'a str) -> Cow<'a, [u8]> {
        match &self.seal {
            Some(seal) => Cow::Owned(seal.close(key, value)),
            None => Cow::Borrowed(value.as_bytes()),
        }
    }

    /// A value as it came from Redis. What does not open was put there by somebody else, or under
    /// another key: it is no session, and nobody is let in by it.
    pub(crate) fn unshut(
        &self,
        key: &str,
        held: Option<Vec<u8>>,
    ) -> Result<Option<String>, StoreError> {
        let Some(held) = held else {
            return Ok(None);
        };
        let Some(seal) = &self.seal else {
            let text = String::from_utf8(held);
            return text
                .map(Some)
                .map_err(|_| StoreError::Unreadable(format!("{key} is not text; is it sealed?")));
        };
        let text = seal.open(key, &held);
        if text.is_none() {
            log::warn!("{key} does not open under this server's key; it counts as no session");
        }
        Ok(text)
    }
}

fn text(key: &str, value: Option<&Value>) -> Result<Option<String>, StoreError> {
    match value {
        None => Ok(None),
        Some(Value::Text(text)) => Ok(Some(text.clone())),
        Some(_) => Err(StoreError::Unreadable(format!("{key} is not a string"))),
    }
}
