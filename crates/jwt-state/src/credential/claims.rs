//! What a token says.

use contract::{
    Problem,
    accounts::{Account, Role},
    wire::{Timestamp, User},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{Kind, NoMemberTwice};
use crate::Settings;

/// What a token says (RFC 9068 section 2.2), checked: one of our keys signed it, it is one of
/// ours, and nothing was looked up. The last three are for access tokens: a copy of the account
/// as it was then.
///
/// As an argument of a handler it is the stateless user: the access token of the request, whose
/// time is not over; 401 without one.
#[derive(Clone, Serialize, Deserialize)]
pub struct Claims {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) aud: Option<String>,
    pub(super) sub: String,
    pub(super) jti: String,
    pub(super) iat: i64,
    pub(super) exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) nbf: Option<i64>,
    /// When the password was checked.
    pub(super) auth_time: i64,
    pub(super) token_type: Kind,
    /// The family, that is the login, that the token descends from.
    pub(crate) sid: String,
    /// Whether the cookies of this login stay when the browser closes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) remember: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) roles: Option<Vec<Role>>,
    /// Another issuer vouches for it, and nothing is looked up: it is about his people, of whom
    /// none has an account or a login here, whatever their numbers.
    #[serde(skip)]
    pub(crate) is_of_others: bool,
    /// All of it, as it was signed.
    #[serde(skip)]
    pub(super) payload: Vec<u8>,
}

impl Claims {
    pub(crate) fn account(&self) -> Option<i64> {
        // `+1`, `01` and `-0` are numbers to Rust; there is one way to write an id.
        let digits = self.sub.strip_prefix('-').unwrap_or(&self.sub);
        let is_one_way = self.sub == "0" || digits.starts_with(|first| matches!(first, '1'..='9'));
        self.sub.parse().ok().filter(|_| is_one_way)
    }

    pub(crate) fn is_access(&self) -> bool {
        self.token_type == Kind::Access
    }

    /// The account as it was when the token was made; a refresh token holds no copy of it.
    pub fn user(&self) -> Option<User> {
        Some(User {
            id: self.account()?,
            username: self.username.clone()?,
            email: self.email.clone()?,
            roles: self.roles.clone()?,
        })
    }

    /// When the password was checked.
    pub fn authenticated_at(&self) -> Timestamp {
        Timestamp::from_unix(self.auth_time)
    }

    /// When the token stops working.
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_unix(self.exp)
    }

    /// Any of the claims, those that a program has added too; nothing where they are not of this
    /// type.
    pub fn of_type<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.payload).ok()
    }
}

impl Claims {
    /// As they are signed: under the names that are set, with the id of the account as Simple JWT
    /// spells it, and with what a program has added to access tokens.
    pub(super) fn written(
        &self,
        account: &Account,
        settings: &Settings,
    ) -> Result<Map<String, Value>, Problem> {
        let Ok(Value::Object(mut written)) = serde_json::to_value(self) else {
            return Err(Problem::Internal);
        };
        for (ours, name) in settings.names() {
            if let Some(value) = written.remove(ours) {
                written.insert(name.to_owned(), value);
            }
        }
        if settings.user_id_claim != "sub" {
            let id = settings.user_id_field.of(account);
            written.insert(settings.user_id_claim.clone(), id.into());
        }
        if self.token_type == Kind::Access {
            written.extend(settings.additions.claims(account));
        }
        Ok(written)
    }

    /// Out of what one of our keys has signed.
    pub(super) fn read(payload: Vec<u8>, settings: &Settings) -> Option<Self> {
        // JSON is UTF-8 (RFC 8259 section 8.1); the parser does not look at what it skips.
        std::str::from_utf8(&payload).ok()?;
        let _: NoMemberTwice = serde_json::from_slice(&payload).ok()?;
        let claims: Option<Self> = if settings.has_usual_names() {
            serde_json::from_slice(&payload).ok()
        } else {
            let mut signed: Map<String, Value> = serde_json::from_slice(&payload).ok()?;
            for (ours, name) in settings.names() {
                let value = signed.remove(name)?;
                signed.insert(ours.to_owned(), value);
            }
            serde_json::from_value(Value::Object(signed)).ok()
        };
        Some(Self { payload, ..claims? })
    }
}
