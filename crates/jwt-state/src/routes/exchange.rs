//! What only tokens have: they are exchanged for the next ones, several of them end a login, and
//! anybody can check them.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, HeaderMap},
    web::{Bytes, Data},
};
use contract::{Problem, body::object_or_default};
use serde::Deserialize;

use super::Answer;
use crate::{Tokens, credential::Kind, visitor::Visitor};

/// The body of `POST /refresh`; it may be missing where a cookie carries the token.
#[derive(Default, Deserialize)]
struct RefreshRequest {
    refresh: Option<String>,
}

/// The body of `POST /logout`, where it has one.
#[derive(Default, Deserialize)]
pub(super) struct LogoutRequest {
    pub(super) refresh: Option<String>,
}

/// `POST /refresh`
pub(super) async fn refresh(tokens: Data<Tokens>, request: HttpRequest, body: Bytes) -> Answer {
    tokens.settings.access_line(request.headers())?;
    let body: RefreshRequest = object_or_default(&body)?;
    let found = tokens
        .settings
        .find_refresh(body.refresh, request.headers())?;
    let refresh = match found {
        Some(refresh) => refresh,
        // A browser without the cookie is not logged in; a body without the member is none.
        None if tokens.settings.delivery.refresh_in_cookie() => return Err(Problem::LoginRequired),
        None => return Err(Problem::MalformedRequest),
    };
    let pair = tokens.exchange(&refresh).await?;
    tokens.give(&pair)
}

impl Tokens {
    /// Ends the logins behind the tokens that a request holds, be their time over or not: a login
    /// can be ended by who may no longer use it.
    pub(super) async fn end_logins(
        &self,
        visitor: &Visitor,
        refresh: Option<String>,
        request: &HttpRequest,
    ) -> Result<(), Problem> {
        // What cannot be read as one login is refused before anything has ended.
        self.end_carried(refresh, request.headers()).await?;
        if let Some(family) = &visitor.family {
            self.store.end_family(family).await?;
        }
        Ok(())
    }

    /// The same for a refresh token and what stands in cookies: each is about to be taken out of
    /// the browser's hand, so none of them may go on in another.
    pub(super) async fn end_carried(
        &self,
        refresh: Option<String>,
        headers: &HeaderMap,
    ) -> Result<(), Problem> {
        let refresh = self.settings.find_refresh(refresh, headers)?;
        let access = self.settings.access_cookie(headers)?;
        let sent = [
            refresh.and_then(|token| self.signer.read_expired(Kind::Refresh, &token)),
            access.and_then(|token| self.signer.read_expired(Kind::Access, token)),
        ];
        for claims in sent.iter().flatten() {
            self.store.end_family(&claims.sid).await?;
        }
        Ok(())
    }
}

/// `GET /.well-known/jwks.json`
pub(super) async fn published_keys(tokens: Data<Tokens>) -> Answer {
    // Others look here for a key that they do not know yet. Five minutes are
    // what a new one waits before it may sign.
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .json(tokens.signer.published()))
}
