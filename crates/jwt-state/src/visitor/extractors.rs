//! Who is asking, as arguments of handlers. All three need the [`Tokens`] of the server among the
//! application data, as [`crate::start`] puts them there.

use std::{future::Future, ops::Deref, pin::Pin, sync::Arc};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use contract::{Problem, accounts::Account};

use super::{Found, Login, Stranger, Visitor};
use crate::{
    Claims, Tokens,
    credential::{Kind, TokenFault},
};

/// The account of a login that is alive, out of the database: in either profile it is looked up
/// for this request. 401 without one, 503 when the store does not answer.
pub struct LiveAccount(Arc<Account>);

impl Deref for LiveAccount {
    type Target = Account;

    fn deref(&self) -> &Account {
        &self.0
    }
}

type Looked<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

async fn claims(request: &HttpRequest) -> Result<Arc<Claims>, Problem> {
    let tokens = Tokens::of(request)?;
    let claims = match tokens.settings.find_access(request.headers())? {
        Found::None => Err(Stranger::NoToken),
        Found::Unreadable => Err(Stranger::Token(TokenFault::Invalid)),
        Found::InHeader(token) | Found::InCookie(token) => {
            tokens.signer.know_key_of(token).await;
            let read = tokens.signer.read(Kind::Access, token);
            read.map_err(Stranger::Token)
        }
    };
    Ok(claims?)
}

impl FromRequest for Claims {
    type Error = Problem;
    type Future = Looked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { claims(&request).await.map(Arc::unwrap_or_clone) })
    }
}

impl FromRequest for LiveAccount {
    type Error = Problem;
    type Future = Looked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let tokens = Tokens::of(&request)?;
            let claims = claims(&request).await?;
            // Numbers of another issuer are not those of accounts here.
            let id = claims.account().filter(|_| !claims.is_of_others);
            let id = id.ok_or(Problem::InvalidToken)?;
            let (_, account) = tokens.alive(&claims.sid, id).await?;
            Ok(Self(account))
        })
    }
}

impl FromRequest for Login {
    type Error = Problem;
    type Future = Looked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let login = Tokens::of(&request)?.authenticate(&request).await?;
            login.ok_or(Problem::LoginRequired)
        })
    }
}

impl FromRequest for Visitor {
    type Error = Problem;
    type Future = Looked<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(Tokens::of(&request)?, &request).await })
    }
}
