//! The cookie API: what a visitor's browser is to keep, cookie by cookie.
//!
//! Beyond the contract, and beside the login: no route here reads, sets or deletes the login cookie
//! or any name that could be taken for it.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::SET_COOKIE,
    web::{self, Data, Path, Query, ServiceConfig},
};
use contract::{
    Problem,
    body::Object,
    routes::{other_methods, read},
    wire::Timestamp,
};

use super::Answer;
use crate::{
    COOKIE, Server,
    cookies::{
        Attributes, Believed, Disbelief, Entry, Inventory, Protection, Refusal, SHORTEST_PROTECTED,
        SameSite, all_sent, delete, name::shadows, sent, set,
    },
    credential::header,
};

mod wire;

use wire::{Asked, Expected, Listed, Shown, Which};

/// Remembers what was set; see [`Inventory`].
const LIST: &str = "__Host-cookies";

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/cookies")
                .route(read().to(list))
                .default_service(other_methods("GET, HEAD")),
        )
        .service(
            web::resource("/cookies/{name}")
                .route(read().to(show))
                .route(web::put().to(put))
                .route(web::delete().to(remove))
                .default_service(other_methods("GET, HEAD, PUT, DELETE")),
        );
}

/// `PUT /cookies/{name}`
async fn put(
    server: Data<Server>,
    request: HttpRequest,
    name: Path<String>,
    body: Object<Asked>,
) -> Answer {
    let name = free(name.into_inner())?;
    let now = Timestamp::now();
    let asked = body.into_inner();
    let (attributes, protection) = (asked.attributes()?, asked.protection()?);
    let value = server
        .keys
        .of(name.clone())
        .protect(protection, &asked.value, now);
    let line = set(&name, &value, &attributes, now)?;

    let mut inventory = server.inventory(&request);
    let entry = Entry::new(&name, &value, protection, &attributes, now);
    if attributes.lifetime.is_over(now) {
        inventory.strike(&entry);
        return server.forget(&line, &inventory);
    }
    let pairs = contract::cookies::all(request.headers());
    let others = pairs.filter(|(name, _)| ![COOKIE, LIST].map(str::as_bytes).contains(name));
    inventory.note(entry, inventory.unlisted(others))?;
    let list = server.list_line(&inventory)?;
    no_content([&line, &list])
}

/// `DELETE /cookies/{name}`
async fn remove(
    server: Data<Server>,
    request: HttpRequest,
    name: Path<String>,
    which: Query<Which>,
) -> Answer {
    let name = free(name.into_inner())?;
    let mut inventory = server.inventory(&request);
    let named = inventory.named(&name).filter(|entry| which.fits(entry));
    let fitting: Vec<Entry> = named.cloned().collect();
    let attributes = match fitting.as_slice() {
        [entry] => entry.attributes(),
        // Set by somebody else: what the request says is all that is known of it.
        [] => which.attributes(&name)?,
        _ => {
            return Err(Problem::Unacceptable(
                "several cookies have this name; say which by path and domain",
            ));
        }
    };
    let line = delete(&name, &attributes)?;
    for entry in &fitting {
        inventory.strike(entry);
    }
    server.forget(&line, &inventory)
}

/// `GET /cookies/{name}`
async fn show(
    server: Data<Server>,
    request: HttpRequest,
    name: Path<String>,
    expected: Query<Expected>,
) -> Answer {
    let name = free(name.into_inner())?;
    let value = sent(request.headers(), &name)?.ok_or(Problem::NotFound)?;
    let inventory = server.inventory(&request);
    let entry = inventory.named(&name).next();
    let expected_protection = match &expected.protection {
        Some(text) => Some(text.parse()?),
        // The list is sealed; the cookie itself does not get to say how it is to be checked.
        None => entry.map(|entry| entry.protection),
    };
    let (protection, believed) = server.read(&name, value, expected_protection);
    let believed = believed?;
    if let Some(max_age) = expected.max_age {
        believed.is_younger_than(Duration::from_secs(max_age), Timestamp::now())?;
    }
    let shown = Shown::new(&name, protection, Some(Ok(believed)), entry);
    Ok(HttpResponse::Ok().json(shown))
}

/// `GET /cookies`
async fn list(server: Data<Server>, request: HttpRequest) -> Answer {
    let inventory = server.inventory(&request);
    let mut cookies = Vec::new();
    let mut all = all_sent(request.headers());
    all.retain(|name, _| !is_ours(name));
    for (name, value) in &all {
        let entry = inventory.named(name).next();
        let expected = entry.map(|entry| entry.protection);
        let (protection, believed) = match value {
            Ok(value) => server.read(name, value, expected),
            Err(why) => (expected.unwrap_or(Protection::Plain), Err(*why)),
        };
        cookies.push(Shown::new(name, protection, Some(believed), entry));
    }
    // Set, and not sent here: another Path or Domain, or a browser that did not take it.
    for entry in inventory.entries() {
        if !all.contains_key(entry.name.as_str()) {
            cookies.push(Shown::new(&entry.name, entry.protection, None, Some(entry)));
        }
    }
    Ok(HttpResponse::Ok().json(Listed { cookies }))
}

impl Server {
    /// The list that came with the request; an empty one, where it cannot be believed.
    fn inventory(&self, request: &HttpRequest) -> Inventory {
        let value = sent(request.headers(), LIST).unwrap_or_default();
        Inventory::open(&self.keys.of(LIST), value)
    }

    /// What is behind a value, and how it was protected.
    ///
    /// Where nobody says how it has to be, one that holds is taken for what it is. One that does not,
    /// and is long enough, could be a protected one that was changed: it is not shown as a plain one.
    fn read(
        &self,
        name: &str,
        value: &str,
        expected: Option<Protection>,
    ) -> (Protection, Result<Believed, Disbelief>) {
        let is_short = value.len() < SHORTEST_PROTECTED;
        let expected = expected.or(is_short.then_some(Protection::Plain));
        let keys = self.keys.of(name.to_owned());
        if let Some(protection) = expected {
            return (protection, keys.believe(protection, value));
        }
        for protection in [Protection::Private, Protection::Signed] {
            if let Ok(believed) = keys.believe(protection, value) {
                return (protection, Ok(believed));
            }
        }
        (Protection::Plain, Err(Disbelief::Unlisted))
    }

    /// 204 that deletes a cookie. Its line comes last: of several deletions in one answer, curl 7.88
    /// forgets only the last, where it reads and writes one file (`-b FILE -c FILE`).
    fn forget(&self, line: &str, inventory: &Inventory) -> Answer {
        let list = self.list_line(inventory)?;
        no_content([&list, line])
    }

    /// The line that keeps the list as it is now.
    fn list_line(&self, inventory: &Inventory) -> Result<String, Refusal> {
        let attributes = Attributes {
            secure: true,
            http_only: true,
            same_site: Some(SameSite::Lax),
            ..Attributes::default()
        };
        let keys = self.keys.of(LIST);
        inventory.line(LIST, &keys, attributes, Timestamp::now())
    }
}

fn no_content(lines: [&str; 2]) -> Answer {
    let mut answer = HttpResponse::NoContent();
    for line in lines {
        answer.append_header((SET_COOKIE, header(line)?));
    }
    Ok(answer.finish())
}

/// A name that visitors may use.
fn free(name: String) -> Result<String, Problem> {
    if is_ours(&name) {
        return Err(Problem::Unacceptable(
            "this name belongs to the server, however its prefix is spelt",
        ));
    }
    Ok(name)
}

fn is_ours(name: &str) -> bool {
    shadows(name, &[COOKIE, LIST])
}
