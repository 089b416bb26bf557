//! Both tokens of a login, made in one call.

use contract::{
    Problem,
    accounts::Account,
    wire::{Timestamp, User},
};
use store::Family;

use super::{Claims, Kind, Login, Token};
use crate::Tokens;

/// An access token and a refresh token.
///
/// `POST /login` makes one when a password was right. A program that has found out otherwise who
/// somebody is (another login, an invitation, a test) makes one itself: [`TokenPair::for_account`].
pub struct TokenPair {
    pub(super) user: User,
    pub(super) access: Token,
    pub(super) access_expires_at: Timestamp,
    pub(super) refresh: Token,
    pub(super) refresh_expires_at: Timestamp,
    /// Whether its cookies stay when the browser closes.
    pub(super) remember: bool,
    /// What a program adds to the answer.
    pub(super) added: Vec<(String, serde_json::Value)>,
}

impl TokenPair {
    /// A new login of this account, without a password. It is one like any other: its owner sees
    /// it in `GET /logins`, its refresh token works once, and it ends with the others.
    ///
    /// # Errors
    /// 422 for a disabled account, 503 when the store does not answer.
    pub async fn for_account(account: &Account, tokens: &Tokens) -> Result<Self, Problem> {
        if account.disabled {
            return Err(Problem::Unacceptable("this account is disabled"));
        }
        let (_, pair) = tokens
            .open_family(account, "a program".to_owned(), true)
            .await?;
        Ok(pair)
    }

    /// The access token: for `Authorization`.
    pub fn access(&self) -> &str {
        &self.access.0
    }

    /// When it stops working.
    pub fn access_expires_at(&self) -> Timestamp {
        self.access_expires_at
    }

    /// The refresh token: for `POST /refresh`, once.
    pub fn refresh(&self) -> &str {
        &self.refresh.0
    }

    /// When it stops working.
    pub fn refresh_expires_at(&self) -> Timestamp {
        self.refresh_expires_at
    }
}

impl Tokens {
    pub(super) fn pair(
        &self,
        account: &Account,
        id: &str,
        family: &Family,
        remember: bool,
    ) -> Result<TokenPair, Problem> {
        let login = login(account, id, family, remember);
        let (access, access_expires_at) = self.signer.sign(Kind::Access, &login)?;
        let (refresh, refresh_expires_at) = self.signer.sign(Kind::Refresh, &login)?;
        Ok(TokenPair {
            user: account.into(),
            access,
            access_expires_at,
            refresh,
            refresh_expires_at,
            remember,
            added: self.settings.additions.answer(account),
        })
    }

    /// A new access token beside a refresh token that goes on working.
    pub(super) fn pair_with(
        &self,
        account: &Account,
        claims: &Claims,
        family: &Family,
        refresh: &str,
    ) -> Result<TokenPair, Problem> {
        let login = login(account, &claims.sid, family, claims.remember);
        let (access, access_expires_at) = self.signer.sign(Kind::Access, &login)?;
        Ok(TokenPair {
            user: account.into(),
            access,
            access_expires_at,
            refresh: Token(refresh.to_owned()),
            refresh_expires_at: claims.expires_at(),
            remember: claims.remember,
            added: self.settings.additions.answer(account),
        })
    }
}

fn login<'a>(account: &'a Account, family: &'a str, held: &Family, remember: bool) -> Login<'a> {
    Login {
        account,
        family,
        remember,
        authenticated_at: Timestamp::from_unix(held.created_at),
        ends_at: Timestamp::from_unix(held.expires_at),
    }
}
