//! The time of day as the view writes it: milliseconds since 1970. It is the machine's; the servers
//! may be [moved ahead](store::Clock) of it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// Now.
pub(crate) fn now_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    millis(since)
}

/// A span as the view writes it.
pub(crate) fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

/// A span for people, in each language: `1 d 5 min`. These units have symbols everywhere.
pub(crate) fn in_words(span: Duration) -> String {
    let seconds = span.as_secs();
    let units = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let some = units.into_iter().filter(|(count, _)| *count > 0);
    let words: Vec<String> = some
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    words.join(" ")
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
    fn spans_are_written_with_symbols() {
        let written = |seconds| in_words(Duration::from_secs(seconds));
        assert_eq!(written(60), "1 min");
        assert_eq!(written(86_400 + 300), "1 d 5 min");
        assert_eq!(written(90_061), "1 d 1 h 1 min 1 s");
    }

    #[test]
    fn moments_are_read_and_written() {
        assert_eq!(instant_ms("1970-01-01T00:00:02Z"), Some(2000));
        assert_eq!(readable(0).as_deref(), Some("1970-01-01 00:00:00 UTC"));
    }
}
