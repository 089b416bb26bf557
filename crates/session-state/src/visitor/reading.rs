//! The short way, for routes whose handlers look at the session and leave it as it is.
//!
//! On the way of [`Sessions::behind`] each request is made ready for a handler that may write:
//! actix-session opens the cookie through a jar and copies the session into a map, actix-identity
//! puts a second face on that map, and both are looked through again afterwards. On that way
//! `GET /me` took 86,000 instructions, on this one 64,000. A handler that takes a
//! [`Reader`](crate::Reader) cannot write, so here the session is found and shown, and that is all.
//! The few writes that come with reading (the use is noted once a minute, a cookie of an older key
//! is sealed anew) are made here too.

use std::{cell::Cell, rc::Rc};

use actix_web::{
    Error, HttpMessage, Resource, ResponseError,
    body::MessageBody,
    dev::{HttpServiceFactory, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::header::{self, HeaderMap, HeaderValue},
    middleware::{Next, from_fn},
};
use contract::{
    Problem,
    cookies::{self, Found as Sent},
};

use super::noting::is_due;
use crate::{
    COOKIE,
    credential::{Found, Opened, Sessions},
};

/// What a handler on the short way may see.
pub(super) struct View {
    pub(super) sessions: Rc<Sessions>,
    pub(super) found: Option<Found>,
    /// A handler has looked, so that the answer depends on the cookie.
    pub(super) looked: Cell<bool>,
}

impl Sessions {
    /// Puts a route behind the session whose handlers only look at it: they take a [`Reader`](crate::Reader).
    /// Neither a [`Visitor`](crate::Visitor) nor actix-session's `Session` nor actix-identity's
    /// `Identity` is there for them; those are what [`Sessions::behind`] is for. In return a request
    /// costs little more than the one command that asks Redis.
    ///
    /// All else is as there: the idle time begins anew, the use is noted for the list of logins,
    /// and the answer says `Vary: Cookie` where the handler has taken a [`Reader`](crate::Reader).
    pub fn reading(&self, route: Resource) -> impl HttpServiceFactory + use<> {
        let sessions = Rc::new(self.clone());
        route.wrap(from_fn(move |request, next| {
            show(Rc::clone(&sessions), request, next)
        }))
    }

    /// The id that a request came with, if it is one of ours.
    pub(crate) fn opened(&self, headers: &HeaderMap) -> Result<Option<Opened>, Problem> {
        match cookies::find(headers, COOKIE) {
            Sent::One(value) => Ok(self.ring.open(value)),
            Sent::None => Ok(None),
            // Nobody can tell which of them to believe.
            Sent::Ambiguous => Err(Problem::MalformedRequest),
        }
    }
}

// ANCHOR: reading
/// Between the wire and the handler.
async fn show(
    sessions: Rc<Sessions>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    // 1. Find the credential.
    let opened = sessions.opened(request.headers())?;
    // 2. Is it ours, and is its time not over? 3. Has it been ended?
    let found = match &opened {
        Some(opened) => sessions.live(&opened.id).await.map_err(refused)?,
        None => None,
    };
    let view = Rc::new(View {
        sessions,
        found,
        looked: Cell::new(false),
    });
    request.extensions_mut().insert(Rc::clone(&view));
    let mut response = next.call(request).await?;
    if let (Some(found), Some(opened)) = (&view.found, &opened) {
        view.sessions
            .write_what_reading_wants(found, opened, &mut response)
            .await
            .map_err(refused)?;
    }
    if view.looked.get() {
        response.headers_mut().append(header::VARY, ON_COOKIE);
    }
    Ok(response)
}
// ANCHOR_END: reading

const ON_COOKIE: HeaderValue = HeaderValue::from_static("Cookie");

/// Only the problem goes out: no cookie, and no deletion of one.
fn refused(problem: Problem) -> Error {
    let mut response = problem.error_response();
    response.headers_mut().append(header::VARY, ON_COOKIE);
    InternalError::from_response(problem, response).into()
}

impl Sessions {
    /// Notes the use where that is due, and sends the cookie again where the browser is to keep it
    /// longer, or under the current key. Mostly there is nothing to do.
    async fn write_what_reading_wants(
        &self,
        found: &Found,
        opened: &Opened,
        response: &mut ServiceResponse<impl MessageBody>,
    ) -> Result<(), Problem> {
        // "503: nothing was changed."
        let noted = is_due(found, self.noted_every()) && !response.status().is_server_error();
        if noted {
            // Boxed, as it is rare: else each request would be moved about with room for it.
            Box::pin(self.note_use(found)).await?;
        }
        if (opened.is_from_before || noted && found.record.kept)
            && let Sent::One(sent) = cookies::find(response.request().headers(), COOKIE)
        {
            let renewed = self.ring.renewed(sent);
            let value = renewed.unwrap_or_else(|| sent.to_owned());
            self.give_anew(&value, found, response.headers_mut());
        }
        Ok(())
    }
}
