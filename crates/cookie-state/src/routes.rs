//! The contract, route by route.

mod answers;
mod cookies;

use crate::{
    COOKIE, Server,
    credential::{Contents, Login},
    visitor::Visitor,
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::SET_COOKIE,
    web::{self, Data, Path, ServiceConfig},
};
use answers::{Answer, forget};
use contract::{
    Problem,
    body::Object,
    cookies::{Found, find},
    peer,
    routes::{other_methods, read},
    wire::{
        Admin, Expiry, ExpiryBody, ExpiryRequest, LoggedIn, LoginRequest, Me, PasswordRequest,
        StateBody, StateRequest, Timestamp, is_state_key,
    },
};

pub(crate) fn configure(config: &mut ServiceConfig) {
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
    config
        // The first, because it is asked most: routes are tried in this order.
        .service(get("/me", read().to(me)))
        .service(post("/login", web::post().to(log_in)))
        .service(post("/refresh", web::post().to(refresh)))
        .service(post("/logout", web::post().to(log_out)))
        .service(post(
            "/logout/everywhere",
            web::post().to(log_out_everywhere),
        ))
        .service(post("/password", web::post().to(change_password)))
        .service(get("/admin", read().to(admin)))
        .service(
            web::resource("/state")
                .route(read().to(read_state))
                .route(web::delete().to(flush))
                .default_service(other_methods("GET, HEAD, DELETE")),
        )
        .service(
            web::resource("/state/{key}")
                .route(web::put().to(write_state))
                .route(web::delete().to(delete_state))
                .default_service(other_methods("PUT, DELETE")),
        )
        .service(
            web::resource("/expiry")
                .route(web::put().to(set_expiry))
                .default_service(other_methods("PUT")),
        )
        .service(get("/logins", read().to(logins)))
        .service(
            web::resource("/logins/{id}")
                .route(web::delete().to(logins))
                .default_service(other_methods("DELETE")),
        )
        .configure(cookies::configure);
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

    // What an anonymous visitor put in is kept; what another account put in is not.
    let mut contents = Contents::new(server.lifetimes());
    contents.login = Some(Login::new(account.as_ref().into(), account.epoch));
    contents.kept = body.remember;
    if let Some(before) = &visitor.contents {
        let of_another = before
            .login
            .as_ref()
            .is_some_and(|login| login.user.id != account.id);
        if !of_another {
            contents.state = before.state.clone();
        }
    }
    let set_cookie = server.seal.set_cookie(&contents)?;
    // Session fixation, ASVS 7.2.4: what was there before the login ends with it.
    if let Some(before) = &visitor.contents {
        server.revoke(before).await?;
    }
    let body = LoggedIn {
        user: account.as_ref().into(),
        expires_at: contents.expires_at(),
    };
    Ok(HttpResponse::Ok()
        .insert_header((SET_COOKIE, set_cookie))
        .json(body))
}

/// `POST /refresh`
async fn refresh() -> Answer {
    Err(Problem::NotPossibleHere(
        "there is no refresh token; the cookie is all there is",
    ))
}

/// `POST /logout`
async fn log_out(server: Data<Server>, request: HttpRequest) -> Answer {
    let value = match find(request.headers(), COOKIE) {
        // Who sent no cookie has none to forget.
        Found::None => return Ok(HttpResponse::NoContent().finish()),
        Found::One(value) => value,
        Found::Ambiguous => return Err(Problem::MalformedRequest),
    };
    // An older copy that is dead itself ends its login all the same.
    if let Some((contents, _)) = server.seal.open(value) {
        server.revoke(&contents).await?;
    }
    forget()
}

/// `POST /logout/everywhere`
async fn log_out_everywhere(server: Data<Server>, visitor: Visitor) -> Answer {
    let (_, login) = visitor.login()?;
    if !server.looks_up() {
        return Err(Problem::NotPossibleHere(
            "nothing is looked up in this profile, so no cookie elsewhere can be ended",
        ));
    }
    server.accounts.end_all_logins(login.user.id).await?;
    forget()
}

