//! The contract, route by route.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::CACHE_CONTROL,
    web::{self, Bytes, Data, Path, PayloadConfig, ServiceConfig},
};
use contract::{
    Problem,
    accounts::AccountsError,
    body::{Object, object_or_default},
    device::device,
    guards::BODY_LIMIT,
    peer,
    routes::{other_methods, read},
    wire::{self, Admin, LoginRequest, Logins, Me, PasswordRequest, Timestamp},
};
use store::{Digest, Rotation};

use crate::{
    Server,
    credential::{Kind, LogoutRequest, RefreshRequest, is_of},
    visitor::{Visitor, authorization},
};

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
        .service(post("/login", web::post().to(log_in)))
        .service(post("/refresh", web::post().to(refresh)))
        .service(post("/logout", web::post().to(log_out)))
        .service(post(
            "/logout/everywhere",
            web::post().to(log_out_everywhere),
        ))
        .service(post("/password", web::post().to(change_password)))
        .service(get("/me", read().to(me)))
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
        .service(get("/.well-known/jwks.json", read().to(published_keys)))
        .service(get("/logins", read().to(logins)))
        .service(
            web::resource("/logins/{id}")
                .route(web::delete().to(end_login))
                .default_service(other_methods("DELETE")),
        );
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
    if let Some(before) = &visitor.family {
        server.store.end_family(before).await?;
    }
    let device = device(request.headers());
    let (_, tokens) = server.open_family(&account, device).await?;
    Ok(HttpResponse::Ok().json(tokens))
}

/// `POST /refresh`
async fn refresh(
    server: Data<Server>,
    request: HttpRequest,
    body: Object<RefreshRequest>,
) -> Answer {
    authorization(request.headers())?;
    let claims = server
        .signer
        .read(Kind::Refresh, &body.refresh)
        .ok_or(Problem::InvalidToken)?;
    let id = claims.account().ok_or(Problem::InvalidToken)?;
    let family = server
        .store
        .family(&claims.sid)
        .await?
        .ok_or(Problem::InvalidToken)?;
    let account = server
        .accounts
        .by_id(id)?
        .filter(|account| is_of(&family, account));
    let Some(account) = account else {
        server.store.end_family(&claims.sid).await?;
        return Err(Problem::InvalidToken);
    };

    // Of many requests with one token exactly one gets it exchanged.
    let (tokens, next) = server.pair(&account, &claims.sid, &family)?;
    let presented = Digest::of(body.refresh.as_bytes());
    let now = Timestamp::now().unix();
    let grace = server.settings.refresh_grace.unwrap_or_default();
    let rotation = server
        .store
        .rotate(&claims.sid, &presented, &next, now, grace);
    match rotation.await? {
        Rotation::Rotated(family) => {
            // Asked again: the login may have been ended in the meantime.
            let account = server.accounts.by_id(id)?;
            let is_live = account.is_some_and(|account| is_of(&family, &account));
            is_live
                .then(|| HttpResponse::Ok().json(tokens))
                .ok_or(Problem::InvalidToken)
        }
        Rotation::Reused => {
            // The thief or the owner: whoever comes second shows that there are
            // two. Both must log in again (RFC 9700 section 4.14.2).
            log::warn!("a refresh token of account {id} was used twice; its login was ended");
            Err(Problem::InvalidToken)
        }
        Rotation::Gone => Err(Problem::InvalidToken),
    }
}

