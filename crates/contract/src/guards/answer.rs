//! The headers of every answer, and problem+json for every error.

use actix_web::{
    Error, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web,
};

use super::{Carrier, Policy};
use crate::Problem;

/// For an API that no page frames, embeds or renders (ASVS 3.4.3 to 3.4.6, 14.3.2).
const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'; sandbox",
    ),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
];

pub(crate) async fn answer(
    policy: web::Data<Policy>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let own_shapes = policy.face.has_own_shapes(request.path());
    match next.call(request).await {
        Ok(response) => {
            let (request, response) = response.into_parts();
            let response = finish(response.map_into_boxed_body(), &policy, own_shapes);
            Ok(ServiceResponse::new(request, response))
        }
        // A middleware gave up. Its own answer gets the same treatment.
        Err(error) => {
            let response = finish(error.error_response(), &policy, false);
            Err(InternalError::from_response("refused by a middleware", response).into())
        }
    }
}

fn finish(response: HttpResponse, policy: &Policy, own_shapes: bool) -> HttpResponse {
    let mut response = as_problem(response, own_shapes);
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        // What is the same for everybody may say that it can be kept.
        if name == header::CACHE_CONTROL && headers.contains_key(&name) {
            continue;
        }
        headers.insert(name, HeaderValue::from_static(value));
    }
    if response.status() == 401 && !response.headers().contains_key(header::WWW_AUTHENTICATE) {
        let challenge = challenge(policy.face.carrier);
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

/// An error that something else made (actix itself, a middleware) becomes a
/// problem of the same status; its text, which could quote the request, is dropped.
/// What a handler writes in a shape of its own is left alone. It is told by being JSON: actix
/// writes its own errors as text, or empty.
fn as_problem(response: HttpResponse, own_shapes: bool) -> HttpResponse {
    let status = response.status();
    if status.as_u16() < 400
        || says(response.headers(), b"application/problem+json")
        || own_shapes && says(response.headers(), b"application/json")
    {
        return response;
    }
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
