//! Who is asking.

mod carried;
mod extractors;

use actix_web::{HttpRequest, web::Data};
use contract::{
    Problem,
    accounts::Role,
    wire::{Timestamp, User},
};

use crate::{
    Tokens,
    credential::{Kind, Over, Refused, TokenFault},
};
pub(crate) use carried::Found;
pub use extractors::LiveAccount;

/// The sender of a request, as far as his access token is believed.
pub(crate) struct Visitor {
    /// The login; or, without one, why there is none.
    login: Result<Login, Stranger>,
    /// The family that the token descends from, be its time over or not: a login
    /// can be ended by who may no longer use it.
    pub(crate) family: Option<String>,
}

/// Why a visitor is an anonymous one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stranger {
    NoToken,
    Token(TokenFault),
    Login(Over),
}

/// What cannot be done for whom another issuer vouches.
pub(crate) const KEPT_ELSEWHERE: Problem = Problem::NotPossibleHere(
    "another issuer made this token; its login is listed, changed and ended there",
);

impl From<Stranger> for Problem {
    /// A 401 says whether a token was sent, and no more.
    fn from(stranger: Stranger) -> Self {
        match stranger {
            Stranger::NoToken => Self::LoginRequired,
            Stranger::Token(_) | Stranger::Login(_) => Self::InvalidToken,
        }
    }
}

/// What an access token proves.
///
/// As an argument of a handler it is the login of the request, as far as the profile looks it up;
/// 401 without one.
pub struct Login {
    /// Who it is: in `hardened` as the account is now, in `stateless` as it was when the token was
    /// made.
    pub user: User,
    /// When the password was checked.
    pub authenticated_at: Timestamp,
    /// When the token stops working.
    pub expires_at: Timestamp,
    /// Whether a cookie carried the token. Browsers add cookies by themselves, so an unsafe
    /// request must then come from the server's own pages.
    pub by_cookie: bool,
    /// Whether its cookies stay when the browser closes.
    pub(crate) remember: bool,
    /// The family that the token descends from.
    pub(crate) family: String,
    /// The number of the user is the issuer's; nobody here is meant.
    pub(crate) is_of_others: bool,
}

impl Visitor {
    // ANCHOR: visitor
    /// Step by step; what a step does not believe makes the visitor an anonymous one.
    pub(crate) async fn of(tokens: &Tokens, request: &HttpRequest) -> Result<Self, Problem> {
        let anonymous = |stranger| Self {
            login: Err(stranger),
            family: None,
        };

        // 1. Find the credential.
        let (token, by_cookie) = match tokens.settings.find_access(request.headers())? {
            Found::None => return Ok(anonymous(Stranger::NoToken)),
            Found::Unreadable => return Ok(anonymous(Stranger::Token(TokenFault::Invalid))),
            Found::InHeader(token) => (token, false),
            Found::InCookie(token) => (token, true),
        };
        // 2. Is it ours, and is its time not over?
        tokens.signer.know_key_of(token).await;
        let claims = match tokens.signer.read(Kind::Access, token) {
            Ok(claims) => claims,
            Err(fault) => {
                let expired = tokens.signer.read_expired(Kind::Access, token);
                return Ok(Self {
                    family: expired.map(|claims| claims.sid.clone()),
                    ..anonymous(Stranger::Token(fault))
                });
            }
        };
        let family = (!claims.is_of_others).then(|| claims.sid.clone());
        let Some(id) = claims.account() else {
            return Ok(anonymous(Stranger::Token(TokenFault::Invalid)));
        };
        // 3. Has it been ended? Only `hardened` can know.
        let user = match (tokens.looks_up(), claims.user()) {
            (false, Some(user)) => Ok(user),
            // No copy in the token, and no login behind it: another program has made it, with a key
            // of ours. Of another issuer none is read without a copy: by his number somebody else
            // is meant.
            (false, None) => tokens.user(id),
            (true, _) => match tokens.alive(&claims.sid, id).await {
                // What changed since then, such as a role, is taken over.
                Ok((_, account)) => Ok(account.as_ref().into()),
                Err(refused) => Err(refused),
            },
        };
        let login = match user {
            Ok(user) => Ok(Login {
                user,
                authenticated_at: claims.authenticated_at(),
                expires_at: claims.expires_at(),
                by_cookie,
                remember: claims.remember,
                family: claims.sid.clone(),
                is_of_others: claims.is_of_others,
            }),
            Err(Refused::Login(over)) => Err(Stranger::Login(over)),
            Err(other) => return Err(other.into()),
        };
        Ok(Self { login, family })
    }
    // ANCHOR_END: visitor

    /// The login, or 401.
    pub(crate) fn login(&self) -> Result<&Login, Problem> {
        Ok(self.known()?)
    }

    /// The login of an account of ours, to be listed or ended; or 401, or 501 for one of another
    /// issuer: his numbers are not ours, and the login behind the token is kept by him.
    pub(crate) fn own_login(&self) -> Result<&Login, Problem> {
        let login = self.login()?;
        match login.is_of_others {
            true => Err(KEPT_ELSEWHERE),
            false => Ok(login),
        }
    }

    /// The login, or why there is none.
    pub(crate) fn known(&self) -> Result<&Login, Stranger> {
        self.login.as_ref().map_err(|stranger| *stranger)
    }

    /// The login with the role `admin`, or 401, or 403.
    pub(crate) fn admin(&self) -> Result<&Login, Problem> {
        let login = self.login()?;
        if login.user.roles.contains(&Role::Admin) {
            Ok(login)
        } else {
            Err(Problem::RoleRequired)
        }
    }
}

impl Tokens {
    /// The account of this id as it is now, without asking the store.
    fn user(&self, id: i64) -> Result<User, Refused> {
        match self.accounts.by_id(id)? {
            None => Err(Over::Deleted.into()),
            Some(account) if account.disabled => Err(Over::Disabled.into()),
            Some(account) => Ok(account.as_ref().into()),
        }
    }

    /// Those of the server that a request came to.
    pub(crate) fn of(request: &HttpRequest) -> Result<&Data<Self>, Problem> {
        request.app_data::<Data<Self>>().ok_or(Problem::Internal)
    }

    /// Who is asking, for a program that knows other credentials besides: nobody, where there is
    /// no access token, and then the next credential may be looked at.
    ///
    /// # Errors
    /// 401 for a token that is not accepted, whatever else the request holds; 400 where it holds
    /// two; 503 when the store does not answer.
    pub async fn authenticate(&self, request: &HttpRequest) -> Result<Option<Login>, Problem> {
        match Visitor::of(self, request).await?.login {
            Ok(login) => Ok(Some(login)),
            Err(Stranger::NoToken) => Ok(None),
            Err(stranger) => Err(stranger.into()),
        }
    }
}
