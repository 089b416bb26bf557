//! The JSON of the contract: what is sent and what is answered.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    Problem,
    accounts::{Account, Role},
    passwords::Password,
};

/// An instant in whole seconds since 1970, written as RFC 3339 in JSON.
///
/// Whole seconds, because cookies and tokens count in them (RFC 6265, RFC 7519).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The last instant that RFC 3339 can write: the end of the year 9999.
    pub const MAX: Timestamp = Timestamp(253_402_300_799);

    /// The current second.
    pub fn now() -> Self {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Self::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
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
        OffsetDateTime::from_unix_timestamp(self.0)
            .map_err(serde::ser::Error::custom)?
            .format(&Rfc3339)
            .map_err(serde::ser::Error::custom)?
            .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let instant = OffsetDateTime::parse(&text, &Rfc3339)
            .map_err(|_| de::Error::custom("not an RFC 3339 instant"))?;
        Ok(Self::from_unix(instant.unix_timestamp()))
    }
}

/// `POST /login`.
#[derive(Debug, Deserialize)]
pub struct LoginRequest {
    /// The user name or the e-mail address.
    pub username: String,
    /// The password, as it was typed.
    pub password: Password,
    /// Keep the login after the browser closes.
    #[serde(default)]
    pub remember: bool,
}

/// `POST /password`.
#[derive(Debug, Deserialize)]
pub struct PasswordRequest {
    /// The password as it is now.
    pub current: Password,
    /// The password as it shall be.
    pub new: Password,
}

/// `PUT /state/{key}`.
#[derive(Debug, Deserialize)]
pub struct StateRequest {
    /// Any JSON value; `null` is a value too, a missing field is an error.
    #[serde(deserialize_with = "present")]
    pub value: serde_json::Value,
}

/// `PUT /expiry`, before it is known to make sense.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpiryRequest {
    #[serde(default, deserialize_with = "present")]
    after: Option<Option<u64>>,
    #[serde(default, deserialize_with = "present")]
    at: Option<Timestamp>,
}

/// What `PUT /expiry` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// So long from now.
    After(Duration),
    /// The browser forgets it when it closes; the server keeps its own limit.
    WithBrowser,
    /// Back to the default.
    Default,
    /// At this instant.
    At(Timestamp),
}

impl TryFrom<ExpiryRequest> for Expiry {
    type Error = Problem;

    fn try_from(request: ExpiryRequest) -> Result<Self, Problem> {
        match (request.after, request.at) {
            (Some(None), None) => Ok(Self::Default),
            (Some(Some(0)), None) => Ok(Self::WithBrowser),
            (Some(Some(seconds)), None) => Ok(Self::After(Duration::from_secs(seconds))),
            (None, Some(at)) if at.has_come() => {
                Err(Problem::Unacceptable("`at` must be in the future"))
            }
            (None, Some(at)) => Ok(Self::At(at)),
            (None, None) | (Some(_), Some(_)) => Err(Problem::MalformedRequest),
        }
    }
}

/// Tells a field that is there and null from one that is not there.
fn present<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: FromPresent<'de>,
{
    T::from_present(deserializer)
}

/// A value of a field that was sent; see [`present`].
trait FromPresent<'de>: Sized {
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

/// The account as the contract shows it: no password, no epoch.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct User {
    /// Stable and never used again.
    pub id: i64,
    /// What the visitor types to log in.
    pub username: String,
    /// The other thing that may be typed.
    pub email: String,
    /// What the visitor may do.
    pub roles: Vec<Role>,
}

impl From<&Account> for User {
    fn from(account: &Account) -> Self {
        Self {
            id: account.id,
            username: account.username.clone(),
            email: account.email.clone(),
            roles: account.roles.clone(),
        }
    }
}

/// 200 of `POST /login` where a cookie carries the credential.
#[derive(Debug, Serialize)]
pub struct LoggedIn {
    /// Who is logged in now.
    pub user: User,
    /// When the credential stops working.
    pub expires_at: Timestamp,
}

/// 200 of `GET /me`.
#[derive(Debug, Serialize)]
pub struct Me {
    /// Who is asking.
    pub user: User,
    /// When the password was checked.
    pub authenticated_at: Timestamp,
    /// When the credential stops working.
    pub expires_at: Timestamp,
    /// `cookie`, `session` or `jwt`.
    pub mechanism: &'static str,
}

/// 200 of `GET /admin`.
#[derive(Debug, Serialize)]
pub struct Admin {
    /// Who is asking.
    pub user: User,
}

/// 200 of `GET /state`.
#[derive(Debug, Serialize)]
pub struct StateBody {
    /// Every key with its value.
    pub state: serde_json::Map<String, serde_json::Value>,
}

/// 200 of `PUT /expiry`.
#[derive(Debug, Serialize)]
pub struct ExpiryBody {
    /// When the credential stops working now.
    pub expires_at: Timestamp,
}

/// 200 of `GET /logins`.
#[derive(Debug, Serialize)]
pub struct Logins {
    /// The live logins of this account, newest first.
    pub logins: Vec<Login>,
}

/// One place where the account is logged in.
#[derive(Debug, Serialize)]
pub struct Login {
    /// Names this login and cannot log in.
    pub id: String,
    /// When the password was checked.
    pub created_at: Timestamp,
    /// The last request that used it.
    pub last_seen_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// Browser and system, coarse.
    pub device: String,
    /// Whether it is the login that asks.
    pub current: bool,
}

/// Whether `key` may name a piece of state: 1 to 64 of `A-Z a-z 0-9 _ . -`.
pub fn is_state_key(key: &str) -> bool {
    (1..=64).contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expiry(json: &str) -> Result<Expiry, String> {
        let request: ExpiryRequest = serde_json::from_str(json).map_err(|e| e.to_string())?;
        Expiry::try_from(request).map_err(|problem| problem.name().to_owned())
    }

    #[test]
    fn expiry_tells_null_from_absent() {
        assert_eq!(expiry(r#"{"after":null}"#), Ok(Expiry::Default));
        assert_eq!(expiry(r#"{"after":0}"#), Ok(Expiry::WithBrowser));
        assert_eq!(
            expiry(r#"{"after":60}"#),
            Ok(Expiry::After(Duration::from_secs(60)))
        );
        assert_eq!(expiry("{}"), Err("malformed-request".to_owned()));
        assert_eq!(
            expiry(r#"{"after":1,"at":"2099-01-01T00:00:00Z"}"#),
            Err("malformed-request".to_owned())
        );
        assert_eq!(
            expiry(r#"{"at":"2001-01-01T00:00:00Z"}"#),
            Err("unacceptable".to_owned())
        );
        assert!(expiry(r#"{"after":-1}"#).is_err());
        assert!(expiry(r#"{"at":null}"#).is_err());
    }

    #[test]
    fn a_state_request_needs_its_value() {
        assert!(serde_json::from_str::<StateRequest>("{}").is_err());
        assert!(serde_json::from_str::<StateRequest>(r#"{"value":null}"#).is_ok());
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
