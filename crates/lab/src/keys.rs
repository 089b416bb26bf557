//! What the store holds for a column, as the server card shows it.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::time::Duration;

use redis::aio::ConnectionManager;
use redis::{RedisResult, cmd};
use serde::Serialize;
use store::Source;

use crate::clock;
use crate::resp;

/// More are not shown.
const MAX_KEYS: usize = 50;
/// A shared Redis may hold millions of other keys; looking for ours ends somewhere.
const MAX_SCANS: usize = 20;
const MAX_VALUE: usize = 2048;

/// Fields with their values, or members with their scores.
type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

/// One key.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct StoredKey {
    /// Its name.
    pub key: String,
    /// Redis's word for its type.
    pub kind: String,
    /// What it holds, as text; a line per field or member.
    pub value: String,
    /// When it goes by itself.
    pub expires_at_ms: Option<u64>,
}

/// The keys of the embedded store. It is so late, by the clock that the store goes by.
pub(crate) fn embedded(source: &Source, now_ms: u64) -> Vec<StoredKey> {
    let keys = source.embedded_keys().unwrap_or_default();
    let shown = keys.into_iter().take(MAX_KEYS).map(|key| StoredKey {
        key: key.key,
        kind: key.kind.to_owned(),
        value: shortened(key.value),
        expires_at_ms: Some(later(now_ms, key.expires_in)),
    });
    let mut shown: Vec<StoredKey> = shown.collect();
    shown.sort_by(order);
    shown
}

/// Records first, then the indexes over them, which are sorted sets.
fn order(left: &StoredKey, right: &StoredKey) -> Ordering {
    let rank = |key: &StoredKey| key.kind == "zset";
    rank(left)
        .cmp(&rank(right))
        .then_with(|| left.key.cmp(&right.key))
}

/// The keys under a prefix, read from Redis by the lab itself: not over a server's tap.
pub(crate) async fn redis(
    connection: &mut ConnectionManager,
    prefix: &str,
    now_ms: u64,
) -> RedisResult<Vec<StoredKey>> {
    let names = find(connection, prefix, MAX_KEYS, MAX_SCANS).await?.names;
    let mut keys = Vec::new();
    for name in names.into_iter().take(MAX_KEYS) {
        keys.extend(read(connection, &name, now_ms).await?);
    }
    keys.sort_by(order);
    Ok(keys)
}

/// What the keys under a prefix take, as Redis itself counts (`MEMORY USAGE`): name, value and
/// its own bookkeeping. `None` when there are more keys than are looked at.
pub(crate) async fn memory(
    connection: &mut ConnectionManager,
    prefix: &str,
) -> RedisResult<Option<u64>> {
    let names = find(connection, prefix, MAX_KEYS, MAX_SCANS).await?.names;
    if names.len() >= MAX_KEYS {
        return Ok(None);
    }
    let mut total = 0;
    for name in names {
        let mut usage = cmd("MEMORY");
        usage.arg("USAGE").arg(name);
        // A key may go in the meantime.
        let bytes: Option<u64> = usage.query_async(connection).await?;
        total += bytes.unwrap_or(0);
    }
    Ok(Some(total))
}

/// The names of keys.
pub(crate) struct Found {
    /// SCAN may name a key twice; here each is once.
    pub(crate) names: BTreeSet<Vec<u8>>,
    /// There are no others under the prefix.
    pub(crate) is_all: bool,
}

/// Looks for keys under a prefix until so many are found, or Redis was asked so often.
pub(crate) async fn find(
    connection: &mut ConnectionManager,
    prefix: &str,
    enough: usize,
    scans: usize,
) -> RedisResult<Found> {
    let (mut names, mut cursor) = (BTreeSet::new(), 0_u64);
    for _ in 0..scans {
        let mut scan = cmd("SCAN");
        // The prefix has no wildcard in it: the store refuses such a prefix.
        scan.arg(cursor)
            .arg("MATCH")
            .arg(format!("{prefix}*"))
            .arg("COUNT")
            .arg(500);
        let (next, found): (u64, Vec<Vec<u8>>) = scan.query_async(connection).await?;
        names.extend(found);
        cursor = next;
        if cursor == 0 {
            return Ok(Found {
                names,
                is_all: true,
            });
        }
        if names.len() >= enough {
            break;
        }
    }
    Ok(Found {
        names,
        is_all: false,
    })
}

/// `None` when the key went in the meantime.
async fn read(
    connection: &mut ConnectionManager,
    name: &[u8],
    now_ms: u64,
) -> RedisResult<Option<StoredKey>> {
    let (kind, left): (String, i64) = redis::pipe()
        .cmd("TYPE")
        .arg(name)
        .cmd("PTTL")
        .arg(name)
        .query_async(connection)
        .await?;
    let value = match kind.as_str() {
        "string" => {
            let value: Option<Vec<u8>> = cmd("GET").arg(name).query_async(connection).await?;
            text(&value.unwrap_or_default())
        }
        "hash" => {
            let fields: Pairs = cmd("HGETALL").arg(name).query_async(connection).await?;
            lines(
                fields
                    .iter()
                    .map(|(field, value)| format!("{}: {}", text(field), text(value))),
            )
        }
        "zset" => {
            let mut range = cmd("ZRANGE");
            range.arg(name).arg(0).arg(MAX_KEYS - 1).arg("WITHSCORES");
            let members: Pairs = range.query_async(connection).await?;
            lines(
                members
                    .iter()
                    .map(|(member, score)| format!("{} {}", text(score), text(member))),
            )
        }
        "none" => return Ok(None),
        other => format!("a {other}"),
    };
    Ok(Some(StoredKey {
        key: text(name),
        kind,
        value: shortened(value),
        expires_at_ms: u64::try_from(left)
            .ok()
            .map(|left| later(now_ms, Duration::from_millis(left))),
    }))
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

fn text(bytes: &[u8]) -> String {
    resp::printable(bytes)
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn later(now_ms: u64, left: Duration) -> u64 {
    now_ms.saturating_add(clock::millis(left))
}
