//! jwt-state: the login state is in a signed token.
//!
//! The client gets two. The access token says who he is, and any server that
//! has the key can believe it without asking anybody. It lasts minutes. The
//! refresh token gets the next pair and works once; the server remembers, for
//! each login, which one that is. Such a login is called a family: all tokens
//! that descend from one password.
//!
//! What that costs: a token cannot be taken back. In the profile `stateless` a
//! stolen access token works until it expires, and so does a role that is no
//! longer one. In `hardened` each request looks up whether the family is alive,
//! which is exactly the look-up that the mechanism set out to avoid.
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
    settings::Profile,
};
use store::Store;

use credential::Signer;
pub use credential::{KeyFault, VerifyingKey};
pub use settings::{PORT, Settings};

/// What the handlers of one worker share.
struct Server {
    settings: Settings,
    signer: Signer,
    accounts: Accounts,
    store: Store,
}

impl Server {
    /// Whether an access token is looked up before it is believed.
    fn looks_up(&self) -> bool {
        self.settings.common.profile == Profile::Hardened
    }
}

/// Starts the server; call it inside a tokio runtime.
///
/// # Errors
/// When the address cannot be listened on, or the settings make no sense together.
pub fn start(settings: &Settings, services: &Services) -> Result<Running, StartError> {
    settings.check()?;
    let (address, key) = settings.common.address_and_key(PORT)?;
    let signer = Signer::new(&key, settings)?;
    signer.watch();
    let (own, accounts) = (settings.clone(), services.accounts.clone());
    let face = Face {
        carrier: Carrier::Bearer,
        // In either profile nobody can log in without it.
        needs_store: true,
        own_shapes: &[],
    };
    serve(
        &settings.common,
        services,
        address,
        face,
        move |config, store| {
            let (settings, signer, accounts) = (own.clone(), signer.clone(), accounts.clone());
            config.app_data(Data::new(Server {
                settings,
                signer,
                accounts,
                store,
            }));
            routes::configure(config);
        },
    )
}
