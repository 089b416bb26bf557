//! The binary: reads the settings, starts, stops when asked.

use std::process::ExitCode;

use session_state::{Settings, start};

#[tokio::main]
async fn main() -> ExitCode {
    contract::command::main(|settings: &Settings| &settings.common, start).await
}
