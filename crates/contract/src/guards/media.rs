//! JSON and nothing else.
//!
//! A form of another site can send `text/plain`, `multipart/form-data` and
//! `application/x-www-form-urlencoded` without asking first; `application/json`
//! needs a preflight, which no server here answers (ASVS 3.5.2).
//!
//! Below the paths of `Face::own_shapes` any type is let through. There either no browser adds the
//! credential, or `origin` has looked first.

use actix_web::{
    dev::ServiceRequest,
    error::JsonPayloadError,
    http::header::{self, HeaderMap},
    web::JsonConfig,
};

use super::{BODY_LIMIT, Policy};
use crate::Problem;

/// Whether the body of an unsafe request is of a type that is taken.
pub(super) fn is_taken(policy: &Policy, request: &ServiceRequest) -> bool {
    is_json_or_nothing(request.headers()) || policy.face.has_own_shapes(request.path())
}

/// Whether a request comes with a body, as only these two fields can say (RFC 9112 section 6).
pub(super) fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers
            .get(header::CONTENT_LENGTH)
            .is_some_and(|length| length != "0")
}

/// Every `Content-Type` line says JSON, and a body has such a line.
fn is_json_or_nothing(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).peekable();
    if types.peek().is_none() {
        return !has_body(headers);
    }
    types.all(|value| {
        let essence = value
            .as_bytes()
            .split(|byte| *byte == b';')
            .next()
            .unwrap_or_default();
        essence
            .trim_ascii()
            .eq_ignore_ascii_case(b"application/json")
    })
}

/// How bodies are read: bounded, and every fault is the same problem, without
/// the parser's words, which quote the body.
pub(crate) fn json_config() -> JsonConfig {
    JsonConfig::default()
        .limit(BODY_LIMIT)
        .error_handler(|error, _| match error {
            JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => {
                Problem::PayloadTooLarge.into()
            }
            JsonPayloadError::ContentType => Problem::UnsupportedMediaType.into(),
            _ => Problem::MalformedRequest.into(),
        })
}
