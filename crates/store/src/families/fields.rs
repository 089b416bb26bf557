//! A family as the fields of a hash.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Family;
use crate::embedded::{Entries, Value};
use crate::{Digest, StoreError, clock};

pub(super) fn write_back(
    key: &str,
    entries: &mut Entries,
    fields: BTreeMap<String, String>,
) -> Result<(), StoreError> {
    let left = entries.left(key).unwrap_or_default();
    entries.put(key, Value::Fields(fields), left)
}

/// The field of a mark: where the login goes on that was here.
pub(super) const MOVED: &str = "moved";

/// The fields of a family. A mark is none.
pub(super) fn fields(
    key: &str,
    entries: &mut Entries,
) -> Result<Option<BTreeMap<String, String>>, StoreError> {
    let held = family_or_mark(key, entries)?;
    Ok(held.filter(|fields| !fields.contains_key(MOVED)))
}

pub(super) fn family_or_mark(
    key: &str,
    entries: &mut Entries,
) -> Result<Option<BTreeMap<String, String>>, StoreError> {
    match entries.get(key) {
        None => Ok(None),
        Some(Value::Fields(fields)) => Ok(Some(fields.clone())),
        Some(_) => Err(StoreError::Unreadable(format!("{key} is not a hash"))),
    }
}

pub(super) fn fields_of(family: &Family, refresh: &Digest) -> BTreeMap<String, String> {
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

pub(super) fn family_of<'a>(
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

pub(super) fn until(expires_at: i64) -> Duration {
    let end = Duration::from_secs(u64::try_from(expires_at).unwrap_or(0));
    end.saturating_sub(clock::now())
}
