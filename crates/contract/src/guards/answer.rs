//! The headers of every answer, and problem+json for every error.

use actix_web::{
    HttpResponse, ResponseError,
    dev::ServiceResponse,
    http::{
        StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
};

use super::{Carrier, Policy};
use crate::Problem;

/// For an API that no page frames, embeds or renders (ASVS 3.4.3 to 3.4.6, 14.3.2).
const ALWAYS: [(HeaderName, HeaderValue); 5] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (
        header::CROSS_ORIGIN_RESOURCE_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];

/// For all but what is the same for everybody and says that it can be kept.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// The answer as it goes out.
pub(super) fn finish(
    mut response: ServiceResponse,
    policy: &Policy,
    own_shapes: bool,
) -> ServiceResponse {
    if !may_go_out(response.status(), response.headers(), own_shapes) {
        let status = response.status();
        response = response.into_response(problem_of(status));
    }
    let status = response.status();
    add_headers(status, response.headers_mut(), policy);
    response
}

/// What a middleware wanted to answer, as it goes out.
pub(super) fn finish_error(mut response: HttpResponse, policy: &Policy) -> HttpResponse {
    let status = response.status();
    if !may_go_out(status, response.headers(), false) {
        response = problem_of(status);
    }
    add_headers(status, response.headers_mut(), policy);
    response
}

fn add_headers(status: StatusCode, headers: &mut HeaderMap, policy: &Policy) {
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, NO_STORE);
    }
    if status == StatusCode::UNAUTHORIZED && !headers.contains_key(header::WWW_AUTHENTICATE) {
        headers.insert(header::WWW_AUTHENTICATE, challenge(policy.face.carrier));
    }
}

/// What a handler writes in a shape of its own is left alone. It is told by being JSON: actix
/// writes its own errors as text, or empty.
fn may_go_out(status: StatusCode, headers: &HeaderMap, own_shapes: bool) -> bool {
    status.as_u16() < 400
        || says(headers, b"application/problem+json")
        || own_shapes && says(headers, b"application/json")
}

/// An error that something else made (actix itself, a middleware) becomes a
/// problem of the same status; its text, which could quote the request, is dropped.
fn problem_of(status: StatusCode) -> HttpResponse {
    let mut problem = Problem::from_status(status).error_response();
    *problem.status_mut() = status;
    problem
}

fn says(headers: &HeaderMap, media_type: &[u8]) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(media_type))
}

/// Required on each 401 (RFC 9110 section 15.5.2). No scheme is registered for
/// a login by form and cookie; `Cookie` is what the expired draft proposed.
fn challenge(carrier: Carrier) -> HeaderValue {
    let text = match carrier {
        Carrier::Cookie(name) => {
            format!("Cookie realm=\"statelab\", form-action=\"/login\", cookie-name=\"{name}\"")
        }
        Carrier::Bearer | Carrier::BearerOrCookie => "Bearer realm=\"statelab\"".to_owned(),
    };
    HeaderValue::from_str(&text).expect("cookie names are tokens")
}
