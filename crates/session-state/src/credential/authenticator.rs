//! Sessions inside another server, as one of several ways to log in.

use actix_web::{
    Error, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{HeaderValue, WWW_AUTHENTICATE},
    },
    middleware::{Next, from_fn},
    web::{self, Data, ServiceConfig},
};
use contract::{Problem, guards::own_pages_only, wire::User};

use super::{COOKIE, Sessions};
use crate::{Server, routes};

impl Sessions {
    /// Who is logged in by the session that the request carries; `None` when it carries none that
    /// lives.
    ///
    /// This is for a route that is not behind [`Sessions::behind`]: the store is asked here and
    /// not before, so it can stand anywhere in a row of ways to log in. The session's idle time
    /// begins anew as with every request; for the list of logins the use is not written down.
    ///
    /// The caller must refuse an unsafe request of another origin
    /// ([`contract::guards::is_same_origin`]): a browser sends the cookie along with those too.
    ///
    /// # Errors
    /// 400 for two different session cookies, 503 when the store does not answer.
    pub async fn authenticate(&self, request: &HttpRequest) -> Result<Option<User>, Problem> {
        let Some(opened) = self.opened(request.headers())? else {
            return Ok(None);
        };
        let found = self.live(&opened.id).await?;
        let account = found.as_ref().and_then(|found| found.account.as_deref());
        Ok(account.map(User::from))
    }

    /// Puts session-state's own routes below `path`, so that one can log in there. An unsafe
    /// request to them must come from the server's own origin, whatever carries the other logins
    /// of that server: another site could log a visitor in as somebody else otherwise.
    pub fn mount(&self, config: &mut ServiceConfig, path: &str) {
        let server = Server {
            accounts: self.accounts.clone(),
            sessions: self.clone(),
        };
        let how = format!(
            "Cookie realm=\"statelab\", form-action=\"{path}/login\", cookie-name=\"{COOKIE}\""
        );
        let routes = web::scope(path)
            .configure(|config| routes::configure(config, self))
            .app_data(Data::new(server))
            .wrap(from_fn(own_pages_only))
            .wrap(from_fn(move |request, next| {
                ask(how.clone(), request, next)
            }));
        config.service(routes);
    }
}

/// A 401 of these routes asks for what they take, not for what the server around them takes.
async fn ask(
    how: String,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    if response.status() == StatusCode::UNAUTHORIZED {
        let how = HeaderValue::try_from(how).map_err(|_| Problem::Internal)?;
        response.headers_mut().insert(WWW_AUTHENTICATE, how);
    }
    Ok(response)
}
