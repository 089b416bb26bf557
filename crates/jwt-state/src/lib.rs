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
//! It is a library too: [`TokensFactory`] is where to begin, and the example `own_program` adds
//! claims, answers and handlers of its own. Clients of Django's Simple JWT find its endpoints
//! (`routes/simple_jwt.rs`), and the same tokens behind them.
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

use actix_web::{
    middleware::{Condition, from_fn},
    web::{self, Data, ServiceConfig},
};
use contract::{
    Running, Services, StartError,
    accounts::Accounts,
    guards::{Carrier, own_pages_only},
    serve::{Face, serve},
    settings::{MasterKey, Profile},
};
use store::Store;

use credential::Signer;
pub use credential::{Claims, KeyFault, NewKey, TokenPair, VerifyingKey};
pub use jsonwebtoken::Algorithm;
pub use settings::{Additions, Delivery, PORT, Rotating, Settings, UserIdField, algorithm};
pub use visitor::{LiveAccount, Login};

/// What makes and reads tokens, as one worker reaches it, and what its handlers share.
///
/// [`TokenPair::for_account`] makes tokens; [`Tokens::authenticate`] and the arguments of handlers
/// [`Claims`], [`Login`] and [`LiveAccount`] read them.
#[derive(Clone)]
pub struct Tokens {
    settings: Settings,
    signer: Signer,
    accounts: Accounts,
    store: Store,
}

impl Tokens {
    /// Whether an access token is looked up before it is believed.
    fn looks_up(&self) -> bool {
        self.settings.common.profile == Profile::Hardened
    }

    /// Puts jwt-state's own routes below `path` of another server, so that one can log in there
    /// ([`Tokens::authenticate`] is who is asking). Where cookies carry tokens, an unsafe request
    /// to them must come from the server's own pages, whatever carries the other logins of that
    /// server: another site could log a visitor in as somebody else otherwise.
    pub fn mount(&self, config: &mut ServiceConfig, path: &str) {
        let by_cookie = self.settings.delivery != Delivery::Body;
        let routes = web::scope(path)
            .configure(routes::configure)
            .app_data(Data::new(self.clone()))
            .wrap(Condition::new(by_cookie, from_fn(own_pages_only)));
        config.service(routes);
    }
}

/// What makes [`Tokens`] on each worker.
#[derive(Clone)]
pub struct TokensFactory {
    settings: Settings,
    signer: Signer,
    accounts: Accounts,
}

impl TokensFactory {
    /// Tokens of these accounts. Instances that have the same keys and the same store know each
    /// other's tokens. Call it inside a tokio runtime: it goes on looking at the files of keys.
    ///
    /// # Errors
    /// When a key cannot be used, or the settings make no sense together.
    pub fn new(
        settings: &Settings,
        accounts: Accounts,
        key: &MasterKey,
    ) -> Result<Self, StartError> {
        settings.check()?;
        let signer = Signer::new(key, settings)?;
        signer.watch();
        Ok(Self {
            settings: settings.clone(),
            signer,
            accounts,
        })
    }

    /// The tokens whose logins are in this store; call it on the worker on which the store was
    /// opened.
    pub fn tokens(&self, store: Store) -> Tokens {
        Tokens {
            settings: self.settings.clone(),
            signer: self.signer.clone(),
            accounts: self.accounts.clone(),
            store,
        }
    }
}

/// Starts the server; call it inside a tokio runtime.
///
/// # Errors
/// When the address cannot be listened on, or the settings make no sense together.
pub fn start(settings: &Settings, services: &Services) -> Result<Running, StartError> {
    settings.check()?;
    let (address, key) = settings.common.address_and_key(PORT)?;
    let factory = TokensFactory::new(settings, services.accounts.clone(), &key)?;
    let face = Face {
        carrier: match settings.delivery {
            Delivery::Body => Carrier::Bearer,
            Delivery::Cookies | Delivery::RefreshCookie => Carrier::BearerOrCookie,
        },
        // In either profile nobody can log in without it.
        needs_store: true,
        own_shapes: &routes::OWN_SHAPES,
    };
    serve(
        &settings.common,
        services,
        address,
        face,
        move |config, store| {
            config.app_data(Data::new(factory.tokens(store)));
            routes::configure(config);
        },
    )
}
