//! A program of one's own around jwt-state: claims and answers of its own, handlers that know who
//! is asking, and a login without a password.
//!
//! ```text
//! cargo run -p jwt-state --example own_program
//! ```
//!
//! It says what to send.

mod program;

use clap::Parser;
use contract::Services;
use jwt_state::Settings;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let settings = program::with_additions(Settings::parse());
    let services = Services::open(&settings.common)?;
    let running = program::start(&settings, &services)?;
    let address = running.address;
    println!("Log in:   curl -d 'username=alice&password=wonderland' http://{address}/api/token/");
    println!("or invite: curl -X POST http://{address}/invite/1");
    println!("Then:     curl -H 'Authorization: Bearer ACCESS' http://{address}/tenant");
    println!("and:      curl -H 'Authorization: Bearer ACCESS' http://{address}/account");
    tokio::signal::ctrl_c().await?;
    running.stop().await;
    Ok(())
}
