//! A login is a family: all tokens that descend from one password.

use std::sync::Arc;

use contract::{
    Problem,
    accounts::{Account, AccountsError},
    wire::Timestamp,
};
use store::{Digest, Family, Rotation, StoreError};

use super::{Claims, Kind, TokenFault, TokenPair, new_id};
use crate::{Tokens, settings::Rotating, visitor::Login as Claimed};

/// Why a login is over although a token of it is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// Logged out, ended by its owner or by a new password, or too old.
    Ended,
    /// Its account is gone.
    Deleted,
    /// Its account is disabled.
    Disabled,
}

/// Why nothing is given for a token.
#[derive(Debug)]
pub(crate) enum Refused {
    Token(TokenFault),
    Login(Over),
    /// It is not the token's fault.
    Other(Problem),
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Token(_) | Refused::Login(_) => Self::InvalidToken,
            Refused::Other(problem) => problem,
        }
    }
}

impl From<TokenFault> for Refused {
    fn from(fault: TokenFault) -> Self {
        Self::Token(fault)
    }
}

impl From<Over> for Refused {
    fn from(over: Over) -> Self {
        Self::Login(over)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

impl From<AccountsError> for Refused {
    fn from(error: AccountsError) -> Self {
        Self::Other(error.into())
    }
}

impl Tokens {
    /// A new family of the account, with its first tokens. The password was
    /// right a moment ago.
    pub(crate) async fn open_family(
        &self,
        account: &Account,
        device: String,
        remember: bool,
    ) -> Result<(String, TokenPair), Problem> {
        let family = self.new_family(account, device);
        let id = new_id();
        let pair = self.pair(account, &id, &family, remember)?;
        let refresh = Digest::of(pair.refresh().as_bytes());
        self.store.open_family(&id, &family, &refresh).await?;
        Ok((id, pair))
    }

    /// The same in the place of the family that asks for it; `None` when that one has ended
    /// meanwhile. A logout wins against a request under way (ASVS 7.4.1).
    pub(crate) async fn succeed_family(
        &self,
        before: &Claimed,
        account: &Account,
        device: String,
    ) -> Result<Option<(String, TokenPair)>, Problem> {
        let family = self.new_family(account, device);
        let id = new_id();
        let pair = self.pair(account, &id, &family, before.remember)?;
        let refresh = Digest::of(pair.refresh().as_bytes());
        let store = &self.store;
        let is_open = store.succeed_family(&before.family, &id, &family, &refresh);
        Ok(is_open.await?.then_some((id, pair)))
    }

    fn new_family(&self, account: &Account, device: String) -> Family {
        let now = Timestamp::now();
        Family {
            account: account.id,
            epoch: account.epoch,
            created_at: now.unix(),
            last_seen_at: now.unix(),
            expires_at: now.plus(self.settings.absolute_lifetime).unix(),
            device,
        }
    }

    /// The family of a login, when it is alive.
    pub(crate) async fn live_family(&self, login: &Claimed) -> Result<Family, Problem> {
        let (family, _) = self.alive(&login.family, login.user.id).await?;
        Ok(family)
    }

    /// The family of this name, when it is a live login of the account.
    pub(crate) async fn alive(
        &self,
        family: &str,
        account: i64,
    ) -> Result<(Family, Arc<Account>), Refused> {
        let family = self.store.family(family).await?.ok_or(Over::Ended)?;
        let account = owner(&family, self.accounts.by_id(account)?)?;
        Ok((family, account))
    }

    /// The next tokens for a refresh token. Of many requests with one token exactly one gets it
    /// exchanged.
    pub(crate) async fn exchange(&self, refresh: &str) -> Result<TokenPair, Refused> {
        let claims = self.signer.read(Kind::Refresh, refresh)?;
        let id = claims.account().ok_or(TokenFault::Invalid)?;
        let (family, account) = match self.alive(&claims.sid, id).await {
            // One that a new epoch has ended stays: its owner may be changing the password at this
            // moment, and another family is about to take its place.
            Err(Refused::Login(over @ (Over::Deleted | Over::Disabled))) => {
                self.store.end_family(&claims.sid).await?;
                return Err(over.into());
            }
            asked => asked?,
        };
        let pair = match self.settings.rotation {
            Rotating::On => self.pair(&account, &claims.sid, &family, claims.remember),
            Rotating::Off => self.pair_with(&account, &claims, &family, refresh),
        };
        let pair = pair.map_err(Refused::Other)?;
        let [presented, next] = [refresh, pair.refresh()].map(|token| Digest::of(token.as_bytes()));
        let now = Timestamp::now().unix();
        let grace = self.settings.refresh_grace.unwrap_or_default();
        let rotation = self
            .store
            .rotate(&claims.sid, &presented, &next, now, grace);
        match rotation.await? {
            Rotation::Rotated(family) => {
                // Asked again: the login may have been ended in the meantime.
                owner(&family, self.accounts.by_id(id)?)?;
                Ok(pair)
            }
            Rotation::Reused => {
                // The thief or the owner: whoever comes second shows that there are
                // two. Both must log in again (RFC 9700 section 4.14.2).
                log::warn!("a refresh token of account {id} was used twice; its login was ended");
                Err(Over::Ended.into())
            }
            Rotation::Gone => Err(Over::Ended.into()),
        }
    }

    /// Whether a token of either kind would be taken where it belongs. Nothing is used up.
    pub(crate) async fn verify(&self, token: &str) -> Result<(), Refused> {
        self.signer.know_key_of(token).await;
        let claims = self.signer.read_any(token)?;
        let id = claims.account().ok_or(TokenFault::Invalid)?;
        if claims.is_access() && !self.looks_up() {
            return Ok(());
        }
        self.alive(&claims.sid, id).await?;
        if claims.is_access() || self.is_exchangeable(&claims, token).await? {
            Ok(())
        } else {
            Err(Over::Ended.into())
        }
    }

    /// Whether it is the refresh token of its family that is good now.
    pub(crate) async fn is_exchangeable(
        &self,
        claims: &Claims,
        token: &str,
    ) -> Result<bool, StoreError> {
        let digest = Digest::of(token.as_bytes());
        let now = Timestamp::now().unix();
        let grace = self.settings.refresh_grace.unwrap_or_default();
        self.store
            .is_exchangeable(&claims.sid, &digest, now, grace)
            .await
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
        let made_at = match self.settings.rotation {
            Rotating::On => family.last_seen_at,
            Rotating::Off => family.created_at,
        };
        let unused = Timestamp::from_unix(made_at).plus(self.settings.refresh_lifetime);
        unused.min(Timestamp::from_unix(family.expires_at))
    }
}

/// Whether a family is a live login of this account. A newer epoch (log out
/// everywhere, a new password) has ended it.
pub(crate) fn is_of(family: &Family, account: &Account) -> bool {
    family.account == account.id && family.epoch == account.epoch && !account.disabled
}

/// The account, when the family is a live login of it.
fn owner(family: &Family, account: Option<Arc<Account>>) -> Result<Arc<Account>, Over> {
    match account {
        None => Err(Over::Deleted),
        Some(account) if is_of(family, &account) => Ok(account),
        Some(account) if account.disabled => Err(Over::Disabled),
        Some(_) => Err(Over::Ended),
    }
}
