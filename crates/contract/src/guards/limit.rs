//! No request is larger or slower than this.

use std::time::Duration;

use actix_web::{
    Error, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};

use crate::Problem;

/// Bytes of a request body.
pub const BODY_LIMIT: usize = 64 * 1024;
/// Bytes of all header names and values together. actix-web itself reads up to 128 KiB.
const HEADER_LIMIT: usize = 16 * 1024;
/// From the end of the header to the end of the answer. A handler takes at most
/// a second for the store and one for the queue of logins; the rest is for a slow body.
const TIME_LIMIT: Duration = Duration::from_secs(10);

pub(crate) async fn limit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let size: usize = request
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if size > HEADER_LIMIT {
        return Ok(request.into_response(Problem::HeadersTooLarge.error_response()));
    }
    // Said in advance: refused before a byte of it is read.
    let announced = request
        .headers()
        .get("content-length")
        .and_then(|value| value.to_str().ok());
    if announced
        .and_then(|text| text.parse().ok())
        .is_some_and(|length: usize| length > BODY_LIMIT)
    {
        return Ok(request.into_response(Problem::PayloadTooLarge.error_response()));
    }
    match tokio::time::timeout(TIME_LIMIT, next.call(request)).await {
        Ok(result) => result.map(ServiceResponse::map_into_boxed_body),
        Err(_) => Err(Problem::RequestTimeout.into()),
    }
}
