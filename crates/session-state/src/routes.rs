//! The contract, route by route.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{self, Data, Path, ServiceConfig},
};
use contract::{
    Problem, answer,
    body::Object,
    peer,
    routes::{other_methods, read},
    wire::{
        Admin, Expiry, ExpiryBody, ExpiryRequest, LoggedIn, Login, LoginRequest, Logins, Me,
        PasswordRequest, StateBody, StateRequest, Timestamp, is_state_key,
    },
};
use store::Digest;

use crate::{
    Reader, Server, Visitor,
    credential::{Sessions, delete_cookie},
};

/// The store counts in milliseconds and the contract in seconds.
const NEARLY: Duration = Duration::from_millis(999);

type Answer = Result<HttpResponse, Problem>;

pub(crate) fn configure(config: &mut ServiceConfig, sessions: &Sessions) {
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
    let on = |route| sessions.behind(route);
    let look = |route| sessions.reading(route);
    config
        .service(on(post("/login", web::post().to(log_in))))
        .service(post("/refresh", web::post().to(refresh)))
        .service(on(post("/logout", web::post().to(log_out))))
        .service(on(post(
            "/logout/everywhere",
            web::post().to(log_out_everywhere),
        )))
        .service(on(post("/password", web::post().to(change_password))))
        .service(look(get("/me", read().to(me))))
        .service(look(get("/admin", read().to(admin))))
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
        .service(look(get("/logins", read().to(logins))))
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
    visitor.log_in(&account, body.remember)?;
    let body = LoggedIn {
        user: account.as_ref().into(),
        expires_at: visitor.expiry_date(),
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
    if visitor.is_unknown() && request.headers().contains_key(header::COOKIE) {
        answer.insert_header((header::SET_COOKIE, delete_cookie()?));
    }
    visitor.flush();
    Ok(answer.finish())
}

/// `POST /logout/everywhere`
async fn log_out_everywhere(
    server: Data<Server>,
    visitor: Visitor,
    request: HttpRequest,
) -> Answer {
    let (own, account) = visitor.found_login()?;
    server.accounts.end_all_logins(account.id).await?;
    server.sweep(account.id, &own.name).await;
    log_out(request, visitor).await
}

/// `POST /password`
async fn change_password(
    server: Data<Server>,
    visitor: Visitor,
    request: HttpRequest,
    body: Object<PasswordRequest>,
) -> Answer {
    let (own, account) = visitor.found_login()?;
    let from = peer::address(&request)?;
    let account = server
        .accounts
        .change_password(account.id, account.epoch, &body.current, &body.new, from)
        .await?;

    // The new epoch ends every session of the account; this visitor goes on under a new id.
    visitor.stay_logged_in(&account);
    server.sweep(account.id, &own.name).await;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /me`
async fn me(server: Data<Server>, reader: Reader) -> Answer {
    let (own, account) = reader.found_login()?;
    answer::json(&Me {
        user: &account.into(),
        authenticated_at: Timestamp::from_unix(own.record.began_at),
        expires_at: server.sessions.expires_at(&own.record),
        mechanism: "session",
    })
}

/// `GET /admin`
async fn admin(reader: Reader) -> Answer {
    let account = reader.admin()?;
    Ok(HttpResponse::Ok().json(Admin {
        user: account.into(),
    }))
}

/// `GET /state`
async fn read_state(visitor: Visitor) -> Answer {
    let state = visitor.items()?;
    Ok(HttpResponse::Ok().json(StateBody { state }))
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
    visitor.set(&key, &body.value)?;
    Ok(HttpResponse::NoContent().finish())
}

/// `DELETE /state/{key}`
async fn delete_state(visitor: Visitor, key: Path<String>) -> Answer {
    if !is_state_key(&key) {
        return Err(Problem::NotFound);
    }
    visitor.delete(&key);
    Ok(HttpResponse::NoContent().finish())
}

/// `PUT /expiry`
async fn set_expiry(visitor: Visitor, body: Object<ExpiryRequest>) -> Answer {
    visitor.login()?;
    visitor.set_expiry(Expiry::try_from(body.into_inner())?);
    let expires_at = visitor.expiry_date();
    Ok(HttpResponse::Ok().json(ExpiryBody { expires_at }))
}

/// `GET /logins`
async fn logins(server: Data<Server>, reader: Reader) -> Answer {
    let (own, account) = reader.found_login()?;
    let mut logins = Vec::new();
    for listed in server.sessions.store.sessions_of(account.id).await? {
        let Some(record) = server.sessions.read(&listed.value, account.id)? else {
            continue;
        };
        let current = listed.session == own.name;
        logins.push(Login {
            id: listed.session.to_string(),
            created_at: Timestamp::from_unix(record.began_at),
            last_seen_at: match current {
                true => Timestamp::now(),
                false => Timestamp::from_unix(record.seen_at),
            },
            expires_at: record.expires_at(listed.left + NEARLY, &server.sessions.lifetimes),
            device: record.device,
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
    let (own, account) = visitor.found_login()?;
    let name: Digest = id.parse().map_err(|_| Problem::NotFound)?;
    if name == own.name {
        return log_out(request, visitor).await;
    }
    // Somebody else's login is answered as one that is not there (ASVS 8.2.2); and so is one that
    // ended in between, for it was not we who ended it.
    let sessions = &server.sessions;
    let Some(name) = sessions.own_name(&name, account.id).await? else {
        return Err(Problem::NotFound);
    };
    if !sessions.end_found(&name).await? {
        return Err(Problem::NotFound);
    }
    Ok(HttpResponse::NoContent().finish())
}

impl Server {
    /// Clears away sessions that the account's new epoch has ended. They are dead already, so a
    /// store that fails now makes no difference to the answer.
    async fn sweep(&self, account: i64, at_hand: &Digest) {
        if let Err(problem) = self.sessions.end_dead(account, at_hand).await {
            log::warn!("dead sessions stay in the store until they expire: {problem}");
        }
    }
}
