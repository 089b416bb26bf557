//! A field that is null, told from one that is not there.

use serde::{Deserialize, Deserializer};

/// For `deserialize_with`, which serde calls only for a field that was sent.
pub(super) fn present<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromPresent<'de>,
{
    T::from_present(deserializer)
}

/// A value of a field that was sent; see [`present`].
pub(super) trait FromPresent<'de>: Sized {
    fn from_present<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

impl<'de> FromPresent<'de> for serde_json::Value {
    fn from_present<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }
}

impl<'de, T: Deserialize<'de>> FromPresent<'de> for Option<T> {
    fn from_present<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Some)
    }
}
