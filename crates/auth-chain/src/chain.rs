//! The chain: who recognises a credential first decides about it.

use actix_web::{HttpMessage, HttpRequest, http::header::AUTHORIZATION};
use clap::ValueEnum;
use contract::{Problem, accounts::Accounts, guards::is_same_origin, wire::User};
use jwt_state::Tokens;
use session_state::Sessions;

use crate::{Order, basic, refusal::Failure};

/// A way to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Authenticator {
    /// A signed token, as jwt-state makes them.
    Jwt,
    /// A session, as session-state keeps them.
    Session,
    /// Name and password with each request (RFC 7617).
    Basic,
}

impl Authenticator {
    /// As it stands in `--chain` and in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::Session => "session",
            Self::Basic => "basic",
        }
    }

    /// What `WWW-Authenticate` asks for. No scheme is registered for a cookie.
    pub(crate) fn challenge(self) -> Option<&'static str> {
        match self {
            Self::Jwt => Some("Bearer realm=\"statelab\""),
            Self::Session => None,
            Self::Basic => Some("Basic realm=\"statelab\", charset=\"UTF-8\""),
        }
    }
}

/// Who sends a request, and how that is known.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) user: User,
    pub(crate) by: Authenticator,
}

/// The answer depends on the request's cookies.
pub(crate) struct LookedAtCookies;

/// The ways to log in, as one worker has them.
pub(crate) struct Chain {
    pub(crate) order: Order,
    pub(crate) tokens: Tokens,
    pub(crate) sessions: Sessions,
    pub(crate) accounts: Accounts,
}

// ANCHOR: chain
impl Chain {
    /// Who sends this request; `None` when it has no credential that anybody knows.
    pub(crate) async fn login(&self, request: &HttpRequest) -> Result<Option<Login>, Failure> {
        for by in self.order.iter() {
            // A failure ends it here: nobody after this one is asked.
            let known = match by {
                Authenticator::Jwt => self.jwt(request).await?,
                Authenticator::Session => self.session(request).await?,
                Authenticator::Basic => basic::authenticate(&self.accounts, request).await?,
            };
            if let Some(user) = known {
                return Ok(Some(Login { user, by }));
            }
        }
        Ok(None)
    }

    async fn jwt(&self, request: &HttpRequest) -> Result<Option<User>, Failure> {
        let login = match self.tokens.authenticate(request).await {
            Ok(Some(login)) => login,
            Ok(None) => return Ok(None),
            Err(Problem::InvalidToken) => return Err(bad_token(request)),
            Err(problem) => return Err(Failure::Other(problem)),
        };
        if login.by_cookie {
            request.extensions_mut().insert(LookedAtCookies);
            comes_from_our_pages(request)?;
        }
        Ok(Some(login.user))
    }

    async fn session(&self, request: &HttpRequest) -> Result<Option<User>, Failure> {
        request.extensions_mut().insert(LookedAtCookies);
        let user = self.sessions.authenticate(request).await;
        let user = user.map_err(Failure::Other)?;
        if user.is_some() {
            comes_from_our_pages(request)?;
        }
        Ok(user)
    }
}

/// A browser adds its cookies to other sites' requests too (cross-site request forgery). It is
/// asked here and not before: who sends no login, or carries it himself, has nothing to forge.
fn comes_from_our_pages(request: &HttpRequest) -> Result<(), Failure> {
    if request.method().is_safe() || is_same_origin(request) {
        Ok(())
    } else {
        Err(Failure::CsrfFailed)
    }
}
// ANCHOR_END: chain

/// That it is a token says its scheme; whether there is one at all is seen by the number of words.
fn bad_token(request: &HttpRequest) -> Failure {
    let line = request.headers().get(AUTHORIZATION);
    let words = line.map(|line| basic::words(line.as_bytes()).count());
    let (code, detail) = match words {
        Some(2) | None => (
            "token_not_valid",
            "Given token not valid for any token type",
        ),
        Some(_) => (
            "bad_authorization_header",
            "Authorization header must contain two space-delimited values",
        ),
    };
    Failure::AuthenticationFailed {
        by: Authenticator::Jwt,
        code,
        detail,
    }
}
