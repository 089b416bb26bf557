//! The sender of a request, to look at.

use std::{
    future::{Ready, ready},
    rc::Rc,
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use contract::{Problem, accounts::Account, wire::Timestamp};
use serde::de::DeserializeOwned;

use super::{admin, contents::read, login, reading::View};
use crate::credential::{Found, is_put_in};

/// The sender of a request, as far as the cookie is believed, and what is kept of them: to look at.
/// Take it in a handler behind [`Sessions::reading`](crate::Sessions::reading); a [`Visitor`](crate::Visitor) can do more,
/// and costs more.
///
/// ```
/// use actix_web::{App, HttpResponse, test, web};
/// use contract::{Problem, accounts::Accounts, settings::MasterKey};
/// use session_state::{Reader, SessionsFactory, Settings};
///
/// async fn basket(reader: Reader) -> Result<HttpResponse, Problem> {
///     let basket: Vec<String> = reader.get("basket")?.unwrap_or_default();
///     Ok(HttpResponse::Ok().json(basket))
/// }
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use clap::Parser;
/// # let settings = Settings::parse_from(["shop"]);
/// # let factory = SessionsFactory::new(&settings, Accounts::in_memory()?, &MasterKey::random());
/// # let sessions = factory.sessions(store::Source::embedded(1 << 20).open()?);
/// let route = web::resource("/basket").route(web::get().to(basket));
/// let shop = test::init_service(App::new().service(sessions.reading(route))).await;
/// # let empty = test::TestRequest::get().uri("/basket").to_request();
/// # let answer = test::call_service(&shop, empty).await;
/// # assert_eq!(answer.headers().get("vary").unwrap(), "Cookie");
/// # assert_eq!(test::read_body(answer).await, "[]");
/// # Ok(())
/// # }
/// ```
pub struct Reader(Rc<View>);

impl Reader {
    /// The login, or 401. The account, and so its roles, are what they are now.
    pub(crate) fn found_login(&self) -> Result<(&Found, &Account), Problem> {
        login(self.0.found.as_ref())
    }

    /// The account that is logged in, as it is now, or 401.
    pub fn login(&self) -> Result<&Account, Problem> {
        self.found_login().map(|(_, account)| account)
    }

    /// The same if it has the role `admin`, or 401, or 403.
    pub fn admin(&self) -> Result<&Account, Problem> {
        admin(self.login()?)
    }

    /// The value of a key; `None` when it is not there.
    ///
    /// # Errors
    /// When what is there is not a `T`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Problem> {
        let Some(found) = self.0.found.as_ref().filter(|_| is_put_in(key)) else {
            return Ok(None);
        };
        let entries = found.entries();
        entries.get(key).map(|text| read(key, text)).transpose()
    }

    /// When the session ends if it is not used again; `None` where none came.
    pub fn expiry_date(&self) -> Option<Timestamp> {
        let found = self.0.found.as_ref()?;
        Some(self.0.sessions.expires_at(&found.record))
    }
}

impl FromRequest for Reader {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let extensions = request.extensions();
        let Some(view) = extensions.get::<Rc<View>>() else {
            log::error!(
                "{} takes a Reader and is not behind Sessions::reading",
                request.path()
            );
            return ready(Err(Problem::Internal));
        };
        view.looked.set(true);
        ready(Ok(Self(Rc::clone(view))))
    }
}
