//! The time of day as the view writes it: milliseconds since 1970.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// Now.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// An RFC 3339 instant, as the contract's `expires_at`.
pub(crate) fn instant_ms(text: &str) -> Option<u64> {
    let instant = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    u64::try_from(instant.unix_timestamp_nanos() / 1_000_000).ok()
}

/// A moment for people, in UTC.
pub(crate) fn readable(unix_seconds: i64) -> Option<String> {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC");
    OffsetDateTime::from_unix_timestamp(unix_seconds)
        .ok()?
        .format(format)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_and_written() {
        assert_eq!(instant_ms("1970-01-01T00:00:02Z"), Some(2000));
        assert_eq!(readable(0).as_deref(), Some("1970-01-01 00:00:00 UTC"));
    }
}
