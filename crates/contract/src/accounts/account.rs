//! What is known of an account, without its password.

use serde::{Deserialize, Serialize};

/// Somebody who may log in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Stable, and never given to another account.
    pub id: i64,
    /// What the person types to log in. Has no `@`, so that it cannot be taken
    /// for somebody else's e-mail address.
    pub username: String,
    /// The other thing that may be typed.
    pub email: String,
    /// What the account may do.
    pub roles: Vec<Role>,
    /// Counts up when every login of the account ends: log out everywhere, a
    /// new password, disabling. A credential made under a lower epoch is dead
    /// where the profile looks anything up.
    pub epoch: i64,
    /// Cannot log in, and no login of it is accepted.
    pub disabled: bool,
}

impl Account {
    /// Whether the account has this role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Log in and use what is one's own.
    User,
    /// See `/admin`.
    Admin,
}

impl Role {
    /// As it stands in JSON and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }

    /// The role of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::User, Self::Admin]
            .into_iter()
            .find(|role| role.name() == name)
    }
}
