//! The binary: reads the settings, starts, stops when asked.

use std::process::ExitCode;

use auth_chain::{Settings, start};

#[tokio::main]
async fn main() -> ExitCode {
    contract::command::main(|settings: &Settings| &settings.common, start).await
}
