//! What a server here must say, whatever its mechanism.
//!
//! The three servers share this crate so that what differs between them is the
//! mechanism and nothing else. Read in this order:
//!
//! 1. [`wire`]: the JSON that goes over the wire, and [`problem`]: its errors.
//! 2. [`accounts`], [`passwords`], [`attempts`]: who may log in.
//! 3. [`settings`]: what can be set, and where secrets come from.
//! 4. [`guards`]: what each request passes before a handler sees it.
//! 5. [`serve`]: how a server starts and stops.
//!
//! The contract itself is `docs/contract/openapi.yaml`.

pub mod accounts;
pub mod answer;
pub mod attempts;
pub mod body;
pub mod command;
pub mod cookies;
pub mod device;
pub mod guards;
pub mod passwords;
pub mod peer;
pub mod problem;
pub mod routes;
pub mod serve;
pub mod settings;
pub mod wire;

pub use problem::Problem;
pub use serve::{Running, Services, StartError};
