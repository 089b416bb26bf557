//! The server under test: where it is, how it is spelt, what it offers.

use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use crate::csrf::CsrfTokens;
use crate::http::{Base, Client, Exchange, Held, HttpError, Raw, Request};
use crate::journal::Journal;
use crate::mechanism::{Mechanism, Profile};
use crate::outcome::Stop;
use crate::routes::{Fields, Route, Routes};
use crate::seams::{Seam, Seams};

/// How long a case waits in all when the server says `Retry-After`.
const PATIENCE: u64 = 60;

/// Somebody who can log in.
#[derive(Clone)]
pub struct Account {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
    /// The e-mail address, where one can log in with it.
    pub email: Option<String>,
}

impl Account {
    fn seeded(username: &str, password: &str) -> Self {
        let email = Some(format!("{username}@example.test"));
        Self {
            username: username.into(),
            password: password.into(),
            email,
        }
    }
}

/// What a target promises in numbers. A check tries the edges of what stands here.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Promises {
    /// Seconds by which its clock and that of a token's issuer may differ.
    pub leeway: u64,
    /// Seconds within which a refresh token may be exchanged once more.
    pub refresh_grace: u64,
    /// Wrong passwords for one account after which the next try has to wait.
    pub login_failures: Option<u64>,
}

/// A server under test.
pub struct Target {
    client: Client,
    /// How it remembers visitors.
    pub mechanism: Mechanism,
    /// What it promises.
    pub profile: Profile,
    /// Where things are.
    pub routes: Routes,
    /// Of the routes, those that nobody said are there: [`Target::drop_absent_routes`].
    pub(crate) assumed: Vec<&'static str>,
    /// How the JSON is spelt.
    pub fields: Fields,
    /// The credential's cookie. `None`: the one at login that opens the resource.
    pub cookie: Option<String>,
    /// The cookie of the refresh token, where it is in one.
    pub refresh_cookie: Option<String>,
    /// The tokens by which it knows its own pages, where it hands such out.
    pub csrf: Option<CsrfTokens>,
    /// The account that most cases use; a few change its password, and back.
    pub user: Account,
    /// Somebody else.
    pub second: Option<Account>,
    /// Somebody with the role `admin`.
    pub admin: Option<Account>,
    /// What its documentation says in numbers.
    pub promises: Promises,
    /// What it offers beyond HTTP.
    pub seams: Seams,
    /// Told when a case has to wait or could not clean up.
    pub notice: fn(&str),
    pub(crate) journal: Arc<Mutex<Journal>>,
    pub(crate) found_cookie: OnceLock<String>,
}

impl Target {
    /// A server that keeps to the contract.
    ///
    /// # Errors
    /// A sentence for the user, when the URL is none.
    pub fn new(url: &str, mechanism: Mechanism, profile: Profile) -> Result<Self, String> {
        Self::trusting(url, mechanism, profile, None)
    }

    /// The same, with certificates (PEM) to trust besides the public ones.
    ///
    /// # Errors
    /// A sentence for the user.
    pub fn trusting(
        url: &str,
        mechanism: Mechanism,
        profile: Profile,
        ca_file: Option<&Path>,
    ) -> Result<Self, String> {
        Ok(Self {
            client: Client::new(Base::parse(url)?, ca_file)?,
            mechanism,
            profile,
            routes: Routes::default(),
            assumed: Vec::new(),
            fields: Fields::default(),
            cookie: None,
            refresh_cookie: None,
            csrf: None,
            user: Account::seeded("alice", "wonderland"),
            second: Some(Account::seeded("bob", "builder")),
            admin: Some(Account::seeded("root", "toor-toor")),
            promises: Promises::default(),
            seams: Seams::default(),
            notice: |_| (),
            journal: Arc::default(),
            found_cookie: OnceLock::new(),
        })
    }

