//! Revocations: ids of credentials that are dead although their seal or signature is good.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use redis::cmd;

use crate::embedded::{Value, millis};
use crate::source::Backend;
use crate::{Store, StoreError};

impl Store {
    /// Marks the credential with this id as dead for as long as it could otherwise live. `id` is
    /// the credential's public id (a `jti`), never the credential.
    pub async fn revoke(&self, id: &str, lasts: Duration) -> Result<(), StoreError> {
        let key = self.keys.revoked(id);
        let at = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
            .to_string();
        match &self.backend {
            Backend::Redis(redis) => {
                redis
                    .ask(cmd("SET").arg(&key).arg(&at).arg("PX").arg(millis(lasts)))
                    .await
            }
            Backend::Embedded(map) => map.run(
                &key,
                || format!("SET {key} {at} PX {}", millis(lasts)),
                |entries| entries.put(&key, Value::Text(at.clone()), lasts),
            ),
        }
    }

    /// Is the credential with this id dead? An error is not a "no".
    pub async fn is_revoked(&self, id: &str) -> Result<bool, StoreError> {
        let key = self.keys.revoked(id);
        match &self.backend {
            Backend::Redis(redis) => redis.ask(cmd("EXISTS").arg(&key)).await,
            Backend::Embedded(map) => map.run(
                &key,
                || format!("EXISTS {key}"),
                |entries| Ok(entries.get(&key).is_some()),
            ),
        }
    }
}
