//! The attacker's pages: on hosts of his own and, as an application with a hole would, one on a
//! column's host that lets his script in.
//!
//! They do something only for an attempt that the lab's own page has begun, and their policies
//! let them reach nothing but the lab. Everything else on their hosts is not found.

use std::time::Duration;

use actix_web::guard::GuardContext;
use actix_web::http::header;
use actix_web::web::{self, Bytes, Data, Json, Query, ServiceConfig};
use actix_web::{Error, HttpRequest, HttpResponse, HttpResponseBuilder, Scope, guard};
use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, timeout};

use super::{Shared, assets, page, planted};
use crate::column::Column;
use crate::hosts::Place;
use crate::lure::{Attempt, CONTROL, Lure, MARK, Planted, Report, Site, Victim, Way};

/// What the attacker's pages are made of.
const FILES: [&str; 10] = [
    "lure.js",
    "lure.css",
    "injected.js",
    "icon.svg",
    "dom.js",
    "language.js",
    "lab-sentences.js",
    "i18n/en.json",
    "i18n/zh.json",
    "i18n/lab.zh.json",
];
/// What script may send home.
const MAX_REPORT: usize = 64 * 1024;
/// How long a question for the outcome waits, and how often it looks.
const WAIT: Duration = Duration::from_secs(2);
const TICK: Duration = Duration::from_millis(20);

/// Which lure, and for whom.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    lure: String,
    column: Column,
}

#[derive(Deserialize)]
struct Asked {
    attempt: String,
    /// As the visitor chose it on the page; else the operating system's.
    theme: Option<String>,
}

/// The paths under `/__lab`: the page's own orders, and the page with the hole.
pub(super) fn orders(config: &mut ServiceConfig) {
    let at = |place: fn(Place) -> bool| {
        guard::fn_guard(move |context| page::place(context).is_some_and(place))
    };
    let here = || at(|place| place == Place::Page);
    let column = at(|place| matches!(place, Place::Column(_)));
    config
        .route("/lure", web::post().guard(here()).to(begin))
        .route("/lure", web::get().guard(here()).to(outcome))
        .route("/hole", web::get().guard(column).to(hole));
}

/// The attacker's own hosts.
pub(super) fn pages() -> Scope {
    let here = |context: &GuardContext<'_>| matches!(page::place(context), Some(Place::Lure(_)));
    web::scope("")
        .guard(guard::fn_guard(here))
        .app_data(web::PayloadConfig::new(MAX_REPORT))
        .route("/", web::get().to(lure))
        .route("/clear", web::get().to(planted::clear))
        .route("/collect", web::post().to(collect))
        .route("/{file:.*}", web::get().to(file))
}

/// `POST /__lab/lure`: begins an attempt, and says which page to open.
async fn begin(order: Json<Order>, shared: Data<Shared>) -> HttpResponse {
    let Order { lure, column } = order.into_inner();
    let lure = Lure::named(&lure).filter(|lure| lure.columns.contains(&column));
    let Some(lure) = lure else {
        return HttpResponse::NotFound().finish();
    };
    if !shared.hosts.has_names() {
        let sentence = "This needs host names of its own for the attacker, and a class has one address. \
                        Start the lab on your own machine for it.";
        return HttpResponse::ServiceUnavailable().json(json!({ "sentence": sentence }));
    }
    let planted = match lure.way {
        Way::Plant => shared.attacker.own_cookie(column).await,
        _ => None,
    };
    if lure.way == Way::Plant && planted.is_none() {
        let sentence = "The attacker could not log in, so he has nothing to plant.";
        return HttpResponse::ServiceUnavailable().json(json!({ "sentence": sentence }));
    }
    let planted = planted.map(|(name, value)| Planted { name, value });
    let id = shared.attempts.begin(lure, column, planted);
    planted::end_later(&shared, &id);
    let page = match lure.is_inside() {
        true => format!("{}/__lab/hole", shared.hosts.column(column)),
        false => format!("{}/", shared.hosts.lure(lure.site)),
    };
    HttpResponse::Ok().json(json!({ "attempt": id, "page": format!("{page}?{MARK}={id}") }))
}

/// `GET /__lab/lure?attempt=…`: what came of it, or nothing after a while. The answer waits and not
/// the page, which lies behind the attacker's tab, where browsers let a timer run once a second.
async fn outcome(asked: Query<Asked>, shared: Data<Shared>) -> Result<HttpResponse, Error> {
    let mut changes = shared.board.watch();
    let started = Instant::now();
    let outcome = || {
        let read = |attempt: &Attempt| shared.board.read(|state, _| attempt.outcome(state));
        shared.attempts.read(&asked.attempt, read)
    };
    loop {
        changes.mark_unchanged();
        match outcome() {
            None => return Ok(HttpResponse::NotFound().finish()),
            Some(Some(_)) => break,
            Some(None) => {}
        }
        if started.elapsed() > WAIT {
            return Ok(HttpResponse::NoContent().finish());
        }
        // A report is no change of the board.
        drop(timeout(TICK, changes.changed()).await);
    }
    let turn = shared.turns.next().await?;
    let Some(Some(outcome)) = outcome() else {
        // Its exchanges were forgotten meanwhile.
        return Ok(HttpResponse::NoContent().finish());
    };
    let hosts = shared.hosts;
    let lured = turn.write(move || outcome.told(hosts)).await?;
    planted::end(&shared, &asked.attempt).await;
    Ok(HttpResponse::Ok().json(lured))
}

