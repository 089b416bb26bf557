//! Does this Redis throw keys away when its memory is full?

use std::sync::atomic::{AtomicBool, Ordering};

use redis::{Value, cmd};

use super::Connection;
use super::refusal::describe;
use crate::StoreError;

/// Looked at once per source, after the first answer; no request waits for it.
#[derive(Debug, Default)]
pub(crate) struct Eviction {
    looked: AtomicBool,
}

impl Eviction {
    /// True for one caller only.
    pub(super) fn is_due(&self) -> bool {
        !self.looked.load(Ordering::Relaxed) && !self.looked.swap(true, Ordering::Relaxed)
    }
}

impl Connection {
    /// Every key here has an expiry, so `volatile-…` evicts as `allkeys-…` does. A login that is
    /// evicted is a visitor logged out; a revocation that is evicted is a dead credential alive.
    pub(super) async fn warn_of_eviction(self) {
        match self.eviction_policy().await {
            Ok(Some(policy)) => log::warn!(
                "Redis at {} may drop logins and revocations when its memory is full \
                 (maxmemory-policy {policy}): set maxmemory-policy noeviction",
                self.endpoint
            ),
            Ok(None) => {}
            // Some offers of Redis refuse INFO: then it cannot be known, and all else works.
            Err(StoreError::Refused { reason, .. }) => log::info!(
                "Redis does not say whether it evicts ({reason}): see that maxmemory-policy is \
                 noeviction"
            ),
            // Gone again: look once more when it is back.
            Err(_) => self.eviction.looked.store(false, Ordering::Relaxed),
        }
    }

    /// The policy, where it can bite. `INFO` and not `CONFIG GET`: managed Redis refuses the latter.
    async fn eviction_policy(&self) -> Result<Option<String>, StoreError> {
        let fault = |error| describe(&self.endpoint, &error);
        let (mut wire, _) = self.link.wire().await.map_err(fault)?;
        let info = cmd("INFO").arg("memory").query_async(&mut wire).await;
        let answer: Value = info.map_err(fault)?;
        let mut texts = Vec::new();
        collect(&answer, &mut texts);
        Ok(texts.iter().find_map(|text| evicting(text)))
    }
}

/// A cluster answers with one text per node.
fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::BulkString(bytes) => texts.push(String::from_utf8_lossy(bytes).into_owned()),
        Value::VerbatimString { text, .. } => texts.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| collect(value, texts)),
        Value::Map(pairs) => pairs.iter().for_each(|(_, value)| collect(value, texts)),
        _ => {}
    }
}

/// Without a limit on its memory, nothing is ever evicted.
fn evicting(info: &str) -> Option<String> {
    let field = |name: &str| info.lines().find_map(|line| line.trim().strip_prefix(name));
    let policy = field("maxmemory_policy:")?;
    (field("maxmemory:") != Some("0") && policy != "noeviction").then(|| policy.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_limit_and_a_policy_that_evicts_are_told() {
        let info = |max, policy| {
            format!("used_memory:9\r\nmaxmemory:{max}\r\nmaxmemory_policy:{policy}\r\n")
        };
        for policy in [
            "volatile-lru",
            "volatile-ttl",
            "allkeys-lfu",
            "allkeys-random",
        ] {
            assert_eq!(evicting(&info(1000, policy)).as_deref(), Some(policy));
        }
        assert_eq!(evicting(&info(0, "allkeys-lru")), None);
        assert_eq!(evicting(&info(1000, "noeviction")), None);
        assert_eq!(evicting("used_memory:9"), None);
    }
}
