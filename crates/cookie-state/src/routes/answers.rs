//! Answers that several routes give.

use actix_web::{HttpResponse, http::header::SET_COOKIE};
use contract::{Problem, answer};
use serde::Serialize;

use crate::{
    Server,
    credential::{Contents, delete_cookie},
    visitor::Visitor,
};

pub(super) type Answer = Result<HttpResponse, Problem>;

impl Server {
    /// 204 with the cookie as it is now, a version newer than those that are out.
    pub(super) fn keep(&self, mut contents: Contents) -> Answer {
        contents.version = contents.version.saturating_add(1);
        let set_cookie = self.seal.set_cookie(&contents)?;
        Ok(HttpResponse::NoContent()
            .insert_header((SET_COOKIE, set_cookie))
            .finish())
    }

    /// 200, and the cookie again where the browser should have it anew.
    pub(super) fn ok(&self, visitor: &Visitor, body: impl Serialize) -> Answer {
        let mut answer = answer::json(&body)?;
        if let Some(contents) = visitor.contents.as_ref().filter(|_| visitor.is_due)
            // What no longer fits, because the account has grown, is no reason not to answer.
            && let Ok(set_cookie) = self.seal.set_cookie(contents)
        {
            answer.headers_mut().insert(SET_COOKIE, set_cookie);
        }
        Ok(answer)
    }
}

/// 204, and the browser is asked to forget.
pub(super) fn forget() -> Answer {
    Ok(HttpResponse::NoContent()
        .insert_header((SET_COOKIE, delete_cookie()?))
        .finish())
}
