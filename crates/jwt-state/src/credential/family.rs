//! A login is a family: all tokens that descend from one password.

use contract::{
    Problem,
    accounts::Account,
    wire::{Timestamp, User},
};
use serde::{Deserialize, Serialize};
use store::{Digest, Family};

use super::{Kind, Login, Token, new_id};
use crate::{Server, visitor::Login as Claimed};

/// 200 of `POST /login`, `POST /refresh` and `POST /password`.
#[derive(Serialize)]
pub(crate) struct Tokens {
    user: User,
    expires_at: Timestamp,
    access: Token,
    refresh: Token,
    token_type: &'static str,
    refresh_expires_at: Timestamp,
}

/// The body of `POST /refresh`.
#[derive(Deserialize)]
pub(crate) struct RefreshRequest {
    pub(crate) refresh: String,
}

/// The body of `POST /logout`, where it has one.
#[derive(Default, Deserialize)]
pub(crate) struct LogoutRequest {
    pub(crate) refresh: Option<String>,
}

impl Server {
    /// A new family of the account, with its first tokens. The password was
    /// right a moment ago.
    pub(crate) async fn open_family(
        &self,
        account: &Account,
        device: String,
    ) -> Result<(String, Tokens), Problem> {
        let now = Timestamp::now();
        let family = Family {
            account: account.id,
            epoch: account.epoch,
            created_at: now.unix(),
            last_seen_at: now.unix(),
            expires_at: now.plus(self.settings.absolute_lifetime).unix(),
            device,
        };
        let id = new_id();
        let (tokens, refresh) = self.pair(account, &id, &family)?;
        self.store.open_family(&id, &family, &refresh).await?;
        Ok((id, tokens))
    }

    /// The family of a login, when it is alive.
    pub(crate) async fn live_family(&self, login: &Claimed) -> Result<Family, Problem> {
        let family = self.store.family(&login.family).await?;
        let account = self.accounts.by_id(login.user.id)?;
        match (family, account) {
            (Some(family), Some(account)) if is_of(&family, &account) => Ok(family),
            _ => Err(Problem::InvalidToken),
        }
    }

    /// Both tokens, and what the store keeps of the refresh token: its hash.
    pub(crate) fn pair(
        &self,
        account: &Account,
        id: &str,
        family: &Family,
    ) -> Result<(Tokens, Digest), Problem> {
        let login = Login {
            account,
            family: id,
            authenticated_at: Timestamp::from_unix(family.created_at),
            ends_at: Timestamp::from_unix(family.expires_at),
        };
        let (access, expires_at) = self.signer.sign(Kind::Access, &login)?;
        let (refresh, refresh_expires_at) = self.signer.sign(Kind::Refresh, &login)?;
        let digest = Digest::of(refresh.as_bytes());
        let (user, token_type) = (account.into(), "Bearer");
        Ok((
            Tokens {
                user,
                expires_at,
                access,
                refresh,
                token_type,
                refresh_expires_at,
            },
            digest,
        ))
    }

    /// Ends the families of an account, but for one. The epoch alone would do
    /// where it is looked at; so they are gone from the store as well.
    pub(crate) async fn end_families(
        &self,
        account: i64,
        keep: Option<&str>,
    ) -> Result<(), Problem> {
        for (id, _) in self.store.families_of(account).await? {
            if keep != Some(id.as_str()) {
                self.store.end_family(&id).await?;
            }
        }
        Ok(())
    }

    /// When a login ends unless it is refreshed: its refresh token has a time too.
    pub(crate) fn end_of(&self, family: &Family) -> Timestamp {
        let unused = Timestamp::from_unix(family.last_seen_at).plus(self.settings.refresh_lifetime);
        unused.min(Timestamp::from_unix(family.expires_at))
    }
}

/// Whether a family is a live login of this account. A newer epoch (log out
/// everywhere, a new password) has ended it.
pub(crate) fn is_of(family: &Family, account: &Account) -> bool {
    family.account == account.id && family.epoch == account.epoch && !account.disabled
}
