//! Each use of a session is written down, now and then.

use std::time::Duration;

use actix_session::{SessionExt, SessionStatus};
use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use contract::{Problem, wire::Timestamp};

use crate::credential::{ASIDE, Found, NOTED, Sessions};

/// A use of a session is written down this often. It is for the list of logins; the idle time
/// does not rest on it.
const NOTED_EVERY: Duration = Duration::from_secs(60);

impl Sessions {
    pub(super) fn noted_every(&self) -> Duration {
        match self.save_every_request {
            true => Duration::ZERO,
            false => NOTED_EVERY,
        }
    }
}

/// Between actix-session and the handlers.
pub(super) async fn note(
    often: Duration,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let session = request.get_session();
    let aside = ASIDE.get();
    let found = aside.borrow().found.clone();
    if let Some(found) = found
        && is_due(&found, often)
    {
        let mut record = found.record.clone();
        record.seen_at = Timestamp::now().unix();
        aside.borrow_mut().record = Some(record);
        session.insert(NOTED, 1).map_err(|_| Problem::Internal)?;
    }
    let response = next.call(request).await?;
    if response.status().is_server_error() {
        // "503: nothing was changed." The session itself is in the extensions, and without it
        // actix-session has nothing to save.
        response.request().extensions_mut().clear();
    }
    let mut aside = aside.borrow_mut();
    aside.renewing = session.status() == SessionStatus::Renewed;
    aside.looked |= session.status() != SessionStatus::Unchanged;
    Ok(response)
}

/// Whether this use of a session is to be written down. Visitors without a login are on no list.
pub(super) fn is_due(found: &Found, often: Duration) -> bool {
    let listed = found.account.is_some() || often.is_zero();
    listed
        && Timestamp::from_unix(found.record.seen_at)
            .plus(often)
            .has_come()
}
