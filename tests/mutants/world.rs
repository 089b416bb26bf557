//! What the breakable server knows: accounts, and what its "store" keeps.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::attempts::Attempts;

/// Somebody who can log in. Passwords are plain: this server guards nothing.
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) username: &'static str,
    pub(crate) password: String,
    pub(crate) roles: Vec<String>,
    pub(crate) epoch: i64,
    pub(crate) disabled: bool,
}

impl Account {
    fn new(id: i64, username: &'static str, password: &str, roles: &[&str]) -> Self {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        Self {
            id,
            username,
            password: password.into(),
            roles,
            epoch: 0,
            disabled: false,
        }
    }

    pub(crate) fn email(&self) -> String {
        format!("{}@example.test", self.username)
    }
}

/// A visitor, as sealed into a cookie, kept as a session, or read from a token.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Visitor {
    /// Which login this is.
    pub(crate) login: String,
    pub(crate) account: Option<i64>,
    pub(crate) roles: Vec<String>,
    pub(crate) since: i64,
    pub(crate) expires: i64,
    pub(crate) epoch: i64,
    pub(crate) by_email: bool,
    pub(crate) state: Map<String, Value>,
    /// The how manieth copy of the cookie of this login.
    pub(crate) version: u64,
    /// So that no two cookies are alike.
    pub(crate) nonce: String,
    /// Nobody should find it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
}

/// What descends from one login with tokens.
pub(crate) struct Family {
    pub(crate) account: i64,
    pub(crate) epoch: i64,
    pub(crate) current: String,
    pub(crate) parent: String,
}

/// All of it.
pub(crate) struct World {
    pub(crate) accounts: Vec<Account>,
    pub(crate) sessions: HashMap<String, Visitor>,
    pub(crate) revoked: HashSet<String>,
    pub(crate) families: HashMap<String, Family>,
    pub(crate) ended: HashMap<String, Instant>,
    /// The newest copy of each login's cookie that was used.
    pub(crate) versions: HashMap<String, u64>,
    /// The logins in the order in which they began.
    pub(crate) begun: Vec<String>,
    pub(crate) drawn: u64,
    pub(crate) attempts: Attempts,
}

impl Default for World {
    fn default() -> Self {
        Self {
            accounts: vec![
                Account::new(1, "alice", "wonderland", &["user"]),
                Account::new(2, "bob", "builder", &["user"]),
                Account::new(3, "root", "toor-toor", &["admin", "user"]),
            ],
            sessions: HashMap::new(),
            revoked: HashSet::new(),
            families: HashMap::new(),
            ended: HashMap::new(),
            versions: HashMap::new(),
            begun: Vec::new(),
            // A fixed seed: a run with faults at random can be run again.
            attempts: Attempts::default(),
            drawn: 0x9E37_79B9_7F4A_7C15,
        }
    }
}

impl World {
    pub(crate) fn account(&mut self, id: i64) -> Option<&mut Account> {
        self.accounts.iter_mut().find(|account| account.id == id)
    }

    pub(crate) fn named(&mut self, name: &str) -> Option<&mut Account> {
        self.accounts
            .iter_mut()
            .find(|account| account.username == name || account.email() == name)
    }

    /// How many records there are, for the count of the store's keys.
    pub(crate) fn keys(&self) -> usize {
        self.sessions.len() + self.revoked.len() + self.families.len()
    }

    /// Loses everything that a store keeps; the accounts are kept elsewhere.
    pub(crate) fn lose(&mut self) {
        self.sessions.clear();
        self.revoked.clear();
        self.families.clear();
        self.versions.clear();
    }

    /// The next number of a xorshift generator.
    pub(crate) fn draw(&mut self) -> u64 {
        self.drawn ^= self.drawn << 13;
        self.drawn ^= self.drawn >> 7;
        self.drawn ^= self.drawn << 17;
        self.drawn
    }
}

/// 32 letters that nobody guesses.
pub(crate) fn random_id() -> String {
    use base64::Engine as _;
    let mut bytes = [0; 24];
    getrandom::fill(&mut bytes).expect("the operating system has random bytes");
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn now() -> i64 {
    time::OffsetDateTime::now_utc().unix_timestamp()
}

pub(crate) fn timestamp(at: i64) -> String {
    let at = time::OffsetDateTime::from_unix_timestamp(at).expect("a time in this century");
    at.format(&time::format_description::well_known::Rfc3339)
        .expect("a time in this century")
}
