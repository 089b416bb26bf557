//! What a program adds to the tokens and to the answers: the one place for both.

use std::{fmt, sync::Arc};

use contract::accounts::Account;
use serde_json::Value;

use super::Settings;

type OfAccount = Arc<dyn Fn(&Account) -> Value + Send + Sync>;

/// Members of an answer that are the server's own.
const ANSWERED: [&str; 6] = [
    "user",
    "expires_at",
    "access",
    "refresh",
    "token_type",
    "refresh_expires_at",
];

/// What a program that starts the server as a library adds. It is asked each time that tokens are
/// made, so that what is said of the account is true then. A name that the server itself uses is
/// refused at the start.
#[derive(Clone, Default)]
pub struct Additions {
    claims: Vec<(String, OfAccount)>,
    answer: Vec<(String, OfAccount)>,
}

impl Additions {
    /// Adds a claim to each access token. It is signed, and everybody can read it.
    #[must_use]
    pub fn with_claim(
        mut self,
        name: &str,
        of: impl Fn(&Account) -> Value + Send + Sync + 'static,
    ) -> Self {
        self.claims.push((name.to_owned(), Arc::new(of)));
        self
    }

    /// Adds a member to each answer that gives tokens.
    #[must_use]
    pub fn with_answer(
        mut self,
        name: &str,
        of: impl Fn(&Account) -> Value + Send + Sync + 'static,
    ) -> Self {
        self.answer.push((name.to_owned(), Arc::new(of)));
        self
    }

    pub(crate) fn claims(&self, account: &Account) -> impl Iterator<Item = (String, Value)> {
        members(&self.claims, account)
    }

    pub(crate) fn answer(&self, account: &Account) -> Vec<(String, Value)> {
        members(&self.answer, account).collect()
    }
}

fn members(
    added: &[(String, OfAccount)],
    account: &Account,
) -> impl Iterator<Item = (String, Value)> {
    added.iter().map(|(name, of)| (name.clone(), of(account)))
}

impl Settings {
    /// Whether a name is added that the server uses itself: whoever reads it believes it.
    pub(super) fn adds_what_is_there(&self) -> bool {
        let Additions { claims, answer } = &self.additions;
        claims.iter().any(|(name, _)| self.is_claim_of_ours(name))
            || answer
                .iter()
                .any(|(name, _)| ANSWERED.contains(&name.as_str()))
    }
}

impl fmt::Debug for Additions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |added: &[(String, OfAccount)]| -> Vec<String> {
            added.iter().map(|(name, _)| name.clone()).collect()
        };
        f.debug_struct("Additions")
            .field("claims", &names(&self.claims))
            .field("answer", &names(&self.answer))
            .finish()
    }
}
