//! A field that is null, told from one that is not there.

use serde::{Deserialize, Deserializer};

/// For `deserialize_with`, which serde calls only for a field that was sent:
/// null becomes `Some` of what null means to `T`.
pub(super) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
