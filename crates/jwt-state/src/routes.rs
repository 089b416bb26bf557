//! The contract, route by route.

mod exchange;
mod simple_jwt;

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    web::{self, Bytes, Data, Path, PayloadConfig, ServiceConfig},
};
use contract::{
    Problem,
    accounts::AccountsError,
    answer,
    body::{Object, object_or_default},
    device::device,
    guards::BODY_LIMIT,
    peer,
    routes::{other_methods, read},
    wire::{self, Admin, LoginRequest, Logins, Me, PasswordRequest, Timestamp},
};

use crate::{
    Tokens,
    credential::is_of,
    visitor::{KEPT_ELSEWHERE, Visitor},
};
use exchange::LogoutRequest;
pub(crate) use simple_jwt::OWN_SHAPES;

type Answer = Result<HttpResponse, Problem>;

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
        .app_data(PayloadConfig::new(BODY_LIMIT))
        // The router tries one after the other, and this one is asked for most often.
        .service(get("/me", read().to(me)))
        .service(post("/login", web::post().to(log_in)))
        .service(post("/refresh", web::post().to(exchange::refresh)))
        .service(post("/logout", web::post().to(log_out)))
        .service(post(
            "/logout/everywhere",
            web::post().to(log_out_everywhere),
        ))
        .service(post("/password", web::post().to(change_password)))
        .service(get("/admin", read().to(admin)))
        .service(
            web::resource("/state")
                .route(read().to(state))
                .route(web::delete().to(flush))
                .default_service(other_methods("GET, HEAD, DELETE")),
        )
        .service(
            web::resource("/state/{key}")
                .route(web::put().to(state))
                .route(web::delete().to(state))
                .default_service(other_methods("PUT, DELETE")),
        )
        .service(
            web::resource("/expiry")
                .route(web::put().to(set_expiry))
                .default_service(other_methods("PUT")),
        )
        .service(get(
            "/.well-known/jwks.json",
            read().to(exchange::published_keys),
        ))
        .service(get("/logins", read().to(logins)))
        .service(
            web::resource("/logins/{id}")
                .route(web::delete().to(end_login))
                .default_service(other_methods("DELETE")),
        )
        .configure(simple_jwt::configure);
}

/// `POST /login`
async fn log_in(
    tokens: Data<Tokens>,
    visitor: Visitor,
    request: HttpRequest,
    body: Object<LoginRequest>,
) -> Answer {
    let from = peer::address(&request)?;
    let account = tokens
        .accounts
        .authenticate(&body.username, &body.password, from)
        .await?;

    // Session fixation, ASVS 7.2.4: what was there before the login ends with it.
    tokens.end_logins(&visitor, None, &request).await?;
    let device = device(request.headers());
    let (_, pair) = tokens.open_family(&account, device, body.remember).await?;
    tokens.give(&pair)
}

/// `POST /logout`
async fn log_out(
    tokens: Data<Tokens>,
    visitor: Visitor,
    request: HttpRequest,
    body: Bytes,
) -> Answer {
    let body: LogoutRequest = object_or_default(&body)?;
    tokens.end_logins(&visitor, body.refresh, &request).await?;
    // Not 204: the login goes on where it is kept.
    if visitor.login().is_ok_and(|login| login.is_of_others) {
        return Ok(tokens.forget(KEPT_ELSEWHERE.error_response()));
    }
    Ok(tokens.forget(HttpResponse::NoContent().finish()))
}

/// `POST /logout/everywhere`
async fn log_out_everywhere(tokens: Data<Tokens>, visitor: Visitor) -> Answer {
    let login = visitor.own_login()?;
    tokens.end_families(login.user.id, None).await?;
    tokens.accounts.end_all_logins(login.user.id).await?;
    Ok(tokens.forget(HttpResponse::NoContent().finish()))
}

