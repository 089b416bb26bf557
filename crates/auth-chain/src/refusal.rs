//! The answers to who is not let in.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header::WWW_AUTHENTICATE},
};
use contract::Problem;
use serde_json::json;

use crate::Authenticator;

/// Why a request is refused.
#[derive(Debug)]
pub(crate) enum Failure {
    /// 401, or 403 where the first way to log in has no challenge. The resource needs a login, and
    /// nobody recognised a credential.
    NotAuthenticated,
    /// The same status. A credential was recognised, and is not accepted.
    AuthenticationFailed {
        by: Authenticator,
        code: &'static str,
        detail: &'static str,
    },
    /// 403. A cookie carried the login of an unsafe request that is not of our own pages.
    CsrfFailed,
    /// 403. Logged in, but not enough; or nobody can log in here at all.
    PermissionDenied,
    /// Nothing that depends on who asks: two credentials (400), too many wrong passwords (429), a
    /// store that does not answer (503).
    Other(Problem),
}

impl Failure {
    /// The stable last part of `type`, its title, and REST framework's code and text.
    fn words(&self) -> Option<[&'static str; 4]> {
        Some(match self {
            Self::NotAuthenticated => [
                "login-required",
                "Login required",
                "not_authenticated",
                "Authentication credentials were not provided.",
            ],
            Self::AuthenticationFailed { by, code, detail } => match by {
                Authenticator::Basic => {
                    ["invalid-credentials", "Invalid credentials", code, detail]
                }
                Authenticator::Jwt | Authenticator::Session => {
                    ["login-required", "Login required", code, detail]
                }
            },
            Self::CsrfFailed => [
                "cross-origin-refused",
                "Cross-origin request refused",
                "permission_denied",
                "CSRF Failed: Origin checking failed.",
            ],
            Self::PermissionDenied => [
                "role-required",
                "Role required",
                "permission_denied",
                "You do not have permission to perform this action.",
            ],
            Self::Other(_) => return None,
        })
    }

    /// The answer. `first` is the first way to log in: its challenge is the one that is sent,
    /// whoever was it that failed. A 401 must have one (RFC 9110 section 15.5.2), so without one
    /// it is a 403.
    pub(crate) fn answer(&self, first: Option<Authenticator>) -> HttpResponse {
        let Some([name, title, code, detail]) = self.words() else {
            return match self {
                Self::Other(problem) => problem.error_response(),
                _ => Problem::Internal.error_response(),
            };
        };
        let challenge = match self {
            Self::NotAuthenticated | Self::AuthenticationFailed { .. } => {
                first.and_then(Authenticator::challenge)
            }
            _ => None,
        };
        let status = match challenge {
            Some(_) => StatusCode::UNAUTHORIZED,
            None => StatusCode::FORBIDDEN,
        };
        let mut answer = HttpResponse::build(status);
        answer.content_type("application/problem+json");
        if let Some(challenge) = challenge {
            // RFC 6750 section 3.1: only who has sent a token is told that it is a bad one.
            let said = match (self, first) {
                (
                    Self::AuthenticationFailed {
                        by: Authenticator::Jwt,
                        ..
                    },
                    Some(Authenticator::Jwt),
                ) => format!("{challenge}, error=\"invalid_token\""),
                _ => challenge.to_owned(),
            };
            answer.insert_header((WWW_AUTHENTICATE, said));
        }
        let body = json!({
            "type": format!("urn:statelab:problem:{name}"),
            "title": title,
            "status": status.as_u16(),
            "detail": detail,
            "code": code,
        });
        answer.body(body.to_string())
    }
}
