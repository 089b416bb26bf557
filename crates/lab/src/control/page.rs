//! `lab.localhost`: the page, its files, the view and the buttons.

use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::guard::GuardContext;
use actix_web::http::header;
use actix_web::web::{self, Data, Json, ServiceConfig};
use actix_web::{HttpResponse, Resource, guard};
use serde::Deserialize;
use serde_json::json;

use super::{Shared, assets, attacks, events, export, scoreboard};
use crate::class::Guess;
use crate::column::Column;
use crate::director::Command;
use crate::hosts::Place;
use crate::lessons::{Act, lessons};
use crate::line::Line;
use crate::profile::Profile;
use crate::variants::{Variants, words};

/// An order, as the page sends it. One without members has braces all the same: of a unit variant
/// serde would ignore what else stands there.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "lowercase", deny_unknown_fields)]
enum Order {
    Replay {},
    Forge {},
    Demote {},
    Promote {},
    Reset {
        /// Without the variants that the lab was started with, as a lesson needs it.
        #[serde(default)]
        usual: bool,
    },
    Profile {
        profile: Profile,
    },
    Variant {
        column: Column,
        choice: String,
    },
    /// The usual ones and these.
    Variants {
        #[serde(default)]
        cookie: Vec<String>,
        #[serde(default)]
        session: Vec<String>,
        #[serde(default)]
        jwt: Vec<String>,
    },
    Line {
        line: Line,
    },
    Flush {},
    Restart {
        new_keys: bool,
    },
    Ahead {
        seconds: NonZeroU32,
    },
}

/// The paths under `/__lab` of this host.
pub(super) fn routes(config: &mut ServiceConfig) {
    let here = || guard::fn_guard(is_here);
    config
        .route("/view", web::get().guard(here()).to(view))
        .route("/events", web::get().guard(here()).to(events::stream))
        .route("/export", web::get().guard(here()).to(export::file))
        .route("/attacks", web::get().guard(here()).to(attacks::list))
        .route("/attack", web::post().guard(here()).to(attacks::run))
        .route("/lessons", web::get().guard(here()).to(taught))
        .route("/scoreboard", web::get().guard(here()).to(scoreboard::show))
        .route("/cost", web::get().guard(here()).to(scoreboard::cost))
        .route(
            "/measure",
            web::post().guard(here()).to(scoreboard::measure),
        )
        .route("/predicted", web::post().guard(here()).to(predicted))
        .route("/control", web::post().guard(here()).to(control));
}

/// Every other path of this host is a file.
pub(super) fn assets() -> Resource {
    web::resource("/{file:.*}")
        .guard(guard::fn_guard(is_here))
        .route(web::get().to(file))
        .route(web::head().to(file))
}

fn is_here(context: &GuardContext<'_>) -> bool {
    place(context) == Some(Place::Page)
}

/// The host that a request asks for.
pub(super) fn place(context: &GuardContext<'_>) -> Option<Place> {
    let host = context.head().headers().get(header::HOST)?.to_str().ok()?;
    context.app_data::<Data<Shared>>()?.hosts.place(host)
}

async fn file(path: web::Path<String>, shared: Data<Shared>) -> HttpResponse {
    if !path.is_empty() {
        return assets::answer(&path);
    }
    let Some(page) = assets::page("index.html") else {
        return HttpResponse::NotFound().body("The folder demo-client is not there.\n");
    };
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, policy(&shared)))
        .body(page.replace("%LAB_TOKEN%", shared.token.reveal()).replace(
            "%LAB_CLASS%",
            if shared.seat.is_some() { "yes" } else { "" },
        ))
}

/// `POST /__lab/predicted`: what a visitor of a class foretells. Elsewhere nobody counts.
async fn predicted(guess: Json<Guess>, shared: Data<Shared>) -> HttpResponse {
    match &shared.seat {
        Some(seat) if seat.tally.count(seat.room, guess.into_inner()) => {
            HttpResponse::NoContent().finish()
        }
        _ => HttpResponse::NotFound().finish(),
    }
}

/// The page may load its own files, talk to its own origin, and frame the three columns.
fn policy(shared: &Shared) -> String {
    let frames = Column::ALL
        .map(|column| shared.hosts.column(column))
        .join(" ");
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; frame-src {frames}; frame-ancestors 'none'; base-uri 'none'; \
         form-action 'none'"
    )
}

async fn view(shared: Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(shared.view())
}

async fn control(order: Json<Order>, shared: Data<Shared>) -> HttpResponse {
    let Some(command) = command(order.into_inner(), &shared) else {
        return HttpResponse::BadRequest()
            .json(json!({ "ok": false, "sentence": "This column has no variant of that name." }));
    };
    let resets = matches!(command, Command::Reset { usual: false });
    match shared.orders.give(command).await {
        Ok(done) => {
            // What a round has measured belongs to the past as well; a lesson begins with a reset of
            // its own and leaves the scoreboard alone.
            if resets {
                shared.rounds.forget();
            }
            let revision = shared.board.revision();
            HttpResponse::Ok()
                .json(json!({ "ok": true, "forget": done.forget, "revision": revision }))
        }
        Err(error) => {
            log::warn!("{error}");
            HttpResponse::ServiceUnavailable()
                .json(json!({ "ok": false, "sentence": error.to_string() }))
        }
    }
}

/// What the director is told; `None` for a variant that there is not.
fn command(order: Order, shared: &Shared) -> Option<Command> {
    Some(match order {
        Order::Replay {} => Command::Replay,
        Order::Forge {} => Command::Forge,
        Order::Demote {} => Command::Demote,
        Order::Promote {} => Command::Promote,
        Order::Reset { usual } => Command::Reset { usual },
        Order::Profile { profile } => Command::Profile(profile),
        Order::Variant { column, choice } => Command::Variant {
            column,
            word: words(column).into_iter().find(|word| *word == choice)?,
        },
        Order::Variants {
            cookie,
            session,
            jwt,
        } => {
            let profile = shared.board.read(|state, _| state.profile);
            let wanted = [cookie, session, jwt];
            let usual = Variants::usual(profile);
            let variants = Column::ALL
                .into_iter()
                .try_fold(usual, |variants, column| {
                    let words = wanted[column.index()].iter().map(String::as_str);
                    variants.with_all(column, words)
                })?;
            Command::Variants(variants)
        }
        Order::Line { line } => Command::Line(line),
        Order::Flush {} => Command::Flush,
        Order::Restart { new_keys } => Command::Restart {
            with_new_keys: new_keys,
        },
        Order::Ahead { seconds } => Command::Ahead(Duration::from_secs(seconds.get().into())),
    })
}

/// `GET /__lab/lessons`
async fn taught(shared: Data<Shared>) -> HttpResponse {
    let has_names = shared.hosts.has_names();
    let possible = lessons().iter().filter(|lesson| {
        let mut acts = lesson.steps.iter().map(|step| step.act);
        has_names || !acts.any(Act::needs_names)
    });
    HttpResponse::Ok().json(possible.collect::<Vec<_>>())
}
