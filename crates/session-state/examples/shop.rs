//! A program of one's own with sessions: a basket that is kept from the first visit on, people who
//! log in, and an account that the program has added.
//!
//! ```sh
//! cargo run -p session-state --example shop            # REDIS_URL=… keeps the baskets in Redis
//! curl -c jar -b jar -X POST http://127.0.0.1:8010/basket/tea
//! curl -c jar -b jar http://127.0.0.1:8010/login \
//!     -H 'Content-Type: application/json' -d '{"username": "carol", "password": "looking-glass"}'
//! curl -c jar -b jar http://127.0.0.1:8010/basket
//! ```
//!
//! A login keeps the basket and gives a new id; another account's login would begin a new one.
//! Pages in a browser need a guard against other sites' forms besides: `SameSite=Lax`, which the
//! cookie has, is half of it.

use actix_web::{
    App, HttpResponse, HttpServer,
    web::{Data, Json, Path, ServiceConfig, get, post, resource},
};
use anyhow::Context as _;
use clap::Parser;
use contract::{
    Problem, Services,
    accounts::{Accounts, NewAccount, Role},
    passwords::Password,
};
use session_state::{Reader, Sessions, SessionsFactory, Settings, Visitor};

// ANCHOR: handlers
async fn add(visitor: Visitor, what: Path<String>) -> Result<HttpResponse, Problem> {
    let what = what.into_inner();
    // Of two requests at once, both things are in the basket.
    let basket = visitor.update("basket", move |basket: Option<Vec<String>>| {
        let mut basket = basket.unwrap_or_default();
        basket.push(what.clone());
        basket
    })?;
    Ok(HttpResponse::Ok().json(basket))
}

/// It only reads.
async fn show(reader: Reader) -> Result<HttpResponse, Problem> {
    let basket: Vec<String> = reader.get("basket")?.unwrap_or_default();
    // 401 where nobody is logged in: a basket has an owner when it is paid for.
    let owner = reader.login()?;
    Ok(HttpResponse::Ok().json((&owner.username, basket)))
}

#[derive(serde::Deserialize)]
struct Credentials {
    username: String,
    password: Password,
}

async fn log_in(
    visitor: Visitor,
    accounts: Data<Accounts>,
    request: actix_web::HttpRequest,
    typed: Json<Credentials>,
) -> Result<HttpResponse, Problem> {
    let from = request.peer_addr().ok_or(Problem::Internal)?.ip();
    let account = accounts
        .authenticate(&typed.username, &typed.password, from)
        .await?;
    visitor.log_in(&account, true)?;
    Ok(HttpResponse::NoContent().finish())
}
// ANCHOR_END: handlers

fn routes(config: &mut ServiceConfig, sessions: &Sessions) {
    let behind = |path, route| sessions.behind(resource(path).route(route));
    config
        .service(behind("/basket/{what}", post().to(add)))
        .service(sessions.reading(resource("/basket").route(get().to(show))))
        .service(behind("/login", post().to(log_in)));
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    // The settings of session-state that a program of one's own has, too: address, Redis, lifetimes,
    // the key.
    let settings = Settings::parse();
    let services = Services::open(&settings.common)?;
    let accounts = services.accounts.clone();
    accounts
        .add(NewAccount {
            username: "carol".to_owned(),
            email: "carol@example.test".to_owned(),
            password: "looking-glass".into(),
            roles: vec![Role::User],
        })
        .await?;
    // Logins outlive a restart only with a key that does: --key-file.
    let (address, key) = settings.common.address_and_key(8010)?;
    let factory = SessionsFactory::new(&settings, accounts.clone(), &key);
    println!("http://{address}");
    HttpServer::new(move || {
        let store = services.store.open().expect("the address was read above");
        let sessions = factory.sessions(store);
        App::new()
            .app_data(Data::new(accounts.clone()))
            .configure(move |config| routes(config, &sessions))
    })
    .bind(address)
    .with_context(|| format!("cannot listen on {address}; --listen names another address"))?
    .run()
    .await?;
    Ok(())
}
