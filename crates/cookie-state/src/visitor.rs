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
    /// The browser should get the cookie again: its idle end has moved, or its key is from before.
    pub(crate) is_due: bool,
}

impl Visitor {
    // ANCHOR: visitor
    /// Step by step; what a step does not believe makes the visitor an anonymous one.
    async fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let server = request
            .app_data::<Data<Server>>()
            .ok_or(Problem::Internal)?;
        let anonymous = Self {
            contents: None,
            is_due: false,
        };

        // 1. Find the credential.
        let value = match cookies::find(request.headers(), COOKIE) {
            Found::None => return Ok(anonymous),
            Found::One(value) => value,
            // Nobody can tell which of them to end, say, or to believe.
            Found::Ambiguous => return Err(Problem::MalformedRequest),
        };
        // 2. Is it ours, and is its time not over?
        let Some((mut contents, with_old_key)) = server.seal.open(value) else {
            return Ok(anonymous);
        };
        // 3. Has it been ended, or a newer one used? Only `hardened` can know.
        if server.looks_up() && !Box::pin(server.is_live(&mut contents)).await? {
            return Ok(anonymous);
        }
        // 4. It is used, so its end lies further on.
        let has_moved = contents.use_now(server.settings.lifetime);
        Ok(Self {
            contents: Some(contents),
            is_due: has_moved || with_old_key,
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
        let lasts = contents.longest_life();
        // Without a login there is nothing to end: no list is kept of strangers.
        let Some(login) = &mut contents.login else {
            return Ok(true);
        };
        let lowest = self.store.lowest_alive(&contents.id).await?;
        let Some(lowest) = lowest.filter(|lowest| contents.version >= *lowest) else {
            return Ok(false);
        };
        let account = self.accounts.by_id(login.user.id)?;
        let Some(account) = account.filter(|a| !a.disabled && a.epoch == login.epoch) else {
            return Ok(false);
        };
        login.user = account.as_ref().into();
        // Roll-back: the use of a newer copy ends the older ones. Its making does not: an answer
        // that was lost on the way would log its visitor out.
        if contents.version > lowest {
            let (id, version) = (&contents.id, contents.version);
            self.store.supersede(id, version, lasts).await?;
        }
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
