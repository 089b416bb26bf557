//! Who is asking.

mod contents;
mod life;
mod noting;
mod reader;
mod reading;
mod spelling;

use std::{
    cell::RefCell,
    future::{Ready, ready},
    rc::Rc,
};

use actix_identity::IdentityMiddleware;
use actix_session::{Session, SessionExt, SessionMiddleware};
use actix_web::{
    Error, FromRequest, HttpRequest, Resource, ResponseError,
    body::MessageBody,
    dev::{HttpServiceFactory, Payload, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::{self, HeaderMap, HeaderValue},
    middleware::{Next, from_fn},
};
use contract::{
    Problem,
    accounts::{Account, Role},
    cookies::{self, Found as Sent},
};

use crate::{
    COOKIE,
    credential::{ACCOUNT, ASIDE, Aside, Cookie as Fate, Found, Sessions, delete_cookie},
};
use noting::note;
pub use reader::Reader;
use spelling::is_only_spelling;
pub(crate) use spelling::unescaped;

/// How a line begins that has the browser forget the cookie.
const DELETED: &str = "__Host-session=;";

impl Sessions {
    /// Puts a route behind the session, step by step from the outside in.
    ///
    /// Its handlers may take a [`Visitor`], and beside it actix-session's `Session` and
    /// actix-identity's `Identity`. The answer says `Vary: Cookie` where a handler has taken a
    /// [`Visitor`] or has changed the session. One that takes `Session` alone, only to read, has
    /// to say it itself: nobody can see that it looked.
    pub fn behind(&self, route: Resource) -> impl HttpServiceFactory + use<> {
        let session = SessionMiddleware::builder(self.clone(), self.ring.current())
            .cookie_name(COOKIE.to_owned())
            .build();
        let identity = IdentityMiddleware::builder().id_key(ACCOUNT).build();
        let often = self.noted_every();
        let sessions = Rc::new(self.clone());
        // The last is the outermost.
        route
            .app_data(Rc::clone(&sessions))
            .wrap(from_fn(move |request, next| note(often, request, next)))
            .wrap(identity)
            .wrap(session)
            .wrap(from_fn(move |request, next| {
                carry(Rc::clone(&sessions), request, next)
            }))
    }
}

// ANCHOR: visitor
/// Between the wire and actix-session.
async fn carry(
    sessions: Rc<Sessions>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    // 1. Find the credential. actix-session reads cookies decoded, and takes the first of two;
    //    so it gets to see one cookie, ours, or none.
    let mut renewed = None;
    let only = match cookies::find(request.headers(), COOKIE) {
        Sent::One(value) if is_only_spelling(value) => {
            renewed = sessions.ring.renewed(value);
            Some(format!("{COOKIE}={}", renewed.as_deref().unwrap_or(value)))
        }
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
    let aside = Rc::<RefCell<Aside>>::default();
    let outcome = ASIDE.scope(Rc::clone(&aside), next.call(request)).await;
    let aside = aside.take();
    match outcome {
        Ok(mut response) => {
            finish(response.headers_mut(), aside.looked, aside.cookie);
            if let (Some(value), Some(found)) = (renewed, aside.found) {
                sessions.give_anew(&value, &found, response.headers_mut());
            }
            Ok(response)
        }
        // The store refused. Only the problem goes out: no cookie, and no deletion of one.
        Err(error) => {
            let refusal = aside.refusal.map(|problem| problem.error_response());
            let mut response = refusal.unwrap_or_else(|| error.error_response());
            finish(response.headers_mut(), true, Fate::AsItIs);
            Err(InternalError::from_response(error, response).into())
        }
    }
}
// ANCHOR_END: visitor

/// Whether the answer depends on the cookie; and the cookie is as its session wants it.
fn finish(headers: &mut HeaderMap, looked: bool, fate: Fate) {
    if looked {
        headers.append(header::VARY, HeaderValue::from_static("Cookie"));
    }
    // actix-session dates its deletion a year back; all of ours are alike.
    let sent = headers.get(header::SET_COOKIE);
    if sent.is_some_and(|line| line.as_bytes().starts_with(DELETED.as_bytes()))
        && let Ok(line) = delete_cookie()
    {
        headers.insert(header::SET_COOKIE, line);
    }
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

/// The sender of a request, as far as the cookie is believed, and what is kept of them: who is
/// logged in, until when, and what they or the application put in.
///
/// Take it in a handler behind [`Sessions::behind`]. Nothing is kept, and no cookie is sent, until
/// something is written. What is written is kept when the answer goes out, in one step, and only
/// when its status is below 500. When the session ends meanwhile, the answer is 401 and nothing
/// is kept: no write brings a session back.
///
/// ```
/// use actix_web::{App, HttpResponse, cookie::Cookie, test, web};
/// use contract::{Problem, accounts::Accounts, settings::MasterKey};
/// use session_state::{SessionsFactory, Settings, Visitor};
///
/// async fn buy(visitor: Visitor, what: web::Path<String>) -> Result<HttpResponse, Problem> {
///     let mut basket: Vec<String> = visitor.get("basket")?.unwrap_or_default();
///     basket.push(what.into_inner());
///     visitor.set("basket", &basket)?;
///     Ok(HttpResponse::Ok().json(basket))
/// }
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use clap::Parser;
/// let settings = Settings::parse_from(["shop"]);
/// let factory = SessionsFactory::new(&settings, Accounts::in_memory()?, &MasterKey::random());
/// let sessions = factory.sessions(store::Source::embedded(1 << 20).open()?);
/// let route = web::resource("/basket/{what}").route(web::post().to(buy));
/// let shop = test::init_service(App::new().service(sessions.behind(route))).await;
///
/// let tea = test::TestRequest::post().uri("/basket/tea").to_request();
/// let answer = test::call_service(&shop, tea).await;
/// let cookie: Cookie = answer.response().cookies().next().unwrap().into_owned();
/// let milk = test::TestRequest::post().uri("/basket/milk").cookie(cookie).to_request();
/// let basket: Vec<String> = test::call_and_read_body_json(&shop, milk).await;
/// assert_eq!(basket, ["tea", "milk"]);
/// # Ok(())
/// # }
/// ```
///
/// | to do | ask |
/// |---|---|
/// | read and write | [`get`](Self::get), [`get_or`](Self::get_or), [`has`](Self::has), [`keys`](Self::keys), [`set`](Self::set), [`set_default`](Self::set_default), [`delete`](Self::delete), [`pop`](Self::pop), [`clear`](Self::clear) |
/// | count | [`update`](Self::update), [`increment`](Self::increment) |
/// | log in and out | [`log_in`](Self::log_in), [`login`](Self::login), [`admin`](Self::admin), [`flush`](Self::flush), [`cycle_key`](Self::cycle_key) |
/// | lifetime | [`set_expiry`](Self::set_expiry), [`expiry_date`](Self::expiry_date), [`expiry_age`](Self::expiry_age), [`expires_at_browser_close`](Self::expires_at_browser_close) |
/// | does the browser take cookies? | [`set_test_cookie`](Self::set_test_cookie), [`test_cookie_worked`](Self::test_cookie_worked), [`delete_test_cookie`](Self::delete_test_cookie) |
pub struct Visitor {
    request: HttpRequest,
    session: Session,
    /// The session that was there when the request came.
    pub(crate) found: Option<Rc<Found>>,
    sessions: Rc<Sessions>,
    aside: Rc<RefCell<Aside>>,
}

impl Visitor {
    /// The login, or 401. The account, and so its roles, are what they are now.
    pub(crate) fn found_login(&self) -> Result<(&Found, &Account), Problem> {
        login(self.found.as_deref())
    }

    /// The account that is logged in, as it is now, or 401.
    pub fn login(&self) -> Result<&Account, Problem> {
        self.found_login().map(|(_, account)| account)
    }

    /// The same if it has the role `admin`, or 401, or 403.
    pub fn admin(&self) -> Result<&Account, Problem> {
        admin(self.login()?)
    }
}

/// The login that a session stands for, or 401.
fn login(found: Option<&Found>) -> Result<(&Found, &Account), Problem> {
    let found = found.ok_or(Problem::LoginRequired)?;
    let account = found.account.as_deref().ok_or(Problem::LoginRequired)?;
    Ok((found, account))
}

/// The same account if it has the role `admin`, or 403.
fn admin(account: &Account) -> Result<&Account, Problem> {
    match account.has(Role::Admin) {
        true => Ok(account),
        false => Err(Problem::RoleRequired),
    }
}

impl FromRequest for Visitor {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let sessions = request.app_data::<Rc<Sessions>>();
        let (Some(sessions), Ok(aside)) = (sessions, ASIDE.try_with(Rc::clone)) else {
            log::error!(
                "{} takes a Visitor and is not behind Sessions::behind",
                request.path()
            );
            return ready(Err(Problem::Internal));
        };
        aside.borrow_mut().looked = true;
        let found = aside.borrow().found.clone();
        ready(Ok(Self {
            session: request.get_session(),
            request: request.clone(),
            found,
            sessions: Rc::clone(sessions),
            aside,
        }))
    }
}
