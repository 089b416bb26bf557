//! The JSON of the contract: what is sent and what is answered.

mod expiry;
mod present;
mod timestamp;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{
    accounts::{Account, Role},
    passwords::Password,
};

pub use expiry::{Expiry, ExpiryRequest};
pub use timestamp::Timestamp;

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
    #[serde(deserialize_with = "shallow")]
    pub value: serde_json::Value,
}

/// Values nested deeper are refused: a parser that has to read them back, one level further in,
/// has a limit of 128.
const DEEPEST: usize = 64;

fn shallow<'de, D: Deserializer<'de>>(deserializer: D) -> Result<serde_json::Value, D::Error> {
    fn depth(value: &serde_json::Value) -> usize {
        match value {
            serde_json::Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
            serde_json::Value::Object(members) => {
                1 + members.values().map(depth).max().unwrap_or(0)
            }
            _ => 0,
        }
    }
    let value = serde_json::Value::deserialize(deserializer)?;
    if depth(&value) <= DEEPEST {
        Ok(value)
    } else {
        Err(de::Error::custom("nested too deep"))
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
pub struct Me<'u> {
    /// Who is asking.
    pub user: &'u User,
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

    #[test]
    fn a_state_request_needs_its_value() {
        assert!(serde_json::from_str::<StateRequest>("{}").is_err());
        assert!(serde_json::from_str::<StateRequest>(r#"{"value":null}"#).is_ok());
    }

    #[test]
    fn a_state_value_is_not_nested_without_end() {
        let nested = |deep| format!("{{\"value\":{}{}}}", "[".repeat(deep), "]".repeat(deep));
        assert!(serde_json::from_str::<StateRequest>(&nested(DEEPEST)).is_ok());
        assert!(serde_json::from_str::<StateRequest>(&nested(DEEPEST + 1)).is_err());
    }
}
