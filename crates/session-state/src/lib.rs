//! session-state: the login state is on the server.
//!
//! The browser holds a random id and nothing else. What the id means is in
//! Redis: who is logged in, since when and until when, and what the visitor put
//! in. So the server can take a login back at once, list an account's logins
//! and end one of them, and change a lifetime afterwards.
//!
//! What that costs: each request asks Redis, and without Redis nobody is logged
//! in. The look-up *is* the mechanism, so the profile `stateless` changes nothing.
//!
//! actix-session and actix-identity are the face: handlers see a `Session` and
//! an `Identity`. The store behind them is our own (`credential.rs`), because
//! the one that comes with actix-session brings a session back when a slow
//! request writes after a logout, waits for minutes when Redis is gone, and
//! cannot list an account's logins.
//!
//! It is a library too: [`Visitor`] is the whole session API, for handlers of one's own, and
//! [`SessionsFactory`] is where to begin. A handler that only reads takes a [`Reader`], which costs
//! less.
//!
//! Read in this order, and the same in the two siblings:
//!
//! 1. `settings.rs`: what can be set.
//! 2. `credential.rs`: the mechanism.
//! 3. `visitor.rs`: who is asking.
//! 4. `routes.rs`: the contract, route by route.

mod credential;
mod routes;
mod settings;
mod visitor;

use actix_web::web::Data;
use contract::{
    Running, Services, StartError,
    accounts::Accounts,
    guards::Carrier,
    serve::{Face, serve},
    settings::MasterKey,
};

pub use credential::{COOKIE, Sessions, SessionsFactory};
pub use settings::{PORT, Settings};
pub use visitor::{Reader, Visitor};

/// What the key that seals the sessions in Redis is derived for.
const SEAL: &str = "session-state: seal of the sessions in Redis";

/// What the handlers of one worker share.
struct Server {
    accounts: Accounts,
    sessions: Sessions,
}

/// Starts the server; call it inside a tokio runtime.
///
/// # Errors
/// When the address cannot be listened on, or the settings make no sense together.
pub fn start(settings: &Settings, services: &Services) -> Result<Running, StartError> {
    let (address, key) = settings.common.address_and_key(PORT)?;
    let (factory, services) = prepare(settings, services, &key)?;
    let accounts = services.accounts.clone();
    let face = Face {
        carrier: Carrier::Cookie(COOKIE),
        needs_store: true,
        own_shapes: &[],
    };
    serve(
        &settings.common,
        &services,
        address,
        face,
        move |config, store| {
            let sessions = factory.sessions(store);
            routes::configure(config, &sessions);
            let accounts = accounts.clone();
            config.app_data(Data::new(Server { accounts, sessions }));
        },
    )
}

/// What makes the sessions that the settings ask for, and the services with the store in which
/// these must be kept: a sealed one, where the settings say so. For a server that has sessions
/// beside other ways to log in ([`Sessions::authenticate`]).
///
/// # Errors
/// When the settings make no sense together, or a key from before cannot be read.
pub fn prepare(
    settings: &Settings,
    services: &Services,
    key: &MasterKey,
) -> Result<(SessionsFactory, Services), StartError> {
    settings.check()?;
    let before = settings.common.keys_from_before()?;
    let mut services = services.clone();
    if settings.seal_sessions {
        let derived = |key: &MasterKey| key.derive::<32>(SEAL);
        let before: Vec<_> = before.iter().map(derived).collect();
        services.store = services.store.sealed(&derived(key), &before);
    }
    let factory = SessionsFactory::new(settings, services.accounts.clone(), key);
    Ok((factory.with_keys_from_before(&before), services))
}
