//! Errors in the shapes of Django REST framework and Simple JWT.

use actix_web::{
    Error, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    middleware::Next,
    web::Data,
};
use contract::{Problem, accounts::AccountsError};
use serde_json::{Map, Value, json};
use store::StoreError;

use super::Answer;
use crate::{
    Tokens,
    credential::{Over, Refused, TokenFault},
    visitor::Stranger,
};

const INVALID: &str = "token_not_valid";

/// What is answered when it is not what was asked for.
#[derive(Debug, thiserror::Error)]
#[error("{status}")]
pub(super) struct Refusal {
    status: StatusCode,
    body: Value,
    /// A header that belongs to it.
    header: Option<(&'static str, String)>,
}

impl Refusal {
    fn new(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            body,
            header: None,
        }
    }

    /// 400 with the fault of each field.
    pub(super) fn fields(faults: Map<String, Value>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Value::Object(faults))
    }

    /// 400 for a field that is not there.
    pub(super) fn missing(field: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            json!({ field: ["This field is required."] }),
        )
    }

    /// 400 with a fault that is no single field's.
    pub(super) fn whole(fault: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            json!({ "non_field_errors": [fault] }),
        )
    }

    /// 400 for a body that cannot be read at all.
    pub(super) fn unreadable(detail: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, json!({ "detail": detail }))
    }

    /// 415 for a body of another type.
    pub(super) fn media_type(sent: &str) -> Self {
        let detail = format!("Unsupported media type \"{}\" in request.", short(sent));
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            json!({ "detail": detail }),
        )
    }

    /// 405; `allow` names what is taken.
    pub(super) fn method(request: &HttpRequest, allow: &str) -> Self {
        let detail = format!(
            "Method \"{}\" not allowed.",
            short(request.method().as_str())
        );
        Self {
            header: Some((ALLOW.as_str(), allow.to_owned())),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, json!({ "detail": detail }))
        }
    }

    /// 401 that says what the client did.
    pub(super) fn unauthenticated(detail: &str, code: Option<&str>) -> Self {
        let mut body = json!({ "detail": detail });
        if let Some(code) = code {
            body["code"] = code.into();
        }
        Self::new(StatusCode::UNAUTHORIZED, body)
    }

    /// For a refresh token whose login is over.
    pub(super) fn of_login(over: Over) -> Self {
        match over {
            Over::Ended => Self::unauthenticated("Token is blacklisted", Some(INVALID)),
            Over::Deleted | Over::Disabled => {
                Self::unauthenticated("No active account found for the given token.", None)
            }
        }
    }

    /// For a token at `/api/token/verify/`.
    pub(super) fn of_verify(refused: Refused) -> Self {
        match refused {
            Refused::Login(_) => Self::whole("Token is blacklisted"),
            other => other.into(),
        }
    }

    /// For a visitor of a protected resource.
    pub(super) fn of_stranger(stranger: Stranger) -> Self {
        let because = |message: &str| {
            let mut refusal =
                Self::unauthenticated("Given token not valid for any token type", Some(INVALID));
            refusal.body["messages"] = json!([{
                "token_class": "AccessToken",
                "token_type": "access",
                "message": message,
            }]);
            refusal
        };
        match stranger {
            Stranger::NoToken => {
                Self::unauthenticated("Authentication credentials were not provided.", None)
            }
            Stranger::Token(fault) => because(text(fault)),
            Stranger::Login(Over::Ended) => because("Token is blacklisted"),
            Stranger::Login(Over::Deleted) => {
                Self::unauthenticated("User not found", Some("user_not_found"))
            }
            Stranger::Login(Over::Disabled) => {
                Self::unauthenticated("User is inactive", Some("user_inactive"))
            }
        }
    }
}

fn text(fault: TokenFault) -> &'static str {
    match fault {
        TokenFault::Invalid => "Token is invalid",
        TokenFault::Expired => "Token is expired",
        TokenFault::WrongType => "Token has wrong type",
    }
}

/// What is quoted from a request is not long.
fn short(sent: &str) -> &str {
    if sent.len() <= 64 { sent } else { "" }
}

impl From<TokenFault> for Refusal {
    fn from(fault: TokenFault) -> Self {
        Self::unauthenticated(text(fault), Some(INVALID))
    }
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Token(fault) => fault.into(),
            Refused::Login(over) => Self::of_login(over),
            Refused::Other(problem) => problem.into(),
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let answer = problem.error_response();
        let wait = answer.headers().get(RETRY_AFTER);
        let wait = wait.and_then(|wait| wait.to_str().ok()).map(str::to_owned);
        let detail = match (&problem, &wait) {
            (Problem::InvalidCredentials, _) => {
                "No active account found with the given credentials".to_owned()
            }
            (Problem::TooManyAttempts(_), Some(wait)) => {
                let unit = if wait == "1" { "second" } else { "seconds" };
                format!("Request was throttled. Expected available in {wait} {unit}.")
            }
            (_, Some(_)) => "Service temporarily unavailable, try again later.".to_owned(),
            (Problem::MalformedRequest, _) => "Malformed request.".to_owned(),
            _ => "A server error occurred.".to_owned(),
        };
        Self {
            header: wait.map(|wait| (RETRY_AFTER.as_str(), wait)),
            ..Self::new(answer.status(), json!({ "detail": detail }))
        }
    }
}

impl From<AccountsError> for Refusal {
    fn from(error: AccountsError) -> Self {
        Problem::from(error).into()
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Problem::from(error).into()
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let mut answer = HttpResponse::build(self.status);
        if let Some((name, value)) = &self.header {
            answer.insert_header((*name, value.as_str()));
        }
        answer.json(&self.body)
    }
}

/// Each 401 names the scheme (RFC 9110 section 15.5.2), with Simple JWT's realm.
pub(super) async fn challenge(
    tokens: Data<Tokens>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    if response.status() == StatusCode::UNAUTHORIZED {
        let scheme = tokens.settings.header_types.first();
        let scheme = scheme.map_or("Bearer", String::as_str);
        let challenge = HeaderValue::try_from(format!("{scheme} realm=\"api\""));
        let challenge = challenge.expect("a scheme is letters and digits");
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    Ok(response)
}

/// Everything but `POST`.
pub(super) async fn only_post(request: HttpRequest) -> Answer {
    Err(Refusal::method(&request, "POST"))
}
