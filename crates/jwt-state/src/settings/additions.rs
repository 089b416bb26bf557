//! What a program adds to the tokens and to the answers: the one place for both.

use std::{fmt, sync::Arc};

use contract::accounts::Account;
use serde_json::{Map, Value};

type OfAccount = Arc<dyn Fn(&Account) -> Map<String, Value> + Send + Sync>;

/// What a program that starts the server as a library adds. It is asked each time that tokens are
/// made, so that what is said of the account is true then.
#[derive(Clone, Default)]
pub struct Additions {
    claims: Option<OfAccount>,
    answer: Option<OfAccount>,
}

impl Additions {
    /// Adds claims to each access token. They are signed, and everybody can read them. The names
    /// of the server's own claims cannot be taken: then no token is made.
    #[must_use]
    pub fn with_claims(
        mut self,
        of: impl Fn(&Account) -> Map<String, Value> + Send + Sync + 'static,
    ) -> Self {
        self.claims = Some(Arc::new(of));
        self
    }

    /// Adds members to each answer that gives tokens. The server's own members stay as they are.
    #[must_use]
    pub fn with_answer(
        mut self,
        of: impl Fn(&Account) -> Map<String, Value> + Send + Sync + 'static,
    ) -> Self {
        self.answer = Some(Arc::new(of));
        self
    }

    pub(crate) fn claims(&self, account: &Account) -> Map<String, Value> {
        self.claims
            .as_ref()
            .map(|of| of(account))
            .unwrap_or_default()
    }

    pub(crate) fn answer(&self, account: &Account) -> Map<String, Value> {
        self.answer
            .as_ref()
            .map(|of| of(account))
            .unwrap_or_default()
    }
}

impl fmt::Debug for Additions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Additions")
            .field("claims", &self.claims.is_some())
            .field("answer", &self.answer.is_some())
            .finish()
    }
}
