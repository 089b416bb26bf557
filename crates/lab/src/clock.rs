//! The time of day as the view writes it: milliseconds since 1970.

use std::time::{SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// `Expires` of a cookie, as servers write it (RFC 9110, section 5.6.7).
const COOKIE_DATE: &[BorrowedFormatItem<'_>] = format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

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

/// The date of a cookie's `Expires`.
pub(crate) fn cookie_date_ms(text: &str) -> Option<u64> {
    let date = time::PrimitiveDateTime::parse(text.trim(), COOKIE_DATE).ok()?;
    u64::try_from(date.assume_utc().unix_timestamp())
        .ok()
        .map(|seconds| seconds * 1000)
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
    fn dates_of_cookies_and_answers_are_read() {
        assert_eq!(cookie_date_ms("Thu, 01 Jan 1970 00:00:01 GMT"), Some(1000));
        assert_eq!(cookie_date_ms("yesterday"), None);
        assert_eq!(instant_ms("1970-01-01T00:00:02Z"), Some(2000));
        assert_eq!(readable(0).as_deref(), Some("1970-01-01 00:00:00 UTC"));
    }
}
