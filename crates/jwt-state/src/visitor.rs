//! Who is asking.

use std::{future::Future, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{AUTHORIZATION, HeaderMap, HeaderValue},
    web::Data,
};
use contract::{
    Problem,
    accounts::Role,
    wire::{Timestamp, User},
};

use crate::{
    Server,
    credential::{Claims, Kind, is_of},
};

/// The sender of a request, as far as his access token is believed.
pub(crate) struct Visitor {
    /// The login; or, without one, the 401 that says whether a token was sent.
    login: Result<Login, Problem>,
    /// The family that the token descends from, be its time over or not: a login
    /// can be ended by who may no longer use it.
    pub(crate) family: Option<String>,
}

/// What an access token proves.
pub(crate) struct Login {
    pub(crate) user: User,
    pub(crate) authenticated_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    /// The family that the token descends from.
    pub(crate) family: String,
}

impl Visitor {
    // ANCHOR: visitor
    /// Step by step; what a step does not believe makes the visitor an anonymous one.
    async fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let server = request
            .app_data::<Data<Server>>()
            .ok_or(Problem::Internal)?;
        let anonymous = |login| Self {
            login: Err(login),
            family: None,
        };

        // 1. Find the credential.
        let token = match find(request.headers())? {
            Found::None => return Ok(anonymous(Problem::LoginRequired)),
            Found::Unreadable => return Ok(anonymous(Problem::InvalidToken)),
            Found::One(token) => token,
        };
        // 2. Is it ours, and is its time not over?
        let Some(claims) = server.signer.read_expired(Kind::Access, token) else {
            return Ok(anonymous(Problem::InvalidToken));
        };
        let ended = Self {
            login: Err(Problem::InvalidToken),
            family: Some(claims.sid.clone()),
        };
        let Some(mut login) = Login::claimed(&claims).filter(|_| !server.signer.is_over(&claims))
        else {
            return Ok(ended);
        };
        // 3. Has it been ended? Only `hardened` can know.
        if server.looks_up() && !server.is_live(&mut login).await? {
            return Ok(ended);
        }
        Ok(Self {
            login: Ok(login),
            ..ended
        })
    }
    // ANCHOR_END: visitor

    /// The login, or 401.
    pub(crate) fn login(&self) -> Result<&Login, Problem> {
        self.login.as_ref().map_err(Clone::clone)
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

impl Login {
    fn claimed(claims: &Claims) -> Option<Self> {
        Some(Self {
            user: claims.user()?,
            authenticated_at: claims.authenticated_at(),
            expires_at: claims.expires_at(),
            family: claims.sid.clone(),
        })
    }
}

impl Server {
    /// Looks up whether the family is alive and the account still is what it was
    /// at login. What changed since then, such as a role, is taken over.
    async fn is_live(&self, login: &mut Login) -> Result<bool, Problem> {
        let Some(family) = self.store.family(&login.family).await? else {
            return Ok(false);
        };
        let account = self.accounts.by_id(login.user.id)?;
        let Some(account) = account.filter(|account| is_of(&family, account)) else {
            return Ok(false);
        };
        login.user = account.as_ref().into();
        Ok(true)
    }
}

enum Found<'a> {
    None,
    One(&'a str),
    Unreadable,
}

/// Looks at `Authorization` and nowhere else: a token in a URL ends up in logs,
/// and one in a cookie would bring cross-site request forgery back (RFC 6750
/// section 2, ASVS 5.0, 14.2.1).
fn find(headers: &HeaderMap) -> Result<Found<'_>, Problem> {
    let Some(line) = authorization(headers)? else {
        return Ok(Found::None);
    };
    let Ok(line) = line.to_str() else {
        return Ok(Found::Unreadable);
    };
    // One space, and the scheme in any case (RFC 9110 section 11.4).
    let (scheme, token) = line.split_once(' ').unwrap_or((line, ""));
    if scheme.eq_ignore_ascii_case("bearer") {
        Ok(Found::One(token))
    } else {
        Ok(Found::None)
    }
}

/// The line that may carry the token. Two of them could mean two people, and a
/// logout that picks one has perhaps not ended the other: 400 (RFC 6750 section 3.1).
pub(crate) fn authorization(headers: &HeaderMap) -> Result<Option<&HeaderValue>, Problem> {
    let mut lines = headers.get_all(AUTHORIZATION);
    let line = lines.next();
    match lines.next() {
        None => Ok(line),
        Some(_) => Err(Problem::MalformedRequest),
    }
}

impl FromRequest for Visitor {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[&[u8]]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(line).unwrap());
        }
        match find(&headers) {
            Err(problem) => problem.name().to_owned(),
            Ok(Found::None) => "none".to_owned(),
            Ok(Found::Unreadable) => "unreadable".to_owned(),
            Ok(Found::One(token)) => format!("one {token}"),
        }
    }

    #[test]
    fn one_bearer_token_is_found_and_two_lines_are_an_error() {
        assert_eq!(found(&[]), "none");
        assert_eq!(found(&[b"Bearer a.b.c"]), "one a.b.c");
        assert_eq!(found(&[b"bEARER a.b.c"]), "one a.b.c");
        assert_eq!(found(&[b"Basic YTpi"]), "none");
        assert_eq!(found(&[b"Bearer"]), "one ");
        assert_eq!(found(&[b"Bearer  a.b.c"]), "one  a.b.c");
        assert_eq!(found(&[b"Bearer \xff"]), "unreadable");
        for first in [&b"Bearer a.b.c"[..], b"Basic YTpi", b"Bearer \xff", b""] {
            assert_eq!(found(&[first, b"Bearer a.b.c"]), "malformed-request");
        }
    }
}
