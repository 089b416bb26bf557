//! Where nobody gets in, the first login's answer says what is most likely wrong.

use crate::flow::A_LOGIN;
use crate::http::Response;
use crate::mechanism::Mechanism;
use crate::outcome::Outcome;
use crate::run::Report;

const TWICE: &str = "Run one suite at a time against a server: all of them use the same accounts.";

/// A sentence or two for the end of the report.
pub(super) fn hint(report: &Report) -> String {
    let mut failures = report.findings.iter().filter_map(|one| match &one.outcome {
        Outcome::Fail(failure) | Outcome::Broken(failure) => Some(failure),
        _ => None,
    });
    let answer = failures
        .find(|failure| failure.expected == A_LOGIN)
        .and_then(|failure| failure.exchange.as_ref())
        .map(|exchange| &exchange.response);
    match answer {
        Some(answer) => format!("No login worked. {}\n", cause(answer, report.mechanism)),
        None => "No login was answered: is the server still running?\n".to_owned(),
    }
}

fn cause(answer: &Response, mechanism: Mechanism) -> String {
    let (mut cookies, body) = (answer.all("set-cookie"), answer.json());
    let has_cookie = cookies.next().is_some();
    let has_token = body.is_some_and(|body| {
        ["access", "access_token", "token"]
            .iter()
            .any(|name| body[name].is_string())
    });
    let asked = mechanism.name();
    match (answer.status, mechanism) {
        (200..=299, Mechanism::Cookie | Mechanism::Session) if has_token && !has_cookie => {
            format!("It is answered with a token and sets no cookie: with --mechanism jwt instead of {asked}?")
        }
        (200..=299, Mechanism::Jwt) if has_cookie && !has_token => {
            "It is answered with a cookie and no token: with --mechanism session or cookie instead of jwt? \
             Tokens in cookies are described in a manifest, --target FILE.".to_owned()
        }
        (200..=299, _) => {
            "It is answered, but what it gives does not open GET /me. Where the credential and the \
             resource are is described in a manifest, --target FILE.".to_owned()
        }
        (400 | 401 | 403 | 422, _) => {
            "The server refuses the user name and password. A server with other accounts than the \
             contract's, or another shape of login, is described in a manifest, --target FILE.".to_owned()
        }
        (404 | 405, _) => {
            "There is no such route: check the URL, or say in a manifest, --target FILE, where the login is.".to_owned()
        }
        (429, _) => format!("The server's limit on wrong passwords is reached: wait, or raise it. {TWICE}"),
        (status, _) => format!("The server answers {status}; its log says more."),
    }
}
