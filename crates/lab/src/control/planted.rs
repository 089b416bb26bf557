//! What the attacker plants: how it is set, taken back, and ended when its attempt is over.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;
use tokio::time::sleep;

use super::Shared;
use crate::column::Column;
use crate::lure::CONTROL;

/// A planted cookie outlives its attempt by seconds at most, even where the page was closed.
const SECONDS: u32 = 20;

/// A `Set-Cookie` that plants one.
pub(super) fn line(name: &str, value: &str) -> String {
    format!("{name}={value}; Domain=lab.localhost; Path=/; Secure; Max-Age={SECONDS}")
}

/// `GET /clear`: takes back what was planted.
pub(super) async fn clear() -> HttpResponse {
    let mut answer = HttpResponse::NoContent();
    let names = Column::ALL.map(Column::cookie_name);
    for name in names.into_iter().chain([CONTROL]) {
        let line = format!("{name}=; Domain=lab.localhost; Path=/; Secure; Max-Age=0");
        answer.append_header((header::SET_COOKIE, line));
    }
    answer.finish()
}

/// The attacker's own login goes with its attempt: what the store keeps is counted.
pub(super) async fn end(shared: &Shared, attempt: &str) {
    if let Some((column, planted)) = shared.attempts.over(attempt) {
        let attacker = &shared.attacker;
        attacker.end_own(column, planted.name, &planted.value).await;
    }
}

/// Where the page is closed, nobody asks for the outcome; the cookie has ended by then, too.
pub(super) fn end_later(shared: &Data<Shared>, attempt: &str) {
    let (shared, attempt) = (shared.clone(), attempt.to_owned());
    actix_web::rt::spawn(async move {
        sleep(Duration::from_secs(SECONDS.into())).await;
        end(&shared, &attempt).await;
    });
}
