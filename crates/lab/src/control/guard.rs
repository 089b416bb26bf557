//! What every request to the lab's own server passes.
//!
//! The lab can reset, demote and replay, and its view has whole credentials in it. Any page
//! that the visitor has open can send requests to loopback. So: the host must be on the list
//! (DNS rebinding), an order must come from the lab's own origin and carry the token that only
//! its own page was given (CSRF), and no answer may be embedded or read by another origin. Nor
//! may another site ask at all for what costs the lab something: it cannot read the stream of
//! views, but each that it opened would take a place from the lab's own pages.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use super::Shared;
use crate::hosts::Place;

/// The header that carries the token.
const TOKEN_HEADER: &str = "x-lab-token";

/// Made at each start, given to the lab's own pages, demanded with every order.
pub(super) struct Token(String);

impl Token {
    pub(super) fn random() -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system has random numbers");
        Self(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// For the page's `meta` element.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }

    fn is(&self, presented: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(presented).into()
    }
}

/// Refuses, or passes on and hardens the answer.
pub(super) async fn check<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let refused = {
        let shared = request
            .app_data::<web::Data<Shared>>()
            .expect("the server is built with it");
        refusal(shared, request.method(), request.path(), request.headers())
    };
    let mut response = match refused {
        Some((status, sentence)) => request
            .into_response(HttpResponse::build(status).body(sentence))
            .map_into_right_body(),
        None => next.call(request).await?.map_into_left_body(),
    };
    harden(response.headers_mut());
    Ok(response)
}

fn refusal(
    shared: &Shared,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
) -> Option<(StatusCode, &'static str)> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let place = text("host").and_then(|host| shared.hosts.place(host));
    let own_origin = match place {
        Some(Place::Page) => shared.hosts.page(),
        Some(Place::Column(column)) => shared.hosts.column(column),
        // The attacker's pages take no orders. They are told what script sends home, from whatever
        // page it runs in, by who knows the name of the attempt.
        Some(Place::Lure(_)) => return None,
        Some(Place::Bare) | None => {
            return Some((
                StatusCode::MISDIRECTED_REQUEST,
                "This host is not served here.\n",
            ));
        }
    };
    // What is not written as it is could be taken for something else here than by the router.
    if path.contains('%') {
        return Some((
            StatusCode::BAD_REQUEST,
            "No address of the lab has a percent sign.\n",
        ));
    }
    if matches!(*method, Method::GET | Method::HEAD) {
        let for_others = is_for_others(path, &own_origin, headers);
        return for_others.then_some((
            StatusCode::FORBIDDEN,
            "The lab answers this to its own pages alone, and another one asked.\n",
        ));
    }
    // Of two lines nobody could say which one a browser wrote.
    let mut origins = headers.get_all(header::ORIGIN);
    let origin = origins.next().map(HeaderValue::as_bytes);
    if origin != Some(own_origin.as_bytes()) || origins.next().is_some() {
        return Some((
            StatusCode::FORBIDDEN,
            "An order must come from the lab's own page.\n",
        ));
    }
    let token = headers
        .get(TOKEN_HEADER)
        .map(HeaderValue::as_bytes)
        .unwrap_or_default();
    if !shared.token.is(token) {
        return Some((
            StatusCode::FORBIDDEN,
            "The token is not the one of this start: reload the page.\n",
        ));
    }
    None
}

/// The pages that the lab's page frames or opens, on a host next to its own.
const OPENED_BY_THE_PAGE: [&str; 2] = ["/__lab/column", "/__lab/hole"];

/// Whether a page of another origin asks. Browsers say so in `Sec-Fetch-Site` (W3C Fetch
/// Metadata); those that do not say it of loopback still name the origin of a script's request to
/// another one. A program outside a browser says neither. A link from elsewhere leads to the page
/// itself, which is not below `/__lab/`.
fn is_for_others(path: &str, own_origin: &str, headers: &HeaderMap) -> bool {
    if !path.starts_with("/__lab/") {
        return false;
    }
    let mut origins = headers.get_all(header::ORIGIN);
    if origins.any(|origin| origin.as_bytes() != own_origin.as_bytes()) {
        return true;
    }
    let mut sites = headers.get_all("sec-fetch-site");
    sites.any(|site| match site.as_bytes() {
        b"same-origin" | b"none" => false,
        b"same-site" => !OPENED_BY_THE_PAGE.contains(&path),
        _ => true,
    })
}

fn harden(headers: &mut HeaderMap) {
    let always = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in always {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Pages say themselves what they may do; the attacker's are to behave as such pages do.
    let else_this = [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ];
    for (name, value) in else_this {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}
