//! The endpoints of Django's Simple JWT, under its own paths and in its own shapes, so that its
//! clients work unchanged. The tokens are the same as the contract's and work on both sets of
//! routes. `/api/me/` stands for a view behind its `JWTAuthentication`.
//!
//! Where they answer otherwise than Simple JWT 5.5 with rotation and blacklist on, on purpose:
//!
//! - A refresh token works once, also for many requests at once; a second use ends the login, and
//!   with it the tokens that came of it. `--rotation off` keeps one token as Simple JWT does.
//! - To blacklist a refresh token ends its login: in `hardened` its access tokens too. So does a
//!   new password or "log out everywhere". What has ended is `Token is blacklisted`, at
//!   `/api/token/verify/` and `/api/me/` as well.
//! - A deleted account is answered like an inactive one, not with 500.
//! - A password is taken as it was typed, with its spaces and with any character. A user name may
//!   be the e-mail address.
//! - Strings are strings: a number is `Not a valid string.` A member or a field that is there twice
//!   is 400. The text after `JSON parse error - ` is always the same.
//! - A token with a claim missing is `Token is invalid`: no token of ours is like that.
//! - The scheme `Bearer` is taken in any case, and one space follows it.
//! - Too many wrong passwords are 429, too much at once or a store that is gone 503, in the shapes
//!   of Django REST framework; what the guards refuse before (size, time, another site) is
//!   problem+json as everywhere.
//! - `Accept` is not looked at, and `OPTIONS` is 405: `Allow` stands on a 405 alone and names what
//!   is taken.
//! - With `--delivery`, what travels in a cookie is not in the body, and need not be sent in one.

mod fields;
mod me;
mod multipart;
mod refusal;

use actix_web::{
    HttpRequest, HttpResponse,
    middleware::from_fn,
    web::{self, Data, ServiceConfig},
};
use contract::{device::device, passwords::Password, peer};
use serde_json::{Map, json};

use crate::{
    Tokens,
    credential::{Kind, Over, TokenPair},
    settings::Rotating,
};
use fields::{Field, Fields};
use refusal::Refusal;

/// Below these paths the guards leave bodies and errors as they are.
pub(crate) const OWN_SHAPES: [&str; 1] = ["/api/"];

type Answer = Result<HttpResponse, Refusal>;

pub(super) fn configure(config: &mut ServiceConfig) {
    let resource = |path: &str| web::resource(path).wrap(from_fn(refusal::challenge));
    let post = |path: &str, route| {
        resource(path)
            .route(route)
            .default_service(web::to(refusal::only_post))
    };
    config
        .service(post("/api/token/", web::post().to(obtain)))
        .service(post("/api/token/refresh/", web::post().to(refresh)))
        .service(post("/api/token/verify/", web::post().to(verify)))
        .service(post("/api/token/blacklist/", web::post().to(blacklist)))
        .service(resource("/api/me/").route(web::to(me::me)));
}

/// `POST /api/token/`
async fn obtain(tokens: Data<Tokens>, request: HttpRequest, fields: Fields) -> Answer {
    let [username, password] =
        fields.read([Field::text("username"), Field::password("password")])?;
    let from = peer::address(&request)?;
    let password = Password::from(password.as_str());
    let account = tokens
        .accounts
        .authenticate(&username, &password, from)
        .await?;
    // A browser gets new cookies in place of the old ones; what those opened ends.
    tokens.end_carried(None, request.headers()).await?;
    let (_, pair) = tokens
        .open_family(&account, device(request.headers()), true)
        .await?;
    Ok(tokens.give_pair(&pair, true))
}

/// `POST /api/token/refresh/`
async fn refresh(tokens: Data<Tokens>, request: HttpRequest, fields: Fields) -> Answer {
    let refresh = tokens.sent_refresh(&fields, &request)?;
    let pair = tokens.exchange(&refresh).await?;
    Ok(tokens.give_pair(&pair, tokens.settings.rotation == Rotating::On))
}

/// `POST /api/token/verify/`
async fn verify(tokens: Data<Tokens>, fields: Fields) -> Answer {
    let [token] = fields.read([Field::text("token")])?;
    match tokens.verify(token.trim()).await {
        Ok(()) => Ok(HttpResponse::Ok().json(json!({}))),
        Err(refused) => Err(Refusal::of_verify(refused)),
    }
}

/// `POST /api/token/blacklist/`
async fn blacklist(tokens: Data<Tokens>, request: HttpRequest, fields: Fields) -> Answer {
    let refresh = tokens.sent_refresh(&fields, &request)?;
    let claims = tokens.signer.read(Kind::Refresh, &refresh)?;
    let is_current = tokens.is_exchangeable(&claims, &refresh).await?;
    // One that was used before shows that somebody has a copy: that ends the login too.
    let has_ended = tokens.store.end_family(&claims.sid).await?;
    if !(is_current && has_ended) {
        return Err(Refusal::of_login(Over::Ended));
    }
    Ok(tokens.forget(HttpResponse::Ok().json(json!({}))))
}

impl Tokens {
    /// The refresh token: in the body, or in a cookie where that is set.
    fn sent_refresh(&self, fields: &Fields, request: &HttpRequest) -> Result<String, Refusal> {
        let is_needed = !self.settings.delivery.refresh_in_cookie();
        let in_body = match is_needed || fields.has("refresh") {
            true => {
                let [refresh] = fields.read([Field::text("refresh")])?;
                Some(refresh.trim().to_owned())
            }
            false => None,
        };
        let found = self.settings.find_refresh(in_body, request.headers())?;
        found.ok_or_else(|| Refusal::missing("refresh"))
    }

    /// The answer that gives a pair, as Simple JWT writes it.
    fn give_pair(&self, pair: &TokenPair, refresh_is_new: bool) -> HttpResponse {
        let delivery = self.settings.delivery;
        let mut answer = Map::new();
        if refresh_is_new && !delivery.refresh_in_cookie() {
            answer.insert("refresh".to_owned(), pair.refresh().into());
        }
        if !delivery.access_in_cookie() {
            answer.insert("access".to_owned(), pair.access().into());
        }
        self.answered(pair, answer.into())
    }
}