/// `POST /logout`
async fn log_out(server: Data<Server>, visitor: Visitor, body: Bytes) -> Answer {
    let body: LogoutRequest = object_or_default(&body)?;
    let sent = body
        .refresh
        .and_then(|token| server.signer.read_expired(Kind::Refresh, &token));
    let families = [visitor.family, sent.map(|claims| claims.sid)];
    for family in families.iter().flatten() {
        server.store.end_family(family).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /logout/everywhere`
async fn log_out_everywhere(server: Data<Server>, visitor: Visitor) -> Answer {
    let login = visitor.login()?;
    server.end_families(login.user.id, None).await?;
    server.accounts.end_all_logins(login.user.id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /password`
async fn change_password(
    server: Data<Server>,
    visitor: Visitor,
    request: HttpRequest,
    body: Object<PasswordRequest>,
) -> Answer {
    let login = visitor.login()?;
    // Asked in both profiles: a login that has ended changes no password, and
    // when the store is gone nothing is changed at all.
    let family = server.live_family(login).await?;
    let from = peer::address(&request)?;
    let account = server
        .accounts
        .change_password(login.user.id, family.epoch, &body.current, &body.new, from)
        .await
        .map_err(|error| match error {
            AccountsError::LoginEnded => Problem::InvalidToken,
            other => other.into(),
        })?;

    // The new epoch ends every family that is out, the own one too: whoever has a
    // copy of its tokens is thrown out with the others (ASVS 7.2.4). The visitor
    // gets a new one.
    let device = device(request.headers());
    match server.open_family(&account, device).await {
        Ok((id, tokens)) => {
            if let Err(error) = server.end_families(account.id, Some(&id)).await {
                log::warn!(
                    "dead families of account {} stay in the store: {error}",
                    account.id
                );
            }
            Ok(HttpResponse::Ok().json(tokens))
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
    Ok(HttpResponse::Ok().json(Me {
        user: login.user.clone(),
        authenticated_at: login.authenticated_at,
        expires_at: login.expires_at,
        mechanism: "jwt",
    }))
}

/// `GET /admin`
async fn admin(visitor: Visitor) -> Answer {
    let login = visitor.admin()?;
    Ok(HttpResponse::Ok().json(Admin {
        user: login.user.clone(),
    }))
}

/// `GET /state`, `PUT /state/{key}`, `DELETE /state/{key}`
async fn state(request: HttpRequest) -> Answer {
    authorization(request.headers())?;
    Err(Problem::NotPossibleHere(
        "a token cannot be written to; it would have to be made anew",
    ))
}

/// `DELETE /state`
async fn flush(server: Data<Server>, visitor: Visitor, body: Bytes) -> Answer {
    log_out(server, visitor, body).await
}

/// `PUT /expiry`
async fn set_expiry(visitor: Visitor) -> Answer {
    visitor.login()?;
    Err(Problem::NotPossibleHere(
        "a token that is out keeps the time that was signed into it",
    ))
}

/// `GET /logins`
async fn logins(server: Data<Server>, visitor: Visitor) -> Answer {
    let login = visitor.login()?;
    let account = server
        .accounts
        .by_id(login.user.id)?
        .ok_or(Problem::InvalidToken)?;
    let logins = server.store.families_of(account.id).await?.into_iter();
    let logins = logins
        .filter(|(_, family)| is_of(family, &account) && !server.end_of(family).has_come())
        .map(|(id, family)| wire::Login {
            current: id == login.family,
            created_at: Timestamp::from_unix(family.created_at),
            last_seen_at: Timestamp::from_unix(family.last_seen_at),
            expires_at: server.end_of(&family),
            device: family.device,
            id,
        })
        .collect();
    Ok(HttpResponse::Ok().json(Logins { logins }))
}

/// `DELETE /logins/{id}`
async fn end_login(server: Data<Server>, visitor: Visitor, id: Path<String>) -> Answer {
    let login = visitor.login()?;
    let family = server.store.family(&id).await?;
    // Somebody else's is answered like one that is not there.
    if family.is_none_or(|family| family.account != login.user.id) {
        return Err(Problem::NotFound);
    }
    server.store.end_family(&id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /.well-known/jwks.json`
async fn published_keys(server: Data<Server>) -> Answer {
    // Others look here for a key that they do not know yet. Five minutes are
    // what a new one waits before it may sign.
    Ok(HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, "public, max-age=300"))
        .json(server.signer.published()))
}