    /// Another instance as a target of its own, without seams. What is seen there is
    /// seen here: secrets are masked, and a server error is one of the target.
    pub(crate) fn elsewhere(&self, url: &str) -> Result<Self, Stop> {
        let broken = |why| Stop::broken("another instance of the target", why);
        let base = Base::parse(url).map_err(broken)?;
        Ok(Self {
            client: self.client.at(base).map_err(broken)?,
            mechanism: self.mechanism,
            profile: self.profile,
            routes: self.routes.clone(),
            assumed: Vec::new(),
            fields: self.fields.clone(),
            cookie: self.cookie.clone(),
            refresh_cookie: self.refresh_cookie.clone(),
            csrf: self.csrf.clone(),
            user: self.user.clone(),
            second: self.second.clone(),
            admin: self.admin.clone(),
            promises: self.promises,
            seams: Seams::default(),
            notice: self.notice,
            journal: Arc::clone(&self.journal),
            found_cookie: self.found_cookie.clone(),
        })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Where it is.
    #[must_use]
    pub fn base(&self) -> &Base {
        self.client.base()
    }

    /// Does anybody listen there?
    ///
    /// # Errors
    /// Why not.
    pub fn probe(&self) -> Result<(), HttpError> {
        self.client.probe()
    }

    /// Somebody else, or the case is untestable.
    pub(crate) fn second(&self) -> Result<&Account, Stop> {
        self.second
            .as_ref()
            .ok_or(Stop::Untestable(Seam::SecondAccount))
    }

    /// An admin, or the case is untestable.
    pub(crate) fn admin(&self) -> Result<&Account, Stop> {
        self.admin
            .as_ref()
            .ok_or(Stop::Untestable(Seam::AdminAccount))
    }

    /// A route that a target need not have, or the case is untestable.
    pub(crate) fn route<'t>(
        &self,
        route: &'t Option<Route>,
        name: &'static str,
    ) -> Result<&'t Route, Stop> {
        route.as_ref().ok_or(Stop::Untestable(Seam::Route(name)))
    }

    /// A request for a route as the target's own page would send it: a browser
    /// puts `Origin` and `Sec-Fetch-Site` on whatever is not a plain GET.
    pub(crate) fn request(&self, route: &Route) -> Request {
        self.request_at(route, "")
    }

    /// The same, with `{key}` or `{id}` filled in.
    pub(crate) fn request_at(&self, route: &Route, place: &str) -> Request {
        let path = route.path.replace("{key}", place).replace("{id}", place);
        let request = Request::new(&route.method, &format!("{}{path}", self.base().prefix()));
        let request = request.header("Accept", "application/json");
        if !route.is_unsafe() {
            return request;
        }
        let origin = self.base().origin();
        let mut request = request
            .header("Origin", origin)
            .header("Sec-Fetch-Site", "same-origin");
        request.is_of_the_own_page = true;
        request
    }

    /// Sends it. No answer at all breaks the case.
    pub(crate) fn send(&self, request: &Request) -> Result<Exchange, Stop> {
        let answer = self
            .with_csrf_token(request)
            .and_then(|request| self.client.send(&request));
        self.noted(request, answer)
    }

    /// A connection for bytes that no client would send.
    pub(crate) fn raw(&self) -> Result<Raw, HttpError> {
        self.client.raw()
    }

    /// All but the last byte of it.
    pub(crate) fn hold(&self, request: &Request) -> Result<Held, HttpError> {
        self.client.hold(&self.with_csrf_token(request)?)
    }

    /// Sends it and hands the lack of an answer to the caller.
    pub(crate) fn try_send(&self, request: &Request) -> Result<Exchange, HttpError> {
        let exchange = self.client.send(&self.with_csrf_token(request)?)?;
        self.note(&exchange);
        Ok(exchange)
    }

    pub(crate) fn noted(
        &self,
        request: &Request,
        answer: Result<Exchange, HttpError>,
    ) -> Result<Exchange, Stop> {
        let line = format!("{} {}", request.method, request.path);
        let exchange = answer.map_err(|error| {
            let sent = Exchange::unanswered(request, &self.base().authority());
            Stop::broken_by(format!("an answer to {line}"), error.to_string(), &sent)
        })?;
        self.note(&exchange);
        Ok(exchange)
    }

    /// Sends it, and again when the server asks to wait (429, 503 `Retry-After`).
    pub(crate) fn send_patiently(&self, request: &Request) -> Result<Exchange, Stop> {
        let mut waited = 0;
        loop {
            let exchange = self.send(request)?;
            let busy = matches!(exchange.response.status, 429 | 503);
            let Some(seconds) = exchange.response.retry_after().filter(|_| busy) else {
                return Ok(exchange);
            };
            let seconds = seconds.max(1);
            if waited + seconds > PATIENCE {
                let actual = format!("{}, Retry-After: {seconds}", exchange.line());
                let expected = format!("an answer after at most {PATIENCE} s of waiting");
                return Err(Stop::broken_by(expected, actual, &exchange));
            }
            (self.notice)(&format!("{}: waiting {seconds} s as told", exchange.line()));
            std::thread::sleep(Duration::from_secs(seconds));
            waited += seconds;
        }
    }
}
