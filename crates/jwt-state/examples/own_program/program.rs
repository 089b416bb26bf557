//! The program itself; a test starts it too.

use actix_web::{
    HttpResponse,
    web::{self, Data},
};
use contract::{
    Problem, Running, Services, StartError,
    accounts::Accounts,
    guards::Carrier,
    serve::{Face, serve},
};
use jwt_state::{
    Additions, Claims, LiveAccount, Login, PORT, Settings, TokenPair, Tokens, TokensFactory,
};
use serde::Deserialize;
use serde_json::json;

// ANCHOR: additions
/// Adds a claim to each access token, and a member to each answer that gives tokens.
pub(crate) fn with_additions(settings: Settings) -> Settings {
    let additions = Additions::default()
        .with_claim("tenant", |account| json!(tenant_of(&account.email)))
        .with_answer("user_id", |account| json!(account.id));
    Settings {
        additions,
        ..settings
    }
}
// ANCHOR_END: additions

fn tenant_of(email: &str) -> &str {
    email.split('@').nth(1).unwrap_or_default()
}

/// The routes of jwt-state, and beside them its own.
pub(crate) fn start(settings: &Settings, services: &Services) -> Result<Running, StartError> {
    let (address, key) = settings.common.address_and_key(PORT)?;
    let factory = TokensFactory::new(settings, services.accounts.clone(), &key)?;
    let accounts = services.accounts.clone();
    let face = Face {
        carrier: Carrier::Bearer,
        needs_store: true,
        own_shapes: &["/api/"],
    };
    serve(
        &settings.common,
        services,
        address,
        face,
        move |config, store| {
            let tokens = factory.tokens(store);
            config
                .app_data(Data::new(tokens.clone()))
                .app_data(Data::new(accounts.clone()))
                .route("/tenant", web::get().to(tenant))
                .route("/account", web::get().to(account))
                .route("/until", web::get().to(until))
                .route("/invite/{id}", web::post().to(invite));
            tokens.mount(config, "");
        },
    )
}

// ANCHOR: who
/// The claims that this program reads out of a token.
#[derive(Deserialize)]
struct Own {
    tenant: String,
}

/// The stateless user: what the token says, and nothing is looked up.
async fn tenant(claims: Claims) -> Result<String, Problem> {
    let own: Own = claims.of_type().ok_or(Problem::InvalidToken)?;
    Ok(own.tenant)
}

/// The account as it is now: its login lives, and so does the account.
async fn account(account: LiveAccount) -> String {
    format!("{}, epoch {}", account.username, account.epoch)
}

/// The one or the other, as the profile says.
async fn until(login: Login) -> String {
    let left = login.expires_at.remaining().as_secs();
    format!("{} for {left} s", login.user.username)
}
// ANCHOR_END: who

// ANCHOR: by_hand
/// A login without a password. Here anybody gets one; a program of yours knows by other means who
/// it is, such as a link in an e-mail.
async fn invite(
    tokens: Data<Tokens>,
    accounts: Data<Accounts>,
    id: web::Path<i64>,
) -> Result<HttpResponse, Problem> {
    let account = accounts.by_id(*id)?.ok_or(Problem::NotFound)?;
    let pair = TokenPair::for_account(&account, &tokens).await?;
    tokens.give(&pair)
}
// ANCHOR_END: by_hand
