//! One target, in a process of its own: `lab serve-one`. It stops when its input ends, so it
//! cannot outlive the one that measures.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};

use actix_web::{App, HttpResponse, HttpServer, web};
use contract::Services;
use contract::accounts::Accounts;
use contract::settings::MasterKey;
use jwt_state::NewKey;
use serde::Serialize;
use store::{RedisSettings, Source};

use super::plan::{Kind, Signed};
use crate::error::LabError;
use crate::fleet;
use crate::profile::Profile;

#[derive(Serialize)]
struct Me {
    user: User,
    authenticated_at: &'static str,
    expires_at: &'static str,
    mechanism: &'static str,
}

#[derive(Serialize)]
struct User {
    id: i64,
    username: &'static str,
    email: &'static str,
    roles: [&'static str; 1],
}

/// What the bare handler answers: no more and no less than the servers do.
const ME: Me = Me {
    user: User {
        id: 1,
        username: "alice",
        email: "alice@example.test",
        roles: ["user"],
    },
    authenticated_at: "2026-01-01T00:00:00Z",
    expires_at: "2026-01-15T00:00:00Z",
    mechanism: "session",
};

const EMBEDDED_BYTES: usize = 16 * 1024 * 1024;

/// What `lab serve-one` is told.
#[derive(Clone, Debug, clap::Args)]
pub struct ServeOne {
    /// What to serve
    #[arg(value_enum)]
    kind: Kind,

    /// How much it looks up
    #[arg(long, value_enum, default_value_t = Profile::Hardened)]
    profile: Profile,

    /// Keep state in the Redis of REDIS_URL, under this prefix
    #[arg(long, value_name = "TEXT")]
    redis_prefix: Option<String>,

    /// What signs tokens
    #[arg(long, value_enum)]
    signed: Option<Signed>,
}

/// Serves until standard input ends. Prints its address first.
pub async fn serve_one(what: ServeOne) -> Result<(), LabError> {
    match what.kind.column() {
        None => bare().await,
        Some(column) => {
            let store = match &what.redis_prefix {
                Some(prefix) => {
                    let url = std::env::var("REDIS_URL").map_err(|_| LabError::RedisUrl)?;
                    let mut settings = RedisSettings::new(url);
                    settings.key_prefix.clone_from(prefix);
                    Source::redis(settings)?
                }
                None => Source::embedded(EMBEDDED_BYTES),
            };
            let services = Services {
                accounts: Accounts::in_memory()?,
                store,
            };
            let profile = what.profile.name();
            let mut arguments = vec![
                column.id(),
                "--listen",
                "127.0.0.1:0",
                "--workers",
                "1",
                "--profile",
                profile,
            ];
            let mut key = tempfile::NamedTempFile::new().map_err(system)?;
            let path = key.path().to_string_lossy().into_owned();
            if let Some(signed) = what.signed {
                if let Some(algorithm) = signed.algorithm() {
                    let made = NewKey::make(algorithm).map_err(std::io::Error::other);
                    let made = made.map_err(system)?;
                    key.write_all(made.content().as_bytes()).map_err(system)?;
                    arguments.extend(["--signing-key", &path]);
                }
                if let Some(setting) = signed.forgetting() {
                    arguments.extend([setting, "0"]);
                }
            }
            let running = fleet::start_one(column, &arguments, MasterKey::random(), &services)?;
            tell(running.address)?;
            input_ended().await?;
            running.stop().await;
            services.store.flush_prefix().await?;
            Ok(())
        }
    }
}

/// What somebody would write who has nothing to guard: an app, a route, an answer.
async fn bare() -> Result<(), LabError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(system)?;
    let address = listener.local_addr().map_err(system)?;
    let server = HttpServer::new(|| {
        App::new().route(
            "/me",
            web::get().to(|| async { HttpResponse::Ok().json(ME) }),
        )
    })
    .workers(1)
    .disable_signals()
    .listen(listener)
    .map_err(system)?
    .run();
    let handle = server.handle();
    let task = tokio::spawn(server);
    tell(address)?;
    input_ended().await?;
    handle.stop(false).await;
    task.await
        .map_err(std::io::Error::from)
        .flatten()
        .map_err(system)
}

fn tell(address: SocketAddr) -> Result<(), LabError> {
    let mut out = std::io::stdout();
    writeln!(out, "{address}")
        .and_then(|()| out.flush())
        .map_err(system)
}

async fn input_ended() -> Result<(), LabError> {
    let wait = || std::io::stdin().read_to_end(&mut Vec::new());
    let ended = tokio::task::spawn_blocking(wait).await;
    ended
        .map_err(std::io::Error::from)
        .flatten()
        .map_err(system)?;
    Ok(())
}

fn system(source: std::io::Error) -> LabError {
    LabError::System {
        what: "this target cannot be served",
        source,
    }
}
