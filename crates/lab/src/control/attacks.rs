//! The attacks: which there are, and one of them tried.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{Data, Json};
use serde::Deserialize;
use serde_json::json;

use super::{Shared, lures};
use crate::attacks::{ATTACKS, Attack, Ground};
use crate::column::Column;

/// Attacks of one lab that run at once, those that were left among them. Each starts a server or two.
pub(super) const AT_ONCE: usize = 2;

/// Which one, and where.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    attack: String,
    column: Column,
}

/// `GET /__lab/attacks`: each with the columns that it has something to aim at; those that the
/// lab can try by itself, and those that need the visitor's browser.
pub(super) async fn list(shared: Data<Shared>) -> HttpResponse {
    let listed = ATTACKS.iter().map(|attack| {
        let columns: Vec<Column> = Column::ALL
            .into_iter()
            .filter(|column| attack.case(*column).is_some())
            .collect();
        json!({ "name": attack.name, "columns": columns, "way": null, "logged_out": false })
    });
    let lures = shared.hosts.has_names().then(lures::listed);
    let listed = listed.chain(lures.into_iter().flatten());
    HttpResponse::Ok().json(listed.collect::<Vec<_>>())
}

/// `POST /__lab/attack`: tries one, on a server that runs as the column does now.
pub(super) async fn run(order: Json<Order>, shared: Data<Shared>) -> HttpResponse {
    let failed = |sentence: &str| {
        HttpResponse::ServiceUnavailable().json(json!({ "ok": false, "sentence": sentence }))
    };
    let Some(attack) = Attack::named(&order.attack) else {
        return HttpResponse::NotFound().finish();
    };
    let variants = shared.board.read(|state, _| state.variants);
    let Ok(place) = Arc::clone(&shared.attacks).acquire_owned().await else {
        return failed("The lab is stopping.");
    };
    let ground = Ground {
        place: Some(place),
        accounts: Some(shared.accounts.clone()),
    };
    match attack.run_on(order.column, variants, ground).await {
        Ok(Some(tried)) => HttpResponse::Ok().json(tried),
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(error) => {
            log::warn!("{error}");
            failed(&error.to_string())
        }
    }
}
