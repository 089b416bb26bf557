//! The resource, route by route.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use actix_web::{
    HttpResponse,
    web::{self, Data, ReqData, ServiceConfig},
};
use contract::{
    Problem,
    body::Object,
    routes::{other_methods, read},
    wire::User,
};
use serde::{Deserialize, Serialize};

use crate::{
    chain::Login,
    view::{Permission, behind},
};

/// Characters of a note.
const LONGEST_NOTE: usize = 1000;

/// One note for each account, for as long as the server runs: something that a forged request
/// could change.
#[derive(Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<BTreeMap<i64, String>>>);

/// Who asks, as the chain has found.
type Asks = ReqData<Option<Login>>;

type Answer = Result<HttpResponse, Problem>;

/// 200 of every route but `GET /note`.
#[derive(Serialize)]
struct Known<'a> {
    user: Option<&'a User>,
    /// `jwt`, `session` or `basic`.
    mechanism: Option<&'static str>,
}

/// The body of `POST /note`, and 200 of `GET /note`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    text: String,
}

pub(crate) fn configure(config: &mut ServiceConfig, notes: &Notes) {
    let get = |path, handler| {
        web::resource(path)
            .route(handler)
            .default_service(other_methods("GET, HEAD"))
    };
    let note = web::resource("/note")
        .route(read().to(read_note))
        .route(web::post().to(write_note))
        .default_service(other_methods("GET, HEAD, POST"));
    config
        .app_data(Data::new(notes.clone()))
        .service(behind(
            get("/me", read().to(known)),
            Permission::IsAuthenticated,
        ))
        .service(behind(note, Permission::IsAuthenticated))
        .service(behind(get("/open", read().to(known)), Permission::AllowAny))
        .service(behind(get("/admin", read().to(known)), Permission::IsAdmin));
}

/// `GET /me`, `GET /open`, `GET /admin`
async fn known(asks: Asks) -> Answer {
    let login = asks.as_ref();
    Ok(HttpResponse::Ok().json(Known {
        user: login.map(|login| &login.user),
        mechanism: login.map(|login| login.by.name()),
    }))
}

/// `GET /note`
async fn read_note(asks: Asks, notes: Data<Notes>) -> Answer {
    let login = asks.as_ref().ok_or(Problem::LoginRequired)?;
    let text = notes.with(|notes| notes.get(&login.user.id).cloned());
    Ok(HttpResponse::Ok().json(Note {
        text: text.unwrap_or_default(),
    }))
}

/// `POST /note`
async fn write_note(asks: Asks, notes: Data<Notes>, body: Object<Note>) -> Answer {
    let login = asks.as_ref().ok_or(Problem::LoginRequired)?;
    let Note { text } = body.into_inner();
    if text.chars().count() > LONGEST_NOTE {
        return Err(Problem::Unacceptable("a note has at most 1000 characters"));
    }
    notes.with(|notes| notes.insert(login.user.id, text));
    known(asks).await
}

impl Notes {
    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<i64, String>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
