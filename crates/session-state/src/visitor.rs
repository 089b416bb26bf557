//! Who is asking.

use std::{
    cell::RefCell,
    future::{Ready, ready},
    rc::Rc,
    time::Duration,
};

use actix_identity::{Identity, IdentityExt, IdentityMiddleware};
use actix_session::{Session, SessionExt, SessionMiddleware};
use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest, Resource, ResponseError,
    body::MessageBody,
    cookie::{Cookie, Key},
    dev::{HttpServiceFactory, Payload, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::{self, HeaderMap, HeaderValue},
    middleware::{Next, from_fn},
};
use contract::{
    Problem,
    accounts::{Account, Role},
    cookies::{self, Found as Sent},
    wire::Timestamp,
};

use crate::{
    COOKIE,
    credential::{ASIDE, Cookie as Fate, Found, Sessions},
};

/// A use of a session is written down this often. It is for the list of logins; the idle time
/// does not rest on it.
const NOTED_EVERY: Duration = Duration::from_secs(60);

/// Puts a route behind the session, step by step from the outside in.
pub(crate) fn behind(
    route: Resource,
    sessions: &Sessions,
    seal: &Key,
) -> impl HttpServiceFactory + use<> {
    let session = SessionMiddleware::builder(sessions.clone(), seal.clone())
        .cookie_name(COOKIE.to_owned())
        .build();
    let identity = IdentityMiddleware::builder().id_key("account").build();
    // The last is the outermost.
    route
        .wrap(from_fn(note))
        .wrap(identity)
        .wrap(session)
        .wrap(from_fn(carry))
}

// ANCHOR: visitor
/// Between the wire and actix-session.
async fn carry(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    // 1. Find the credential. actix-session reads cookies decoded, and takes the first of two;
    //    so it gets to see one cookie, ours, or none.
    let only = match cookies::find(request.headers(), COOKIE) {
        Sent::One(value) if is_only_spelling(value) => Some(format!("{COOKIE}={value}")),
        Sent::One(_) | Sent::None => None,
        // Nobody can tell which of them to end, say, or to believe.
        Sent::Ambiguous => return Err(Problem::MalformedRequest.into()),
    };
    request.headers_mut().remove(header::COOKIE);
    if let Some(line) = only.and_then(|line| HeaderValue::try_from(line).ok()) {
        request.headers_mut().insert(header::COOKIE, line);
    }
    // 2. Is it ours, and is its time not over? 3. Has it been ended? actix-session asks our store,
    //    and the handler comes after that.
    let (outcome, aside) = ASIDE
        .scope(RefCell::default(), async {
            let outcome = next.call(request).await;
            (outcome, ASIDE.with(RefCell::take))
        })
        .await;
    match outcome {
        Ok(mut response) => {
            finish(response.headers_mut(), aside.cookie);
            Ok(response)
        }
        // The store refused. Only the problem goes out: no cookie, and no deletion of one.
        Err(error) => {
            let refusal = aside.refusal.map(|problem| problem.error_response());
            let mut response = refusal.unwrap_or_else(|| error.error_response());
            finish(response.headers_mut(), Fate::AsItIs);
            Err(InternalError::from_response(error, response).into())
        }
    }
}
// ANCHOR_END: visitor

/// actix-session decodes `%41` to `A`. A credential has one spelling here: the one that was sent
/// out.
fn is_only_spelling(value: &str) -> bool {
    let pair = format!("{COOKIE}={value}");
    Cookie::parse_encoded(&pair).is_ok_and(|cookie| cookie.encoded().to_string() == pair)
}

/// The answer depends on the cookie; and the cookie is as its session wants it.
fn finish(headers: &mut HeaderMap, fate: Fate) {
    headers.append(header::VARY, HeaderValue::from_static("Cookie"));
    match fate {
        Fate::AsItIs => {}
        Fate::NotNeeded => {
            headers.remove(header::SET_COOKIE);
        }
        Fate::Kept(span) => {
            let sent = headers
                .get(header::SET_COOKIE)
                .and_then(|line| line.to_str().ok());
            let kept = sent.map(|line| format!("{line}; Max-Age={}", span.as_secs()));
            if let Some(line) = kept.and_then(|line| HeaderValue::try_from(line).ok()) {
                headers.insert(header::SET_COOKIE, line);
            }
        }
    }
}

/// Between actix-session and the handlers.
async fn note(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let session = request.get_session();
    let seen_at = ASIDE.with(|aside| aside.borrow().found.as_ref().map(|f| f.record.seen_at));
    if seen_at.is_some_and(|at| Timestamp::from_unix(at).plus(NOTED_EVERY).has_come()) {
        session
            .insert("seen_at", Timestamp::now().unix())
            .map_err(|_| Problem::Internal)?;
    }
    let response = next.call(request).await?;
    if response.status().is_server_error() {
        // "503: nothing was changed." The session itself is in the extensions, and without it
        // actix-session has nothing to save.
        response.request().extensions_mut().clear();
    }
    Ok(response)
}

/// The sender of a request, as far as the cookie is believed.
pub(crate) struct Visitor {
    /// To read and write; nothing is kept and no cookie is sent until something is written.
    pub(crate) session: Session,
    /// The session that was there when the request came.
    pub(crate) found: Option<Rc<Found>>,
    identity: Option<Identity>,
}

impl Visitor {
    /// The login, or 401. The account, and so its roles, are what they are now.
    pub(crate) fn login(&self) -> Result<(&Found, &Account), Problem> {
        let found = self.found.as_deref().ok_or(Problem::LoginRequired)?;
        let account = found.account.as_deref().ok_or(Problem::LoginRequired)?;
        Ok((found, account))
    }

    /// The login with the role `admin`, or 401, or 403.
    pub(crate) fn admin(&self) -> Result<&Account, Problem> {
        let (_, account) = self.login()?;
        if account.has(Role::Admin) {
            Ok(account)
        } else {
            Err(Problem::RoleRequired)
        }
    }

    /// Ends the session, logged in or not, when the answer goes out.
    pub(crate) fn log_out(self) {
        match self.identity {
            Some(identity) => identity.logout(),
            None => self.session.purge(),
        }
    }
}

impl FromRequest for Visitor {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = ASIDE.with(|aside| aside.borrow().found.clone());
        let (session, identity) = (request.get_session(), request.get_identity().ok());
        ready(Ok(Self {
            session,
            found,
            identity,
        }))
    }
}
