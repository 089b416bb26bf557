//! `GET /api/me/`: a view behind `JWTAuthentication` and `IsAuthenticated`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header::HeaderMap},
    web::Data,
};
use serde_json::json;

use super::{Answer, refusal::Refusal};
use crate::{Settings, Tokens, visitor::Visitor};

/// Who is asking comes first, whatever the method: so it is with Django REST framework.
pub(super) async fn me(tokens: Data<Tokens>, request: HttpRequest) -> Answer {
    tokens.settings.check_header(request.headers())?;
    let visitor = Visitor::of(&tokens, &request).await?;
    let login = visitor.known().map_err(Refusal::of_stranger)?;
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return Err(Refusal::method(&request, "GET, HEAD"));
    }
    Ok(HttpResponse::Ok().json(json!({
        "id": login.user.id,
        "username": login.user.username,
        "email": login.user.email,
    })))
}

impl Settings {
    /// A scheme of ours and one word. Two lines are one to Django, joined by a comma, and so more
    /// than that.
    fn check_header(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let mut lines = headers.get_all(&self.header_name);
        let Some(Ok(line)) = lines.next().map(|line| line.to_str()) else {
            return Ok(());
        };
        let mut words = line.split_ascii_whitespace();
        let is_ours = words
            .next()
            .is_some_and(|scheme| self.is_header_type(scheme));
        let is_one = words.next().is_some() && words.next().is_none();
        if lines.next().is_some() || (is_ours && !is_one) {
            return Err(Refusal::unauthenticated(
                "Authorization header must contain two space-delimited values",
                Some("bad_authorization_header"),
            ));
        }
        Ok(())
    }
}