/// `POST /password`
async fn change_password(
    server: Data<Server>,
    visitor: Visitor,
    request: HttpRequest,
    body: Object<PasswordRequest>,
) -> Answer {
    let (contents, login) = visitor.login()?;
    let from = peer::address(&request)?;
    let account = server
        .accounts
        .change_password(login.user.id, login.epoch, &body.current, &body.new, from)
        .await?;

    // The new epoch ends every cookie that is out; this visitor gets a new one, of the same login:
    // a logout that ran meanwhile has ended this one too.
    let mut contents = contents.clone();
    contents.login = Some(Login::new(account.as_ref().into(), account.epoch));
    server.keep(contents)
}

/// `GET /me`
async fn me(server: Data<Server>, visitor: Visitor) -> Answer {
    let (contents, login) = visitor.login()?;
    let body = Me {
        user: &login.user,
        authenticated_at: login.authenticated_at(),
        expires_at: contents.expires_at(),
        mechanism: "cookie",
    };
    server.ok(&visitor, body)
}

/// `GET /admin`
async fn admin(server: Data<Server>, visitor: Visitor) -> Answer {
    let login = visitor.admin()?;
    let body = Admin {
        user: login.user.clone(),
    };
    server.ok(&visitor, body)
}

/// `GET /state`
async fn read_state(server: Data<Server>, visitor: Visitor) -> Answer {
    let contents = visitor.contents.as_ref();
    let state = contents.map(|contents| contents.state.clone());
    let body = StateBody {
        state: state.unwrap_or_default(),
    };
    server.ok(&visitor, body)
}

/// `DELETE /state`
async fn flush(server: Data<Server>, request: HttpRequest) -> Answer {
    log_out(server, request).await
}

/// `PUT /state/{key}`
async fn write_state(
    server: Data<Server>,
    visitor: Visitor,
    key: Path<String>,
    body: Object<StateRequest>,
) -> Answer {
    if !is_state_key(&key) {
        return Err(Problem::NotFound);
    }
    let contents = visitor.contents;
    let mut contents = contents.unwrap_or_else(|| Contents::new(server.lifetimes()));
    contents
        .state
        .insert(key.into_inner(), body.into_inner().value);
    server.keep(contents)
}

/// `DELETE /state/{key}`
async fn delete_state(server: Data<Server>, visitor: Visitor, key: Path<String>) -> Answer {
    if !is_state_key(&key) {
        return Err(Problem::NotFound);
    }
    let Some(mut contents) = visitor.contents else {
        return Ok(HttpResponse::NoContent().finish());
    };
    if contents.state.remove(key.as_str()).is_none() {
        return Ok(HttpResponse::NoContent().finish());
    }
    server.keep(contents)
}

/// `PUT /expiry`
async fn set_expiry(server: Data<Server>, visitor: Visitor, body: Object<ExpiryRequest>) -> Answer {
    let (old, _) = visitor.login()?;
    let mut contents = old.clone();
    let idle = server.settings.lifetime;
    match Expiry::try_from(body.into_inner())? {
        Expiry::After(span) => contents.end_at(Timestamp::now().plus(span)),
        Expiry::At(instant) => contents.end_at(instant),
        Expiry::WithBrowser => contents.end_with_browser(idle),
        Expiry::Default => contents.end_when_idle(idle),
    }
    contents.version = contents.version.saturating_add(1);
    let set_cookie = server.seal.set_cookie(&contents)?;
    if server.looks_up() {
        // An older copy with a longer life must not go on, not even until this one is used.
        let (id, version) = (&contents.id, contents.version);
        let lasts = contents.longest_life();
        server.store.supersede(id, version, lasts).await?;
    }
    let body = ExpiryBody {
        expires_at: contents.expires_at(),
    };
    Ok(HttpResponse::Ok()
        .insert_header((SET_COOKIE, set_cookie))
        .json(body))
}

/// `GET /logins`, `DELETE /logins/{id}`
async fn logins(visitor: Visitor) -> Answer {
    visitor.login()?;
    Err(Problem::NotPossibleHere(
        "the server does not know which cookies are out",
    ))
}
