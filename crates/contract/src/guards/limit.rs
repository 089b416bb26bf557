//! No request is larger or slower than this.
//!
//! The body is read here, whole and before anything else happens. So what a
//! handler looks up is still true when it acts: a client that sends its head,
//! logs out elsewhere and then sends the body gains nothing. And a body that
//! never ends holds a connection for seconds, not for ever.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    HttpResponse, ResponseError,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap},
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt;

use crate::Problem;

/// Bytes of a request body.
pub const BODY_LIMIT: usize = 64 * 1024;
/// Bytes of all header names and values together. actix-web itself reads up to 128 KiB.
const HEADER_LIMIT: usize = 16 * 1024;
/// From the end of the header to the end of the body.
const BODY_TIME_LIMIT: Duration = Duration::from_secs(10);
/// For the answer. A handler waits at most a second for the store and one for the queue of logins.
pub(super) const ANSWER_TIME_LIMIT: Duration = Duration::from_secs(10);

pub(super) fn is_head_too_large(headers: &HeaderMap) -> bool {
    let sizes = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len());
    sizes.sum::<usize>() > HEADER_LIMIT
}

/// The request with its whole body, or the refusal.
pub(super) async fn read_whole(
    mut request: ServiceRequest,
    mut payload: Payload,
) -> Result<ServiceRequest, ServiceResponse> {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let announced = announced.and_then(|text| text.parse().ok()).unwrap_or(0);
    match whole(&mut payload, announced).await {
        Ok(body) => {
            request.set_payload(Payload::from(body));
            Ok(request)
        }
        Err(problem) => Err(request.into_response(unread(&problem, payload))),
    }
}

async fn whole(payload: &mut Payload, announced: usize) -> Result<Bytes, Problem> {
    if announced > BODY_LIMIT {
        // Said in advance: refused before a byte of it is read.
        return Err(Problem::PayloadTooLarge);
    }
    let read = async {
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            body.extend_from_slice(&chunk.map_err(|_| Problem::MalformedRequest)?);
            if body.len() > BODY_LIMIT {
                return Err(Problem::PayloadTooLarge);
            }
        }
        Ok(body.freeze())
    };
    tokio::time::timeout(BODY_TIME_LIMIT, read)
        .await
        .unwrap_or(Err(Problem::RequestTimeout))
}

/// The answer to a request of which a part is unread. actix-http closes such a
/// connection after the answer, but only while somebody still holds the body: one
/// that was dropped it would go on reading, without an end to its patience.
pub(super) fn unread(problem: &Problem, payload: Payload) -> HttpResponse {
    let hold = |_: &mut _, answer| {
        BoxBody::new(WhileUnread {
            answer,
            _payload: payload,
        })
    };
    problem.error_response().map_body(hold)
}

/// The body of an answer, which holds the body of the request.
struct WhileUnread {
    answer: BoxBody,
    _payload: Payload,
}

impl MessageBody for WhileUnread {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.answer.size()
    }

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.get_mut().answer).poll_next(context)
    }
}
