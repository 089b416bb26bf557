//! Instants on the wire.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// An instant in whole seconds since 1970, written as RFC 3339 in JSON.
///
/// Whole seconds, because cookies and tokens count in them (RFC 6265, RFC 7519).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The last instant that RFC 3339 can write: the end of the year 9999.
    pub const MAX: Timestamp = Timestamp(253_402_300_799);

    /// The current second, by the clock of this thread ([`store::clock`]).
    pub fn now() -> Self {
        Self::from_unix(i64::try_from(store::clock::now().as_secs()).unwrap_or(i64::MAX))
    }

    /// From seconds since 1970; what RFC 3339 cannot write is cut to its limits.
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(0, Self::MAX.0))
    }

    /// Seconds since 1970.
    pub fn unix(self) -> i64 {
        self.0
    }

    /// This instant and `span` more.
    pub fn plus(self, span: Duration) -> Self {
        let seconds = i64::try_from(span.as_secs()).unwrap_or(i64::MAX);
        Self::from_unix(self.0.saturating_add(seconds))
    }

    /// What is left until this instant; nothing when it has come.
    pub fn remaining(self) -> Duration {
        Duration::from_secs(u64::try_from(self.0 - Self::now().0).unwrap_or(0))
    }

    /// Whether this instant has come ("on or after", as RFC 7519 section 4.1.4 says of `exp`).
    pub fn has_come(self) -> bool {
        self <= Self::now()
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = written(self.0);
        serializer.serialize_str(std::str::from_utf8(&text).map_err(serde::ser::Error::custom)?)
    }
}

/// `YYYY-MM-DDThh:mm:ssZ`, of seconds since 1970. The general way over a format takes several times as
/// many instructions, and each answer of `GET /me` holds two of these.
fn written(unix: i64) -> [u8; 20] {
    let mut text = *b"0000-00-00T00:00:00Z";
    let mut put = |at: usize, value: u32| {
        text[at] = b'0' + (value / 10 % 10) as u8;
        text[at + 1] = b'0' + (value % 10) as u8;
    };
    let (days, second) = (unix / 86_400, (unix % 86_400) as u32);
    let (year, month, day) = calendar_date(days as u32);
    put(0, year / 100);
    put(2, year % 100);
    put(5, month);
    put(8, day);
    put(11, second / 3600);
    put(14, second / 60 % 60);
    put(17, second % 60);
    text
}

/// Year, month and day in the Gregorian calendar, of days since 1970. Counted from a 1st of March, so
/// that the leap day is the last of its year ("`civil_from_days`", Hinnant).
fn calendar_date(days: u32) -> (u32, u32, u32) {
    /// From 0000-03-01 to 1970-01-01.
    const BEFORE: u32 = 719_468;
    const IN_400_YEARS: u32 = 146_097;
    let days = days + BEFORE;
    let day_of_era = days % IN_400_YEARS;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let months_since_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * months_since_march + 2) / 5 + 1;
    let month = if months_since_march < 10 {
        months_since_march + 3
    } else {
        months_since_march - 9
    };
    let year = year_of_era + days / IN_400_YEARS * 400 + u32::from(month <= 2);
    (year, month, day)
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let instant = OffsetDateTime::parse(&text, &Rfc3339)
            .map_err(|_| de::Error::custom("not an RFC 3339 instant"))?;
        Ok(Self::from_unix(instant.unix_timestamp()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_written_as_the_format_says() {
        let unusual = [
            0,
            1,
            59,
            951_782_399,
            951_782_400,
            1_709_164_800,
            Timestamp::MAX.0,
        ];
        let usual = (0..2000).map(|n| n * 126_701_357 % Timestamp::MAX.0);
        let each_day = (0..Timestamp::MAX.0 / 86_400)
            .step_by(397)
            .map(|day| day * 86_400);
        for seconds in usual.chain(unusual).chain(each_day) {
            let instant = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
            let text = String::from_utf8(written(seconds).to_vec()).unwrap();
            assert_eq!(text, instant.format(&Rfc3339).unwrap());
        }
    }

    #[test]
    fn timestamps_read_back_as_they_were_written() {
        let text = serde_json::to_string(&Timestamp::from_unix(1_700_000_000)).unwrap();
        assert_eq!(text, "\"2023-11-14T22:13:20Z\"");
        assert_eq!(
            serde_json::from_str::<Timestamp>(&text).unwrap().unix(),
            1_700_000_000
        );
    }
}
