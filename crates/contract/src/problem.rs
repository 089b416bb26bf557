//! Errors as `application/problem+json` (RFC 9457).

use std::time::Duration;

use actix_web::{HttpResponse, ResponseError, body::BoxBody, http::StatusCode, http::header};
use serde_json::json;

use crate::accounts::AccountsError;

/// Everything that a server here answers when it does not answer what was asked.
///
/// `type` on the wire is `urn:statelab:problem:` and [`Problem::name`]; it is
/// stable. No variant holds anything that a client sent, so nothing of it can
/// come back in an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// 400. Not JSON, or a field is missing or of the wrong type. Send what the contract says.
    #[error("the request is not what the contract says")]
    MalformedRequest,
    /// 401. Unknown user or wrong password; which of the two is not said (ASVS 6.3.8).
    #[error("unknown user or wrong password")]
    InvalidCredentials,
    /// 401. No credential, or one that is not accepted. Log in.
    #[error("log in first")]
    LoginRequired,
    /// 401. A bearer token was sent and is not accepted, for whichever reason (RFC 6750 section 3.1).
    #[error("log in first")]
    InvalidToken,
    /// 403. Logged in, but without the role.
    #[error("this account does not have the role that is needed")]
    RoleRequired,
    /// 403. An unsafe request that does not come from the server's own origin.
    #[error("this request must come from the server's own pages")]
    CrossOriginRefused,
    /// 404. No such route, no such login, or somebody else's.
    #[error("there is nothing here; `GET /openapi.json` lists the routes")]
    NotFound,
    /// 405. The route is there; `Allow` says what it takes.
    #[error("this route does not take that method")]
    MethodNotAllowed(&'static str),
    /// 408. The request did not arrive in time. Send it again, faster.
    #[error("the request did not arrive in time")]
    RequestTimeout,
    /// 413. The body is over 64 KiB.
    #[error("the body is too large")]
    PayloadTooLarge,
    /// 413. What the visitor put in no longer fits; nothing was changed.
    #[error("the state would take {would_be} bytes, and {limit} fit")]
    StateTooLarge {
        /// Bytes that it would take.
        would_be: usize,
        /// Bytes that fit.
        limit: usize,
    },
    /// 415. A body must say `Content-Type: application/json`.
    #[error("send JSON, and say `Content-Type: application/json`")]
    UnsupportedMediaType,
    /// 422. Understood, but not allowed; the text says why.
    #[error("{0}")]
    Unacceptable(&'static str),
    /// 429. Too many wrong passwords. Wait as `Retry-After` says.
    #[error("too many wrong passwords; wait and try again")]
    TooManyAttempts(Duration),
    /// 431. The header fields are too large. Send fewer cookies.
    #[error("the header fields are too large; send fewer cookies")]
    HeadersTooLarge,
    /// 500. A fault of the server; its log has the reason.
    #[error("the server made a mistake; its log says which")]
    Internal,
    /// 501. This mechanism, or this profile of it, cannot do that; the text says why.
    #[error("{0}")]
    NotPossibleHere(&'static str),
    /// 503. Too many logins at once, or another process writes to the accounts. Wait as `Retry-After` says.
    #[error("too much is asked at once; try again")]
    Busy(Duration),
    /// 503. The store does not answer, so it is not known to be done. Wait as `Retry-After` says.
    #[error("the store does not answer; try again")]
    StoreUnavailable,
}

impl Problem {
    /// The stable last part of `type`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::MalformedRequest => "malformed-request",
            Self::InvalidCredentials => "invalid-credentials",
            Self::LoginRequired | Self::InvalidToken => "login-required",
            Self::RoleRequired => "role-required",
            Self::CrossOriginRefused => "cross-origin-refused",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed(_) => "method-not-allowed",
            Self::RequestTimeout => "request-timeout",
            Self::PayloadTooLarge => "payload-too-large",
            Self::StateTooLarge { .. } => "state-too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::Unacceptable(_) => "unacceptable",
            Self::TooManyAttempts(_) => "too-many-attempts",
            Self::HeadersTooLarge => "headers-too-large",
            Self::Internal => "internal-error",
            Self::NotPossibleHere(_) => "not-possible-here",
            Self::Busy(_) => "busy",
            Self::StoreUnavailable => "store-unavailable",
        }
    }

    /// The same for every occurrence of the type, as RFC 9457 section 3.1.3 asks.
    fn title(&self) -> &'static str {
        match self {
            Self::MalformedRequest => "Malformed request",
            Self::InvalidCredentials => "Invalid credentials",
            Self::LoginRequired | Self::InvalidToken => "Login required",
            Self::RoleRequired => "Role required",
            Self::CrossOriginRefused => "Cross-origin request refused",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed(_) => "Method not allowed",
            Self::RequestTimeout => "Request timeout",
            Self::PayloadTooLarge => "Payload too large",
            Self::StateTooLarge { .. } => "State too large",
            Self::UnsupportedMediaType => "Unsupported media type",
            Self::Unacceptable(_) => "Unacceptable",
            Self::TooManyAttempts(_) => "Too many attempts",
            Self::HeadersTooLarge => "Header fields too large",
            Self::Internal => "Internal error",
            Self::NotPossibleHere(_) => "Not possible here",
            Self::Busy(_) => "Busy",
            Self::StoreUnavailable => "Store unavailable",
        }
    }

    /// What `Retry-After` says, in whole seconds and at least one.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyAttempts(wait) | Self::Busy(wait) => {
                Some(wait.as_secs_f64().ceil().max(1.0) as u64)
            }
            Self::StoreUnavailable => Some(1),
            _ => None,
        }
    }

    /// The problem for an answer that something else made with this status.
    pub(crate) fn from_status(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED => Self::LoginRequired,
            StatusCode::FORBIDDEN => Self::RoleRequired,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::REQUEST_TIMEOUT => Self::RequestTimeout,
            StatusCode::PAYLOAD_TOO_LARGE => Self::PayloadTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Self::HeadersTooLarge,
            status if status.is_client_error() => Self::MalformedRequest,
            StatusCode::SERVICE_UNAVAILABLE => Self::StoreUnavailable,
            _ => Self::Internal,
        }
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::MalformedRequest => StatusCode::BAD_REQUEST,
            Self::InvalidCredentials | Self::LoginRequired | Self::InvalidToken => {
                StatusCode::UNAUTHORIZED
            }
            Self::RoleRequired | Self::CrossOriginRefused => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::PayloadTooLarge | Self::StateTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unacceptable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyAttempts(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::HeadersTooLarge => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotPossibleHere(_) => StatusCode::NOT_IMPLEMENTED,
            Self::Busy(_) | Self::StoreUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let status = self.status_code();
        let mut response = HttpResponse::build(status);
        response.content_type("application/problem+json");
        if let Some(seconds) = self.retry_after() {
            response.insert_header((header::RETRY_AFTER, seconds));
        }
        match self {
            Self::MethodNotAllowed(methods) => {
                response.insert_header((header::ALLOW, *methods));
            }
            Self::InvalidToken => {
                let challenge = "Bearer realm=\"statelab\", error=\"invalid_token\"";
                response.insert_header((header::WWW_AUTHENTICATE, challenge));
            }
            _ => {}
        }
        let body = json!({
            "type": format!("urn:statelab:problem:{}", self.name()),
            "title": self.title(),
            "status": status.as_u16(),
            "detail": self.to_string(),
        });
        response.body(body.to_string())
    }
}

impl From<AccountsError> for Problem {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::InvalidCredentials => Self::InvalidCredentials,
            AccountsError::TooManyAttempts { retry_after } => Self::TooManyAttempts(retry_after),
            AccountsError::Busy { retry_after } => Self::Busy(retry_after),
            AccountsError::Unacceptable(reason) => Self::Unacceptable(reason),
            AccountsError::UnknownAccount | AccountsError::LoginEnded => Self::LoginRequired,
            fault @ AccountsError::Database(_) => {
                log::error!("accounts: {fault}");
                Self::Internal
            }
        }
    }
}

impl From<store::StoreError> for Problem {
    fn from(error: store::StoreError) -> Self {
        log::warn!("store: {error}");
        Self::StoreUnavailable
    }
}
