//! Redis's errors in our words: what happened, and what to do.

use redis::{ErrorKind, RedisError};

use crate::StoreError;

/// Says what happened and what to do. Nothing here comes from the URL but host and port.
pub(super) fn describe(endpoint: &str, error: &RedisError) -> StoreError {
    let endpoint = endpoint.to_owned();
    if error.is_timeout() {
        let reason = "no answer in time".to_owned();
        return StoreError::Unavailable { endpoint, reason };
    }
    if is_unreachable(error) {
        let reason = error.to_string();
        return StoreError::Unavailable { endpoint, reason };
    }
    match error.kind() {
        ErrorKind::UnexpectedReturnType | ErrorKind::Parse => {
            StoreError::Unreadable(error.to_string())
        }
        ErrorKind::AuthenticationFailed => StoreError::Refused {
            endpoint,
            reason: "user name or password is wrong; set both in the URL".to_owned(),
        },
        _ => StoreError::Refused {
            endpoint,
            reason: explain(error),
        },
    }
}

/// Did the network fail, so that another connection may do better?
pub(super) fn is_unreachable(error: &RedisError) -> bool {
    error.is_io_error()
        || matches!(
            error.kind(),
            ErrorKind::ClusterConnectionNotFound | ErrorKind::MasterNameNotFoundBySentinel
        )
}

/// Adds what to do to Redis's own words.
fn explain(error: &RedisError) -> String {
    let said = error.to_string();
    let advice = match error.code() {
        Some("NOAUTH") => "set user name and password in the URL",
        Some("NOPERM") => "give the ACL user this command and the keys under the prefix",
        Some("OOM") => "raise its maxmemory",
        Some("MISCONF") => "see why it cannot save to disk",
        Some("READONLY") => "this is a replica; connect to the primary",
        Some("LOADING") => "it is still starting",
        Some("CLUSTERDOWN") => "a part of the cluster is down; see why no replica took over",
        Some("NOREPLICAS") => "see why its replicas are gone, or lower min-replicas-to-write",
        _ if said.contains("cluster support disabled") => {
            "this is no cluster; write redis:// for a single Redis"
        }
        _ if said.contains("unknown command") => "Redis 6.2 or newer is needed",
        _ => return said,
    };
    format!("{said} ({advice})")
}
