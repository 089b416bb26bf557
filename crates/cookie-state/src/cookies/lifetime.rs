//! How long a browser keeps a cookie.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::http::header::HttpDate;
use contract::wire::Timestamp;
use serde::Deserialize;

use super::Refusal;

/// A browser keeps no cookie longer, whatever it is told (RFC 6265bis section 5.5).
const LONGEST: Duration = Duration::from_secs(400 * 86_400);

/// How long a browser is asked to keep a cookie. Asked only: a client may send it for ever. What has
/// to end ends by a time inside what is signed or sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// Until the browser closes; and a browser that restores its tabs does not close.
    Browser,
    /// So many seconds from now. 0 and less: the browser forgets the cookie at once.
    Seconds(i64),
    /// Until then. An instant that has passed: the browser forgets it at once.
    Until(Timestamp),
}

impl Lifetime {
    /// What `max_age` and `expires` say together. A fraction of a second is cut off; `expires` is an
    /// instant of RFC 3339 or a date of HTTP. Neither: until the browser closes.
    ///
    /// # Errors
    /// When both are said, or one of them says nothing.
    pub fn of(max_age: Option<f64>, expires: Option<&str>) -> Result<Self, Refusal> {
        match (max_age, expires) {
            (None, None) => Ok(Self::Browser),
            (Some(_), Some(_)) => Err(Refusal::TwoEnds),
            (None, Some(text)) => instant(text).map(Self::Until).ok_or(Refusal::Expires),
            (Some(seconds), None) => {
                if seconds.is_finite() && seconds.abs() <= Timestamp::MAX.unix() as f64 {
                    Ok(Self::Seconds(seconds as i64))
                } else {
                    Err(Refusal::MaxAge)
                }
            }
        }
    }

    /// When the browser forgets the cookie; `None`: when it closes.
    pub fn ends_at(self, now: Timestamp) -> Option<Timestamp> {
        let (_, end) = self.at(now)?;
        Some(end.min(now.plus(LONGEST)))
    }

    /// Whether the browser forgets the cookie at once.
    pub fn is_over(self, now: Timestamp) -> bool {
        self.at(now).is_some_and(|(seconds, _)| seconds <= 0)
    }

    /// Seconds from now, and the instant.
    fn at(self, now: Timestamp) -> Option<(i64, Timestamp)> {
        match self {
            Self::Browser => None,
            Self::Seconds(seconds) => {
                let end = Timestamp::from_unix(now.unix().saturating_add(seconds));
                Some((seconds, end))
            }
            Self::Until(end) => {
                let end = end.max(now);
                Some((end.unix() - now.unix(), end))
            }
        }
    }

    /// `Max-Age` and `Expires`, each after `; `. A browser that knows both takes the first.
    pub(super) fn attributes(self, now: Timestamp) -> String {
        self.at(now).map_or_else(String::new, |(seconds, end)| {
            let end = HttpDate::from(system_time(end));
            format!("; Max-Age={seconds}; Expires={end}")
        })
    }
}

fn system_time(instant: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(instant.unix().unsigned_abs())
}

fn instant(text: &str) -> Option<Timestamp> {
    use serde::de::{IntoDeserializer, value::StrDeserializer};
    let rfc3339: StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
    if let Ok(instant) = Timestamp::deserialize(rfc3339) {
        return Some(instant);
    }
    let date: SystemTime = text.parse::<HttpDate>().ok()?.into();
    let since = date.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs())
        .ok()
        .map(Timestamp::from_unix)
}
