//! The contract, route by route.

use std::time::Duration;

use actix_identity::Identity;
use actix_session::Session;
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    cookie::Key,
    http::header,
    web::{self, Data, Path, ServiceConfig},
};
use contract::{
    Problem,
    body::Object,
    device::device,
    peer,
    routes::{other_methods, read},
    wire::{
        Admin, Expiry, ExpiryBody, ExpiryRequest, LoggedIn, Login, LoginRequest, Logins, Me,
        PasswordRequest, StateBody, StateRequest, Timestamp, is_state_key,
    },
};
use store::Digest;

use crate::{
    Server,
    credential::{Found, Record, STATE, Sessions, delete_cookie},
    visitor::{Visitor, behind},
};

/// The store counts in milliseconds and the contract in seconds.
const NEARLY: Duration = Duration::from_millis(999);

type Answer = Result<HttpResponse, Problem>;

pub(crate) fn configure(config: &mut ServiceConfig, sessions: &Sessions, seal: &Key) {
    let post = |path, route| {
        web::resource(path)
            .route(route)
            .default_service(other_methods("POST"))
    };
    let get = |path, route| {
        web::resource(path)
            .route(route)
            .default_service(other_methods("GET, HEAD"))
    };
    let on = |route| behind(route, sessions, seal);
    config
        .service(on(post("/login", web::post().to(log_in))))
        .service(post("/refresh", web::post().to(refresh)))
        .service(on(post("/logout", web::post().to(log_out))))
        .service(on(post(
            "/logout/everywhere",
            web::post().to(log_out_everywhere),
        )))
        .service(on(post("/password", web::post().to(change_password))))
        .service(on(get("/me", read().to(me))))
        .service(on(get("/admin", read().to(admin))))
        .service(on(web::resource("/state")
            .route(read().to(read_state))
            .route(web::delete().to(flush))
            .default_service(other_methods("GET, HEAD, DELETE"))))
        .service(on(web::resource("/state/{key}")
            .route(web::put().to(write_state))
            .route(web::delete().to(delete_state))
            .default_service(other_methods("PUT, DELETE"))))
        .service(on(web::resource("/expiry")
            .route(web::put().to(set_expiry))
            .default_service(other_methods("PUT"))))
        .service(on(get("/logins", read().to(logins))))
        .service(on(web::resource("/logins/{id}")
            .route(web::delete().to(end_login))
            .default_service(other_methods("DELETE"))));
}

/// `POST /login`
async fn log_in(
    server: Data<Server>,
    visitor: Visitor,
    request: HttpRequest,
    body: Object<LoginRequest>,
) -> Answer {
    let from = peer::address(&request)?;
    let account = server
        .accounts
        .authenticate(&body.username, &body.password, from)
        .await?;

    // Session fixation, ASVS 7.2.4: what was there before the login ends with it.
    if let Some(before) = &visitor.found {
        let was_there = server.sessions.end(&before.name).await?;
        // What an anonymous visitor put in is kept; what another account put in is not.
        let of_another = before
            .account
            .as_ref()
            .is_some_and(|before| before.id != account.id);
        if of_another || !was_there {
            visitor.session.clear();
        }
    }
    let record = Record::of_login(&account, body.remember, device(request.headers()));
    record.write(&visitor.session)?;
    // Writes who it is, and has actix-session make a new id.
    Identity::login(&request.extensions(), account.id.to_string())
        .map_err(|_| Problem::Internal)?;
    let body = LoggedIn {
        user: account.as_ref().into(),
        expires_at: server.sessions.expires_at(&record),
    };
    Ok(HttpResponse::Ok().json(body))
}

/// `POST /refresh`
async fn refresh() -> Answer {
    Err(Problem::NotPossibleHere(
        "there is no refresh token; each request prolongs the session",
    ))
}

/// `POST /logout`
async fn log_out(request: HttpRequest, visitor: Visitor) -> Answer {
    let mut answer = HttpResponse::NoContent();
    // actix-session deletes the cookie of a session that it has found; a dead one stays.
    if visitor.found.is_none() && request.headers().contains_key(header::COOKIE) {
        answer.insert_header((header::SET_COOKIE, delete_cookie()?));
    }
    visitor.log_out();
    Ok(answer.finish())
}

/// `POST /logout/everywhere`
async fn log_out_everywhere(
    server: Data<Server>,
    visitor: Visitor,
    request: HttpRequest,
) -> Answer {
    let (_, account) = visitor.login()?;
    server.accounts.end_all_logins(account.id).await?;
    server.sweep(account.id).await;
    log_out(request, visitor).await
}

