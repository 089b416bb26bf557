//! How the tokens reach the client: in the body, or in cookies.

use actix_web::{
    HttpResponse,
    http::header::{HeaderMap, HeaderValue, SET_COOKIE},
};
use contract::{
    Problem,
    wire::{Timestamp, User},
};
use serde::Serialize;
use serde_json::Value;

use super::{Token, TokenPair};
use crate::{Tokens, settings::Delivery};

/// `__Host-`: browsers take it only with `Secure`, `Path=/` and no `Domain`, so
/// no sibling host can plant one (RFC 6265bis section 4.1.3.2).
pub(crate) const ACCESS_COOKIE: &str = "__Host-access";
pub(crate) const REFRESH_COOKIE: &str = "__Host-refresh";

/// 200 of `POST /login`, `POST /refresh` and `POST /password`. What travels in a cookie is not in
/// it: script would read it there (ASVS 5.0, 3.3.4).
#[derive(Serialize)]
struct Answer<'a> {
    user: &'a User,
    expires_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<&'a Token>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<&'a Token>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    refresh_expires_at: Timestamp,
}

impl Tokens {
    /// The answer that gives a pair, as the contract writes it: in the body or in cookies, as it is
    /// set, with what the program adds.
    ///
    /// # Errors
    /// 500, if what is added cannot be written as JSON.
    pub fn give(&self, pair: &TokenPair) -> Result<HttpResponse, Problem> {
        let delivery = self.settings.delivery;
        let in_body = !delivery.access_in_cookie();
        let answer = Answer {
            user: &pair.user,
            expires_at: pair.access_expires_at,
            access: in_body.then_some(&pair.access),
            refresh: (!delivery.refresh_in_cookie()).then_some(&pair.refresh),
            token_type: in_body.then_some("Bearer"),
            refresh_expires_at: pair.refresh_expires_at,
        };
        let answer = serde_json::to_value(answer).map_err(|_| Problem::Internal)?;
        Ok(self.answered(pair, answer))
    }

    /// 200 with this object, what a program adds to it, and the cookies of the pair.
    pub(crate) fn answered(&self, pair: &TokenPair, mut answer: Value) -> HttpResponse {
        if let Value::Object(members) = &mut answer {
            members.extend(pair.added.iter().cloned());
        }
        let mut response = HttpResponse::Ok().json(answer);
        let tokens = [
            (&pair.access, pair.access_expires_at),
            (&pair.refresh, pair.refresh_expires_at),
        ];
        for (cookie, (token, ends_at)) in COOKIES.iter().zip(tokens) {
            if cookie.is_used(self.settings.delivery) {
                let stays = pair.remember.then(|| ends_at.remaining().as_secs());
                let line = cookie.line(&token.0, stays);
                append(response.headers_mut(), &line);
            }
        }
        response
    }

    /// Has the browser forget both cookies, where there are any. It only asks: what ends the
    /// login is the store.
    pub(crate) fn forget(&self, mut response: HttpResponse) -> HttpResponse {
        for cookie in COOKIES {
            if cookie.is_used(self.settings.delivery) {
                append(response.headers_mut(), &cookie.line("", Some(0)));
            }
        }
        response
    }
}

struct TokenCookie {
    name: &'static str,
    /// A link from elsewhere may bring the access token along: it opens a page. The refresh token
    /// is only ever sent by the server's own pages.
    same_site: &'static str,
    is_used: fn(Delivery) -> bool,
}

const COOKIES: [TokenCookie; 2] = [
    TokenCookie {
        name: ACCESS_COOKIE,
        same_site: "Lax",
        is_used: Delivery::access_in_cookie,
    },
    TokenCookie {
        name: REFRESH_COOKIE,
        same_site: "Strict",
        is_used: Delivery::refresh_in_cookie,
    },
];

impl TokenCookie {
    fn is_used(&self, delivery: Delivery) -> bool {
        (self.is_used)(delivery)
    }

    /// Without seconds it goes when the browser closes.
    fn line(&self, value: &str, seconds: Option<u64>) -> String {
        let (name, same_site) = (self.name, self.same_site);
        let stays = match seconds {
            None => String::new(),
            // The date is for browsers that do not know `Max-Age`.
            Some(0) => "; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT".to_owned(),
            Some(seconds) => format!("; Max-Age={seconds}"),
        };
        format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite={same_site}{stays}")
    }
}

fn append(headers: &mut HeaderMap, line: &str) {
    let line = HeaderValue::from_str(line).expect("tokens are base64url and dots");
    headers.append(SET_COOKIE, line);
}
