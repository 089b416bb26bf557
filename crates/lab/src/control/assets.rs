//! The files of the page, out of `demo-client/`.
//!
//! A release build has them inside; a debug build reads the folder, so that the page can be
//! worked on without building anything.

use actix_web::HttpResponse;
use actix_web::http::header;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../demo-client"]
struct Files;

/// A file's text, for a page that gets something filled in.
pub(super) fn page(name: &str) -> Option<String> {
    let file = Files::get(name)?;
    Some(String::from_utf8_lossy(&file.data).into_owned())
}

/// A file as it is. Pages are not among them: they are filled in and have policies of their own.
pub(super) fn answer(name: &str) -> HttpResponse {
    let file = media_type(name).zip(Files::get(name));
    match file {
        Some((media, file)) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, media))
            .body(file.data.into_owned()),
        None => HttpResponse::NotFound().body("There is no such file.\n"),
    }
}

/// The kinds of files that the page is made of; nothing else is handed out.
fn media_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "js" => Some("text/javascript; charset=utf-8"),
        "css" => Some("text/css; charset=utf-8"),
        "json" => Some("application/json"),
        "svg" => Some("image/svg+xml"),
        "png" => Some("image/png"),
        "woff2" => Some("font/woff2"),
        _ => None,
    }
}