/// `POST /password`
async fn change_password(
    server: Data<Server>,
    visitor: Visitor,
    request: HttpRequest,
    body: Object<PasswordRequest>,
) -> Answer {
    let (found, account) = visitor.login()?;
    let from = peer::address(&request)?;
    let account = server
        .accounts
        .change_password(account.id, account.epoch, &body.current, &body.new, from)
        .await?;

    // The new epoch ends every session of the account; this visitor gets a new one.
    let mut record = Record::of_login(&account, found.record.kept, device(request.headers()));
    record.ends_at = found.record.ends_at;
    if server.sessions.end(&found.name).await? {
        renew(&visitor.session, &record)?;
    }
    server.sweep(account.id).await;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /me`
async fn me(server: Data<Server>, visitor: Visitor) -> Answer {
    let (found, account) = visitor.login()?;
    Ok(HttpResponse::Ok().json(Me {
        user: account.into(),
        authenticated_at: Timestamp::from_unix(found.record.began_at),
        expires_at: server.sessions.expires_at(&found.record),
        mechanism: "session",
    }))
}

/// `GET /admin`
async fn admin(visitor: Visitor) -> Answer {
    let account = visitor.admin()?;
    Ok(HttpResponse::Ok().json(Admin {
        user: account.into(),
    }))
}

/// `GET /state`
async fn read_state(visitor: Visitor) -> Answer {
    let entries = visitor.session.entries();
    let state = entries.iter().filter_map(|(name, value)| {
        let key = name.strip_prefix(STATE)?;
        Some((key.to_owned(), serde_json::from_str(value).ok()?))
    });
    Ok(HttpResponse::Ok().json(StateBody {
        state: state.collect(),
    }))
}

/// `DELETE /state`
async fn flush(request: HttpRequest, visitor: Visitor) -> Answer {
    log_out(request, visitor).await
}

/// `PUT /state/{key}`
async fn write_state(visitor: Visitor, key: Path<String>, body: Object<StateRequest>) -> Answer {
    if !is_state_key(&key) {
        return Err(Problem::NotFound);
    }
    let name = format!("{STATE}{key}");
    visitor
        .session
        .insert(name, &body.value)
        .map_err(|_| Problem::Internal)?;
    Ok(HttpResponse::NoContent().finish())
}

/// `DELETE /state/{key}`
async fn delete_state(visitor: Visitor, key: Path<String>) -> Answer {
    if !is_state_key(&key) {
        return Err(Problem::NotFound);
    }
    let name = format!("{STATE}{key}");
    if visitor.session.contains_key(&name) {
        visitor.session.remove(&name);
    }
    Ok(HttpResponse::NoContent().finish())
}

/// `PUT /expiry`
async fn set_expiry(server: Data<Server>, visitor: Visitor, body: Object<ExpiryRequest>) -> Answer {
    let (found, _) = visitor.login()?;
    let mut record = found.record.clone();
    let (wanted, kept) = match Expiry::try_from(body.into_inner())? {
        Expiry::After(span) => (Some(Timestamp::now().plus(span)), true),
        Expiry::At(instant) => (Some(instant), true),
        Expiry::WithBrowser => (None, false),
        Expiry::Default => (None, record.kept),
    };
    let last = record.last(&server.sessions.lifetimes);
    record.ends_at = wanted.map(|instant| instant.min(last).unix());
    record.kept = kept;
    // A new id: a copy of the old one must not gain the longer life.
    if !server.sessions.end(&found.name).await? {
        return Err(Problem::LoginRequired);
    }
    renew(&visitor.session, &record)?;
    let expires_at = server.sessions.expires_at(&record);
    Ok(HttpResponse::Ok().json(ExpiryBody { expires_at }))
}

/// `GET /logins`
async fn logins(server: Data<Server>, visitor: Visitor) -> Answer {
    let (own, account) = visitor.login()?;
    let mut logins = Vec::new();
    for listed in server.sessions.store.sessions_of(account.id).await? {
        let Some(Found { name, record, .. }) =
            server.sessions.read(listed.session, listed.value)?
        else {
            continue;
        };
        let current = name == own.name;
        logins.push(Login {
            id: name.to_string(),
            created_at: Timestamp::from_unix(record.began_at),
            last_seen_at: match current {
                true => Timestamp::now(),
                false => Timestamp::from_unix(record.seen_at),
            },
            expires_at: record.expires_at(listed.left + NEARLY, &server.sessions.lifetimes),
            device: record.device.unwrap_or_default(),
            current,
        });
    }
    Ok(HttpResponse::Ok().json(Logins { logins }))
}

/// `DELETE /logins/{id}`
async fn end_login(
    server: Data<Server>,
    visitor: Visitor,
    request: HttpRequest,
    id: Path<String>,
) -> Answer {
    let (own, account) = visitor.login()?;
    let name: Digest = id.parse().map_err(|_| Problem::NotFound)?;
    if name == own.name {
        return log_out(request, visitor).await;
    }
    let text = server.sessions.store.load_session(&name, None).await?;
    let found = text
        .map(|text| server.sessions.read(name, text))
        .transpose()?
        .flatten();
    // Somebody else's login is answered as one that is not there (ASVS 8.2.2).
    if found
        .and_then(|found| found.account)
        .is_none_or(|of| of.id != account.id)
    {
        return Err(Problem::NotFound);
    }
    server.sessions.end(&name).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The same session under a new id, which is made when the answer goes out. The caller has ended
/// the old one, so that of two requests, or of a request and a logout, only one gets to do this.
fn renew(session: &Session, record: &Record) -> Result<(), Problem> {
    record.write(session)?;
    session.renew();
    Ok(())
}

impl Server {
    /// Clears away sessions that the account's new epoch has ended. They are dead already, so a
    /// store that fails now makes no difference to the answer.
    async fn sweep(&self, account: i64) {
        if let Err(problem) = self.sessions.end_dead(account).await {
            log::warn!("dead sessions stay in the store until they expire: {problem}");
        }
    }
}
