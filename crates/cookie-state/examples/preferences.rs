//! A program of one's own that keeps a visitor's taste in a signed cookie.
//!
//! ```sh
//! cargo run -p cookie-state --example preferences
//! curl -i -X PUT http://127.0.0.1:8011/theme/dark
//! ```

use std::time::Duration;

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::header::SET_COOKIE,
    web::{Data, Path, delete, get, put},
};
use contract::{Problem, settings::MasterKey, wire::Timestamp};
use cookie_state::cookies::{
    Attributes, Keys, Lifetime, Protection, SameSite, delete as forget, sent, set,
};

/// `__Host-`: no sibling host can plant one.
const THEME: &str = "__Host-theme";
/// What the browser is asked to keep, and what the server believes; only the second counts.
const A_YEAR: Duration = Duration::from_secs(365 * 86_400);

// ANCHOR: set
/// The attributes, in one place: a cookie is deleted with those with which it was set.
fn attributes() -> Attributes {
    Attributes {
        lifetime: Lifetime::Seconds(A_YEAR.as_secs().cast_signed()),
        secure: true,
        http_only: true,
        same_site: Some(SameSite::Lax),
        ..Attributes::default()
    }
}

async fn choose(keys: Data<Keys>, theme: Path<String>) -> Result<HttpResponse, Problem> {
    let now = Timestamp::now();
    let value = keys.of(THEME).protect(Protection::Signed, &theme, now);
    // A theme that no cookie can hold is 422 with the reason.
    let line = set(THEME, &value, &attributes(), now)?;
    Ok(HttpResponse::NoContent()
        .insert_header((SET_COOKIE, line))
        .finish())
}
// ANCHOR_END: set

// ANCHOR: read
async fn show(keys: Data<Keys>, request: HttpRequest) -> Result<String, Problem> {
    let Some(value) = sent(request.headers(), THEME)? else {
        return Ok("light".to_owned());
    };
    let theme = keys.of(THEME).believe(Protection::Signed, value)?;
    theme.is_younger_than(A_YEAR, Timestamp::now())?;
    Ok(theme.value)
}
// ANCHOR_END: read

async fn reset() -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::NoContent()
        .insert_header((SET_COOKIE, forget(THEME, &attributes())?))
        .finish())
}

const ADDRESS: (&str, u16) = ("127.0.0.1", 8011);

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    // A program that is more than an example reads its keys: MasterKey::from_file.
    let keys = Keys::new("preferences", MasterKey::random(), vec![]);
    HttpServer::new(move || {
        App::new()
            .app_data(Data::new(keys.clone()))
            .route("/theme/{theme}", put().to(choose))
            .route("/theme", get().to(show))
            .route("/theme", delete().to(reset))
    })
    .workers(1)
    .bind(ADDRESS)
    .inspect_err(|_| eprintln!("preferences: cannot listen on {ADDRESS:?}"))?
    .run()
    .await
}
