//! Who is asking.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use contract::{
    Problem,
    accounts::Role,
    cookies::{self, Found},
};

use crate::{
    COOKIE, Server,
    credential::{Contents, Login},
};

/// The sender of a request, as far as its cookie is believed.
pub(crate) struct Visitor {
    /// What was in the cookie; nothing for a visitor without one, or with one that is dead.
    pub(crate) contents: Option<Contents>,
}

impl Visitor {
    // ANCHOR: visitor
    /// Step by step; what a step does not believe makes the visitor an anonymous one.
    async fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let server = request
            .app_data::<Data<Server>>()
            .ok_or(Problem::Internal)?;
        let anonymous = Self { contents: None };

        // 1. Find the credential.
        let value = match cookies::find(request.headers(), COOKIE) {
            Found::None => return Ok(anonymous),
            Found::One(value) => value,
            // Nobody can tell which of them to end, say, or to believe.
            Found::Ambiguous => return Err(Problem::MalformedRequest),
        };
        // 2. Is it ours, and is its time not over?
        let Some(mut contents) = server.seal.open(value) else {
            return Ok(anonymous);
        };
        // 3. Has it been ended? Only `hardened` can know.
        if server.looks_up() && !server.is_live(&mut contents).await? {
            return Ok(anonymous);
        }
        Ok(Self {
            contents: Some(contents),
        })
    }
    // ANCHOR_END: visitor

    /// The login, or 401.
    pub(crate) fn login(&self) -> Result<(&Contents, &Login), Problem> {
        let contents = self.contents.as_ref().ok_or(Problem::LoginRequired)?;
        let login = contents.login.as_ref().ok_or(Problem::LoginRequired)?;
        Ok((contents, login))
    }

    /// The login with the role `admin`, or 401, or 403.
    pub(crate) fn admin(&self) -> Result<&Login, Problem> {
        let (_, login) = self.login()?;
        if login.user.roles.contains(&Role::Admin) {
            Ok(login)
        } else {
            Err(Problem::RoleRequired)
        }
    }
}

impl Server {
    /// Looks up whether the cookie was revoked, and whether its account still is
    /// what it was at login. What changed since then, such as a role, is taken over.
    async fn is_live(&self, contents: &mut Contents) -> Result<bool, Problem> {
        // Without a login there is nothing to end: no list is kept of strangers.
        let Some(login) = &mut contents.login else {
            return Ok(true);
        };
        if self
            .store
            .is_revoked(&contents.id, contents.version)
            .await?
        {
            return Ok(false);
        }
        let account = self.accounts.by_id(login.user.id)?;
        let Some(account) = account.filter(|a| !a.disabled && a.epoch == login.epoch) else {
            return Ok(false);
        };
        login.user = account.as_ref().into();
        Ok(true)
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
