//! `cookie.lab.localhost` and its siblings, under `/__lab/`: the page inside a column's iframe.
//!
//! It acts on the column's own host, so its requests are same-origin with the server and the
//! browser's jar and storage are first-party. Everything else on these hosts is the server's.

use actix_web::cookie::time::Duration as Age;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header;
use actix_web::web::{self, Data, Json, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, guard};
use serde::Deserialize;
use serde_json::json;

use super::{Shared, assets, page};
use crate::board::ReadByScript;
use crate::clock;
use crate::column::Column;
use crate::hosts::Place;
use crate::jar;

const MAX_ITEMS: usize = 50;

/// What the column's script can read, as it reports it.
#[derive(Deserialize)]
struct Report {
    items: Vec<Pair>,
    #[serde(default)]
    cookies: Vec<Pair>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    value: String,
}

/// The paths under `/__lab` of these hosts.
pub(super) fn routes(config: &mut ServiceConfig) {
    let here = || guard::fn_guard(|context| matches!(page::place(context), Some(Place::Column(_))));
    config
        .route("/column", web::get().guard(here()).to(frame))
        .route("/storage", web::post().guard(here()).to(storage))
        .route("/forget", web::post().guard(here()).to(forget))
        .route("/{file:.*}", web::get().guard(here()).to(file));
}

/// The first thing that a browser asks of this host: what it sends along, it holds, also from
/// before the lab was started.
async fn frame(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    if let Some(column) = column(&request, &shared) {
        let now_ms = clock::now_ms();
        shared.board.update(|state| {
            let jar = &mut state.column_mut(column).jar;
            for (name, value) in sent(&request) {
                jar.saw(name, value, now_ms);
            }
        });
    }
    let Some(page) = assets::page("column.html") else {
        return HttpResponse::NotFound().body("The folder demo-client is not there.\n");
    };
    let origin = shared.hosts.page();
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
         frame-ancestors {origin}; base-uri 'none'; form-action 'none'"
    );
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .body(
            page.replace("%LAB_TOKEN%", shared.token.reveal())
                .replace("%LAB_ORIGIN%", &origin),
        )
}

async fn file(path: web::Path<String>) -> HttpResponse {
    assets::answer(&path)
}

/// Answers with the revision in which the column's last answer and this report are.
async fn storage(report: Json<Report>, request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    let Some(column) = column(&request, &shared) else {
        return HttpResponse::NotFound().finish();
    };
    let report = report.into_inner();
    let read = ReadByScript {
        items: pairs(report.items),
        cookies: pairs(report.cookies),
    };
    let changed = shared
        .board
        .read(|state, _| state.column(column).read_by_script != read);
    if changed {
        shared
            .board
            .update(|state| state.column_mut(column).read_by_script = read);
    }
    HttpResponse::Ok().json(json!({ "revision": shared.board.revision() }))
}

/// Has the browser drop every cookie that it holds for this host: it has just sent them.
async fn forget(request: HttpRequest, shared: Data<Shared>) -> HttpResponse {
    let Some(column) = column(&request, &shared) else {
        return HttpResponse::NotFound().finish();
    };
    let mut answer = HttpResponse::NoContent();
    for (name, _) in sent(&request) {
        answer.append_header((header::SET_COOKIE, deletion(name)));
    }
    shared
        .board
        .update(|state| state.column_mut(column).browser_forgot());
    answer.finish()
}

/// The cookies of a request.
fn sent(request: &HttpRequest) -> impl Iterator<Item = (&str, &str)> {
    request
        .headers()
        .get_all(header::COOKIE)
        .filter_map(|field| field.to_str().ok())
        .flat_map(jar::pairs)
        .take(MAX_ITEMS)
}

/// A deletion has to keep the promise of a prefix like any other `Set-Cookie`.
fn deletion(name: &str) -> String {
    let cookie = Cookie::build(name, "")
        .path("/")
        .secure(true)
        .same_site(SameSite::Lax);
    cookie.max_age(Age::ZERO).finish().to_string()
}

fn column(request: &HttpRequest, shared: &Shared) -> Option<Column> {
    match shared
        .hosts
        .place(request.headers().get(header::HOST)?.to_str().ok()?)?
    {
        Place::Column(column) => Some(column),
        Place::Page | Place::Lure(_) | Place::Bare => None,
    }
}

fn pairs(pairs: Vec<Pair>) -> Vec<(String, String)> {
    pairs
        .into_iter()
        .take(MAX_ITEMS)
        .map(|pair| (pair.name, pair.value))
        .collect()
}