/// The attacker's page. With the page comes what he plants: a cookie of a harmless name, which
/// shows that this host can plant some, and his own login under the name of the victim's.
async fn lure(request: HttpRequest, asked: Query<Asked>, shared: Data<Shared>) -> HttpResponse {
    let site = site(&request, &shared);
    let attempt = shared.attempts.read(&asked.attempt, |attempt| {
        let fits = Some(attempt.lure.site) == site && !attempt.lure.is_inside();
        fits.then(|| {
            let planted = attempt.planted.as_ref();
            let lines = planted.map(|planted| {
                let value = planted.value.as_str();
                [(CONTROL, "1"), (planted.name, value)]
                    .map(|(name, value)| planted::line(name, value))
            });
            (attempt.lure, attempt.column, lines)
        })
    });
    let Some(Some((lure, column, lines))) = attempt else {
        return HttpResponse::NotFound().body("There is no such attempt. Begin one on the page.\n");
    };
    let mut answer = HttpResponse::Ok();
    for line in lines.into_iter().flatten() {
        answer.append_header((header::SET_COOKIE, line));
    }
    let target = shared.hosts.column(column);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' {target}; \
         connect-src 'self' {target}; form-action {target}; frame-ancestors 'none'; base-uri 'none'"
    );
    fill(
        &mut answer,
        &policy,
        "lure.html",
        lure,
        column,
        &asked,
        &shared,
    )
}

/// A page of the application that lets a script of the attacker's in, as one does that prints what
/// it was sent or loads what it should not. The servers have none such, so the lab has this one.
async fn hole(request: HttpRequest, asked: Query<Asked>, shared: Data<Shared>) -> HttpResponse {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| shared.hosts.place(host.to_str().ok()?));
    let attempt = shared.attempts.read(&asked.attempt, |attempt| {
        let fits = host == Some(Place::Column(attempt.column)) && attempt.lure.is_inside();
        fits.then_some((attempt.lure, attempt.column))
    });
    let Some(Some((lure, column))) = attempt else {
        return HttpResponse::NotFound().body("There is no such attempt. Begin one on the page.\n");
    };
    let evil = shared.hosts.lure(lure.site);
    let policy = format!(
        "default-src 'none'; script-src {evil}; style-src {evil}; img-src 'self'; connect-src 'self' {evil}; \
         frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    );
    let mut answer = HttpResponse::Ok();
    fill(
        &mut answer,
        &policy,
        "hole.html",
        lure,
        column,
        &asked,
        &shared,
    )
}

fn fill(
    answer: &mut HttpResponseBuilder,
    policy: &str,
    name: &str,
    lure: &Lure,
    column: Column,
    asked: &Asked,
    shared: &Shared,
) -> HttpResponse {
    let Some(page) = assets::page(name) else {
        return HttpResponse::NotFound().body("The folder demo-client is not there.\n");
    };
    let way = serde_json::to_value(lure.way).unwrap_or_default();
    let theme = asked.theme.as_deref();
    let theme = theme
        .filter(|theme| ["light", "dark"].contains(theme))
        .unwrap_or("system");
    let page = page
        .replace("%LURE%", lure.name)
        .replace("%WAY%", way.as_str().unwrap_or_default())
        .replace("%COLUMN%", column.id())
        .replace("%TARGET%", &shared.hosts.column(column))
        .replace("%EVIL%", &shared.hosts.lure(lure.site))
        .replace("%ATTEMPT%", &asked.attempt)
        .replace("%THEME%", theme);
    answer
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        // As on pages that say nothing of it: so `Origin` names them.
        .insert_header((header::REFERRER_POLICY, "strict-origin-when-cross-origin"))
        .body(page)
}

/// `POST /collect?attempt=…`: what script sends home.
async fn collect(asked: Query<Asked>, report: Bytes, shared: Data<Shared>) -> HttpResponse {
    let Ok(report) = serde_json::from_slice::<Report>(&report) else {
        return HttpResponse::BadRequest().finish();
    };
    match shared.attempts.report(&asked.attempt, report) {
        true => HttpResponse::NoContent().finish(),
        false => HttpResponse::NotFound().finish(),
    }
}

/// Its script runs in pages of other origins, as the attacker wants it to.
async fn file(path: web::Path<String>) -> HttpResponse {
    if !FILES.contains(&path.as_str()) {
        return HttpResponse::NotFound().body("There is no such file.\n");
    }
    let mut answer = assets::answer(&path);
    answer.headers_mut().insert(
        header::CROSS_ORIGIN_RESOURCE_POLICY,
        header::HeaderValue::from_static("cross-origin"),
    );
    answer
}

fn site(request: &HttpRequest, shared: &Shared) -> Option<Site> {
    let host = request.headers().get(header::HOST)?.to_str().ok()?;
    match shared.hosts.place(host)? {
        Place::Lure(site) => Some(site),
        _ => None,
    }
}

/// The lures as `GET /__lab/attacks` lists them.
pub(super) fn listed() -> Vec<serde_json::Value> {
    let one = |lure: &Lure| {
        let out = lure.victim == Victim::Out;
        json!({ "name": lure.name, "columns": lure.columns, "way": lure.way, "logged_out": out })
    };
    crate::lure::LURES.iter().map(one).collect()
}
