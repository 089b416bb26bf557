//! Revocations: credentials that are dead although their seal or signature is good.
//!
//! A credential that is sealed into a cookie exists in as many copies as the browser and a thief
//! have kept. All copies of one login share an id; each time the login is changed its version goes
//! up. One entry per id says which versions are dead.

use std::sync::LazyLock;
use std::time::Duration;

use redis::cmd;

use crate::embedded::{Value, millis};
use crate::script::Script;
use crate::source::Backend;
use crate::{Store, StoreError};

/// What stands for a login of which every version is dead.
const ENDED: &str = "ended";

/// Raises the lowest version that is alive. It never lowers it, and never touches an ended login:
/// a request that runs beside a logout must not bring the login back. So it may be run twice.
static SUPERSEDE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local held = redis.call('GET', KEYS[1])
if held == 'ended' or (held and tonumber(held) > tonumber(ARGV[1])) then return end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])",
    )
});

impl Store {
    /// Marks the login with this id as dead for as long as a copy of it could otherwise live. `id`
    /// is public; it is never the credential.
    pub async fn revoke(&self, id: &str, lasts: Duration) -> Result<(), StoreError> {
        let key = self.keys.revoked(id);
        match &self.backend {
            Backend::Redis(redis) => {
                let mut set = cmd("SET");
                set.arg(&key).arg(ENDED).arg("PX").arg(millis(lasts));
                redis.commit(&set).await
            }
            Backend::Embedded(map) => map.run(
                &key,
                || format!("SET {key} {ENDED} PX {}", millis(lasts)),
                |entries| entries.put(&key, Value::Text(ENDED.to_owned()), lasts),
            ),
        }
    }

    /// Marks the copies with a lower version than `version` as dead.
    pub async fn supersede(
        &self,
        id: &str,
        version: u32,
        lasts: Duration,
    ) -> Result<(), StoreError> {
        let key = self.keys.revoked(id);
        match &self.backend {
            Backend::Redis(redis) => {
                let mut script = SUPERSEDE.prepare_invoke();
                script.key(&key).arg(version).arg(millis(lasts));
                redis.run(&script).await
            }
            Backend::Embedded(map) => map.run(
                &key,
                || format!("EVALSHA supersede 1 {key} {version} {}", millis(lasts)),
                |entries| {
                    if lowest(entries.get(&key)).is_none_or(|lowest| version < lowest) {
                        return Ok(());
                    }
                    entries.put(&key, Value::Text(version.to_string()), lasts)
                },
            ),
        }
    }

    /// Is this version of the login dead? An error is not a "no".
    pub async fn is_revoked(&self, id: &str, version: u32) -> Result<bool, StoreError> {
        let lowest = self.lowest_alive(id).await?;
        Ok(lowest.is_none_or(|lowest| version < lowest))
    }

    /// The lowest version of the login that is alive: 0 when nothing has ended, `None` when all
    /// are dead.
    pub async fn lowest_alive(&self, id: &str) -> Result<Option<u32>, StoreError> {
        let key = self.keys.revoked(id);
        match &self.backend {
            Backend::Redis(redis) => {
                let held: Option<String> = redis.ask(cmd("GET").arg(&key)).await?;
                Ok(lowest(held.map(Value::Text).as_ref()))
            }
            Backend::Embedded(map) => map.run(
                &key,
                || format!("GET {key}"),
                |entries| Ok(lowest(entries.get(&key))),
            ),
        }
    }
}

/// What cannot be read is dead too: fail closed (OWASP ASVS 5.0, 16.5.3).
fn lowest(held: Option<&Value>) -> Option<u32> {
    match held {
        None => Some(0),
        Some(Value::Text(text)) => text.parse().ok(),
        Some(_) => None,
    }
}