/// `POST /password`
async fn change_password(
    tokens: Data<Tokens>,
    visitor: Visitor,
    request: HttpRequest,
    body: Object<PasswordRequest>,
) -> Answer {
    let login = visitor.own_login()?;
    // Asked in both profiles: a login that has ended changes no password, and
    // when the store is gone nothing is changed at all.
    let family = tokens.live_family(login).await?;
    let from = peer::address(&request)?;
    let account = tokens
        .accounts
        .change_password(login.user.id, family.epoch, &body.current, &body.new, from)
        .await
        .map_err(|error| match error {
            AccountsError::LoginEnded => Problem::InvalidToken,
            other => other.into(),
        })?;

    // The new epoch ends every family that is out, the own one too: whoever has a
    // copy of its tokens is thrown out with the others (ASVS 7.2.4). The visitor
    // gets a new one, unless this login was ended meanwhile.
    let device = device(request.headers());
    match tokens.succeed_family(login, &account, device).await {
        Ok(opened) => {
            let keep = opened.as_ref().map(|(id, _)| id.as_str());
            if let Err(error) = tokens.end_families(account.id, keep).await {
                log::warn!(
                    "dead families of account {} stay in the store: {error}",
                    account.id
                );
            }
            match opened {
                Some((_, pair)) => tokens.give(&pair),
                // Logged out while the password was being changed: it is changed, and he is out.
                None => Ok(HttpResponse::NoContent().finish()),
            }
        }
        // The password is changed, and the answer must not say otherwise. Without a
        // new login this one has ended, which is the safe side.
        Err(error) => {
            log::warn!("after a change of password there is no new login: {error}");
            Ok(HttpResponse::NoContent().finish())
        }
    }
}

/// `GET /me`
async fn me(visitor: Visitor) -> Answer {
    let login = visitor.login()?;
    answer::json(&Me {
        user: &login.user,
        authenticated_at: login.authenticated_at,
        expires_at: login.expires_at,
        mechanism: "jwt",
    })
}

/// `GET /admin`
async fn admin(visitor: Visitor) -> Answer {
    let login = visitor.admin()?;
    Ok(HttpResponse::Ok().json(Admin {
        user: login.user.clone(),
    }))
}

/// `GET /state`, `PUT /state/{key}`, `DELETE /state/{key}`
async fn state(tokens: Data<Tokens>, request: HttpRequest) -> Answer {
    tokens.settings.find_access(request.headers())?;
    Err(Problem::NotPossibleHere(
        "a token cannot be written to; it would have to be made anew",
    ))
}

/// `DELETE /state`
async fn flush(
    tokens: Data<Tokens>,
    visitor: Visitor,
    request: HttpRequest,
    body: Bytes,
) -> Answer {
    log_out(tokens, visitor, request, body).await
}

/// `PUT /expiry`
async fn set_expiry(visitor: Visitor) -> Answer {
    visitor.login()?;
    Err(Problem::NotPossibleHere(
        "a token that is out keeps the time that was signed into it",
    ))
}

/// `GET /logins`
async fn logins(tokens: Data<Tokens>, visitor: Visitor) -> Answer {
    let login = visitor.own_login()?;
    let account = tokens
        .accounts
        .by_id(login.user.id)?
        .ok_or(Problem::InvalidToken)?;
    let logins = tokens.store.families_of(account.id).await?.into_iter();
    let logins = logins
        .filter(|(_, family)| is_of(family, &account) && !tokens.end_of(family).has_come())
        .map(|(id, family)| wire::Login {
            current: id == login.family,
            created_at: Timestamp::from_unix(family.created_at),
            last_seen_at: Timestamp::from_unix(family.last_seen_at),
            expires_at: tokens.end_of(&family),
            device: family.device,
            id,
        })
        .collect();
    Ok(HttpResponse::Ok().json(Logins { logins }))
}

/// `DELETE /logins/{id}`
async fn end_login(tokens: Data<Tokens>, visitor: Visitor, id: Path<String>) -> Answer {
    let login = visitor.own_login()?;
    let now = tokens.store.family_now(&id).await?;
    // Somebody else's is answered like one that is not there.
    if now.is_none_or(|(_, family)| family.account != login.user.id) {
        return Err(Problem::NotFound);
    }
    tokens.store.end_family(&id).await?;
    let answer = HttpResponse::NoContent().finish();
    Ok(match *id == login.family {
        true => tokens.forget(answer),
        false => answer,
    })
}
