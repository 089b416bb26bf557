//! Exchanges as files to take away.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::Shared;
use crate::column::Column;
use crate::export::{Export, Format, Secrets};

/// What is wanted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wish {
    column: Column,
    format: Format,
    /// One exchange; left out: all that are remembered of the column.
    exchange: Option<u64>,
    /// Those of a step: this one and later.
    #[serde(default)]
    from: u64,
    /// Up to this one.
    to: Option<u64>,
    /// Only who asks for them gets credentials.
    #[serde(default)]
    credentials: Credentials,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Credentials {
    #[default]
    Masked,
    Shown,
}

/// `GET /__lab/export?column=jwt&format=har`.
pub(super) async fn file(wish: Query<Wish>, shared: Data<Shared>) -> HttpResponse {
    let Wish {
        column,
        format,
        exchange,
        from,
        to,
        credentials,
    } = wish.into_inner();
    let text = shared.board.read(|state, _| {
        let history = state.column(column).history();
        let chosen: Vec<_> = history
            .filter(|one| exchange.is_none_or(|id| one.id == id))
            .filter(|one| one.id >= from && to.is_none_or(|to| one.id <= to))
            .collect();
        let export = Export {
            column,
            origin: shared.hosts.column(column),
            masked: (credentials == Credentials::Masked).then(|| Secrets::of(state)),
        };
        // One that was asked for may have been forgotten meanwhile.
        (exchange.is_none() || !chosen.is_empty()).then(|| export.text(format, &chosen))
    });
    let Some(text) = text else {
        return HttpResponse::NotFound().body("This exchange is not remembered any more.\n");
    };
    let number = exchange.map(|id| format!("-{id}")).unwrap_or_default();
    let name = format!("statelab-{}{number}.{}", column.id(), format.extension());
    HttpResponse::Ok()
        .content_type(format.media_type())
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .body(text)
}
