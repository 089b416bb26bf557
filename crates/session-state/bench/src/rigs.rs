//! What is measured. Each answers `POST /login` with a cookie and `GET /me` with JSON of about the
//! same size.

use actix_identity::{Identity, IdentityMiddleware};
use actix_session::{
    SessionMiddleware,
    config::{BrowserSession, PersistentSession, SessionLifecycle, TtlExtensionPolicy},
    storage::RedisSessionStore,
};
use actix_web::{
    App, HttpMessage, HttpRequest, HttpResponse, HttpServer,
    cookie::{Key, time::Duration},
    web::{self, Data},
};
use clap::{Parser, ValueEnum};
use contract::{Problem, Services, accounts::Accounts, settings::MasterKey};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use serde_json::json;
use session_state::{Reader, SessionsFactory, Settings, Visitor};

/// One of the servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rig {
    /// Cookie in, one GETEX, JSON out; no seal, no account, no guard.
    ByHand,
    /// The server of this project, as it is.
    SessionState,
    /// The sessions of session-state as a library: without the guards of its server.
    Library,
    /// actix-session with its own Redis store, and actix-identity, doing what session-state does:
    /// each use begins the idle time anew (`PersistentSession`, `OnEveryRequest`). It sends `GET`
    /// and then `EXPIRE`, and the cookie with each answer.
    ActixSliding,
    /// The same as it comes (`BrowserSession`, `OnStateChanges`): a `GET` and nothing else. A
    /// session ends one day after the last write, however much it is used.
    ActixDefault,
}

impl Rig {
    /// In the order in which they are shown.
    pub(crate) const ALL: [Self; 5] = [
        Self::ByHand,
        Self::SessionState,
        Self::Library,
        Self::ActixSliding,
        Self::ActixDefault,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ByHand => "by-hand",
            Self::SessionState => "session-state",
            Self::Library => "library",
            Self::ActixSliding => "actix-sliding",
            Self::ActixDefault => "actix-default",
        }
    }
}

/// Serves until the process is ended, with one worker, and prints the address.
#[tokio::main]
pub(crate) async fn serve(rig: Rig) -> anyhow::Result<()> {
    match rig {
        Rig::SessionState => {
            let settings = settings()?;
            let services = Services::open(&settings.common)?;
            let running = session_state::start(&settings, &services)?;
            println!("{}", running.address);
            std::future::pending::<()>().await;
            Ok(())
        }
        Rig::Library => {
            let settings = settings()?;
            let services = Services::open(&settings.common)?;
            let accounts = services.accounts.clone();
            let factory = SessionsFactory::new(&settings, accounts.clone(), &MasterKey::random());
            listen(move |config| {
                let store = services.store.open().expect("the URL was read");
                let sessions = factory.sessions(store);
                let route = |path, route| web::resource(path).route(route);
                let log_in = route("/login", web::post().to(log_in_visitor));
                config
                    .app_data(Data::new(accounts.clone()))
                    .service(sessions.behind(log_in))
                    .service(sessions.reading(route("/me", web::get().to(me_reader))));
            })
            .await
        }
        Rig::ByHand => {
            let client = redis::Client::open(std::env::var("REDIS_URL")?)?;
            listen(move |config| {
                let settings = ConnectionManagerConfig::new();
                let redis = ConnectionManager::new_lazy_with_config(client.clone(), settings)
                    .expect("the URL was read");
                config
                    .app_data(Data::new(redis))
                    .route("/login", web::post().to(log_in_by_hand))
                    .route("/me", web::get().to(me_by_hand));
            })
            .await
        }
        Rig::ActixSliding => {
            let sliding = PersistentSession::default()
                .session_ttl(Duration::days(14))
                .session_ttl_extension_policy(TtlExtensionPolicy::OnEveryRequest);
            serve_actix(sliding.into()).await
        }
        Rig::ActixDefault => serve_actix(BrowserSession::default().into()).await,
    }
}

async fn serve_actix(lifecycle: SessionLifecycle) -> anyhow::Result<()> {
    let store = RedisSessionStore::new(std::env::var("REDIS_URL")?).await?;
    let key = Key::generate();
    listen(move |config| {
        let on = |path| {
            let session = SessionMiddleware::builder(store.clone(), key.clone())
                .session_lifecycle(lifecycle.clone())
                .build();
            web::resource(path)
                .wrap(IdentityMiddleware::default())
                .wrap(session)
        };
        config
            .service(on("/login").route(web::post().to(log_in)))
            .service(on("/me").route(web::get().to(me)));
    })
    .await
}

fn settings() -> anyhow::Result<Settings> {
    let arguments = ["session-state", "--listen=127.0.0.1:0", "--workers=1"];
    let mut settings = Settings::try_parse_from(arguments)?;
    settings.common.key = Some(MasterKey::random());
    Ok(settings)
}

async fn listen(
    configure: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static,
) -> anyhow::Result<()> {
    let server = HttpServer::new(move || App::new().configure(configure.clone()))
        .workers(1)
        .bind("127.0.0.1:0")?;
    println!("{}", server.addrs()[0]);
    server.run().await?;
    Ok(())
}

fn answer() -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "user": { "id": 1, "username": "alice", "email": "alice@example.test", "roles": ["user"] },
        "authenticated_at": "2026-11-23T06:00:00Z",
        "expires_at": "2026-12-07T06:00:00Z",
        "mechanism": "session",
    }))
}

const SESSION: &str = "bench:session:6fVxSmXvkbLx0nFdIUyHhdWVVEJFFvGNTaYrXRPpBqs";

async fn log_in_by_hand(redis: Data<ConnectionManager>) -> HttpResponse {
    let mut set = redis::cmd("SET");
    set.arg(SESSION)
        .arg(r#"{"login":[1,1],"at":1763877843,"on":"a program"}"#);
    let mut redis = ConnectionManager::clone(&redis);
    set.exec_async(&mut redis).await.expect("Redis is there");
    HttpResponse::Ok()
        .insert_header(("set-cookie", format!("id={SESSION}; Path=/; HttpOnly")))
        .finish()
}

async fn me_by_hand(request: HttpRequest, redis: Data<ConnectionManager>) -> HttpResponse {
    let cookie = request
        .headers()
        .get("cookie")
        .and_then(|line| line.to_str().ok());
    let Some(id) = cookie.and_then(|line| line.strip_prefix("id=")) else {
        return HttpResponse::Unauthorized().finish();
    };
    let mut get = redis::cmd("GETEX");
    get.arg(id).arg("PX").arg(1_209_600_000);
    let mut redis = ConnectionManager::clone(&redis);
    match get.query_async::<Option<String>>(&mut redis).await {
        Ok(Some(_)) => answer(),
        _ => HttpResponse::Unauthorized().finish(),
    }
}

async fn log_in_visitor(
    visitor: Visitor,
    accounts: Data<Accounts>,
) -> Result<HttpResponse, Problem> {
    let alice = accounts.by_id(1)?.ok_or(Problem::Internal)?;
    visitor.log_in(&alice, false)?;
    Ok(HttpResponse::Ok().finish())
}

async fn me_reader(reader: Reader) -> Result<HttpResponse, Problem> {
    reader.login()?;
    Ok(answer())
}

async fn log_in(request: HttpRequest) -> HttpResponse {
    match Identity::login(&request.extensions(), "1".to_owned()) {
        Ok(_) => HttpResponse::Ok().finish(),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

async fn me(identity: Identity) -> HttpResponse {
    match identity.id() {
        Ok(_) => answer(),
        Err(_) => HttpResponse::Unauthorized().finish(),
    }
}
