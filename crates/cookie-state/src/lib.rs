//! cookie-state: the login state is in the browser.
//!
//! The server keeps nothing. Who is logged in, since when and until when, and
//! what the visitor put in, are sealed into one cookie: encrypted and
//! authenticated, so that the browser can carry it and neither read nor change it.
//!
//! What that costs: the server cannot take a cookie back. In the profile
//! `stateless` a stolen copy works until the last end in its seal. In `hardened`
//! each request looks up whether the cookie was revoked, which is a small piece
//! of exactly the server-side state that the mechanism set out to avoid.
//!
//! Read in this order, and the same in the two siblings:
//!
//! 1. `settings.rs`: what can be set.
//! 2. `credential.rs`: the mechanism.
//! 3. `visitor.rs`: who is asking.
//! 4. `routes.rs`: the contract, route by route.
//!
//! Beyond the contract: [`cookies`] sets, signs, seals, reads and deletes any other cookie, and
//! `routes/cookies.rs` offers it as an API.

pub mod cookies;
mod credential;
mod routes;
mod settings;
mod visitor;

use actix_web::web::Data;
use contract::{
    Problem, Running, Services, StartError,
    accounts::Accounts,
    guards::Carrier,
    serve::{Face, serve},
    settings::Profile,
};
use store::Store;

use cookies::Keys;
pub use credential::COOKIE;
use credential::{Contents, Lifetimes, Seal};
pub use settings::{PORT, Settings};

/// What the handlers of one worker share.
struct Server {
    settings: Settings,
    seal: Seal,
    /// For the cookies that visitors set by the API.
    keys: Keys,
    accounts: Accounts,
    store: Store,
}

impl Server {
    /// Whether a cookie is looked up before it is believed.
    fn looks_up(&self) -> bool {
        self.settings.common.profile == Profile::Hardened
    }

    fn lifetimes(&self) -> Lifetimes {
        Lifetimes {
            idle: self.settings.lifetime,
            absolute: self.settings.absolute_lifetime,
        }
    }

    /// Ends every copy of this login's cookie. `stateless` has nowhere to write that down.
    async fn revoke(&self, contents: &Contents) -> Result<(), Problem> {
        if self.looks_up() && contents.login.is_some() {
            // A copy can be of any age, but none outlives the last end in its seal.
            self.store
                .revoke(&contents.id, contents.longest_life())
                .await?;
        }
        Ok(())
    }
}

/// Starts the server; call it inside a tokio runtime.
///
/// # Errors
/// When the address cannot be listened on, or the settings make no sense together.
pub fn start(settings: &Settings, services: &Services) -> Result<Running, StartError> {
    settings.check()?;
    let (address, key) = settings.common.address_and_key(PORT)?;
    settings.check_protection(address)?;
    let before = settings.common.keys_from_before()?;
    let keys = Keys::new(
        "cookie-state: cookies of visitors",
        key.clone(),
        before.clone(),
    );
    let seal = Seal::new(key, before, settings.protection).remembering(settings.remembered_cookies);
    let (own, accounts) = (settings.clone(), services.accounts.clone());
    let face = Face {
        carrier: Carrier::Cookie(COOKIE),
        needs_store: settings.common.profile == Profile::Hardened,
        own_shapes: &[],
    };
    serve(
        &settings.common,
        services,
        address,
        face,
        move |config, store| {
            config.app_data(Data::new(Server {
                settings: own.clone(),
                seal: seal.clone(),
                keys: keys.clone(),
                accounts: accounts.clone(),
                store,
            }));
            routes::configure(config);
        },
    )
}
