//! auth-chain: one resource, and several ways to say who one is.
//!
//! A service rarely has one kind of client. Programs send a token, pages a session cookie, and
//! somebody at a shell types a password. Here all three stand in a row before the same routes, in
//! an order that is a setting, and the rules are those of Django REST framework:
//!
//! * The first that recognises a credential decides. Who finds nothing of his own passes the
//!   request on.
//! * A failure ends the row: a bad token beside a good session is refused, and so it is on a route
//!   that is open to everybody.
//! * The first one speaks for all: its challenge goes with each 401. A session has no challenge,
//!   so where it comes first, the answer is 403.
//! * An unsafe request must come from our own pages only where a cookie carried the login.
//!
//! There is no trait over the ways to log in. An enum has three of them, and what each can do is
//! read in one `match`.
//!
//! Read in this order:
//!
//! 1. `settings.rs`: what can be set.
//! 2. `chain.rs`: the row, on one page; `basic.rs` is the one way that is at home here.
//! 3. `view.rs`: the chain and the permission, before each handler; `refusal.rs`: their answers.
//! 4. `routes.rs`: the resource.

mod basic;
mod chain;
mod refusal;
mod routes;
mod settings;
mod view;

use actix_web::web::Data;
use contract::{
    Running, Services, StartError,
    guards::Carrier,
    serve::{Face, serve},
};
use jwt_state::TokensFactory;

pub use chain::Authenticator;
use chain::Chain;
pub use settings::{Order, PORT, Settings};

/// Where one logs in, for those ways that need it.
const JWT: &str = "/jwt";
const SESSION: &str = "/session";

/// Starts the server; call it inside a tokio runtime.
///
/// # Errors
/// When the address cannot be listened on, or the settings make no sense together.
pub fn start(settings: &Settings, services: &Services) -> Result<Running, StartError> {
    let (address, key) = settings.common.address_and_key(PORT)?;
    let (jwt, session) = (settings.jwt()?, settings.session()?);
    let (sessions, services) = session_state::prepare(&session, services, &key)?;
    let accounts = services.accounts.clone();
    let tokens = TokensFactory::new(&jwt, accounts.clone(), &key)?;
    let order = settings.chain.clone();
    let face = Face {
        // The chain looks at the origin itself, where a cookie carried the login and nowhere else.
        carrier: Carrier::Bearer,
        needs_store: order.has(Authenticator::Jwt) || order.has(Authenticator::Session),
        own_shapes: &["/jwt/api/"],
    };
    let notes = routes::Notes::default();
    serve(
        &settings.common,
        &services,
        address,
        face,
        move |config, store| {
            let tokens = tokens.tokens(store.clone());
            let sessions = sessions.sessions(store);
            if order.has(Authenticator::Jwt) {
                tokens.mount(config, JWT);
            }
            if order.has(Authenticator::Session) {
                sessions.mount(config, SESSION);
            }
            config.app_data(Data::new(Chain {
                order: order.clone(),
                tokens,
                sessions,
                accounts: accounts.clone(),
            }));
            routes::configure(config, &notes);
        },
    )
}
