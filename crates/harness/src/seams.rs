//! What a target can offer beyond HTTP, so that more can be tested.

use std::fmt;
use std::process::Command;

use crate::signing_key::SigningKey;

/// Something that a case may need and a target may not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seam {
    /// The key that signs access tokens.
    SigningKey,
    /// A way to see a login expire within seconds.
    ShortLived,
    /// A way to change an account's roles.
    RoleControl,
    /// A way to stop and start the store.
    StoreControl,
    /// A second account.
    SecondAccount,
    /// An account with the admin role.
    AdminAccount,
    /// A route of the contract that the target does not have.
    Route(&'static str),
    /// An instance that signs with a private key.
    Asymmetric,
    /// A second instance over the same store.
    SecondInstance,
    /// A way to start the target anew.
    Restart,
}

impl fmt::Display for Seam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SigningKey => f.write_str("signing key"),
            Self::ShortLived => f.write_str("short lifetime"),
            Self::RoleControl => f.write_str("role control"),
            Self::StoreControl => f.write_str("store control"),
            Self::SecondAccount => f.write_str("second account"),
            Self::AdminAccount => f.write_str("admin account"),
            Self::Route(name) => write!(f, "route {name}"),
            Self::Asymmetric => f.write_str("instance that signs with a private key"),
            Self::SecondInstance => f.write_str("second instance"),
            Self::Restart => f.write_str("restart"),
        }
    }
}

/// Something done to the target from outside; an error is a sentence.
pub type Action = Box<dyn Fn() -> Result<(), String> + Send + Sync>;
/// Gives an account roles: user name, then roles with commas.
pub type SetRole = Box<dyn Fn(&str, &str) -> Result<(), String> + Send + Sync>;
/// Counts what the store holds.
pub type Count = Box<dyn Fn() -> Result<u64, String> + Send + Sync>;

/// The seams that a target offers. What is `None` is missing.
#[derive(Default)]
pub struct Seams {
    /// The key that signs the tokens.
    pub signing_key: Option<SigningKey>,
    /// The same server elsewhere, with short lifetimes.
    pub short_lived: Option<ShortLived>,
    /// Changes an account's roles, effective at once.
    pub set_role: Option<SetRole>,
    /// Stops the store.
    pub store_down: Option<Action>,
    /// Starts the store again, where it was; returns when it answers.
    pub store_up: Option<Action>,
    /// Counts the store's keys.
    pub store_keys: Option<Count>,
    /// The same server elsewhere, signing with a private key; not needed where the
    /// target itself does.
    pub asymmetric: Option<Asymmetric>,
    /// Base URL of a second instance: same keys, same store, same accounts.
    pub second_instance: Option<String>,
    /// Ends the target's process and starts it where it was; returns when it answers.
    pub restart: Option<Action>,
}

/// An instance of the target that signs with a private key.
#[derive(Clone, Debug)]
pub struct Asymmetric {
    /// Its base URL.
    pub url: String,
    /// That key.
    pub signing_key: Option<SigningKey>,
}

/// An instance of the target whose credentials expire within seconds.
#[derive(Clone, Debug)]
pub struct ShortLived {
    /// Its base URL.
    pub url: String,
    /// Lifetime of its cookies, sessions or access tokens, in seconds.
    pub seconds: u64,
}

/// Runs a command of the manifest in the shell and returns what it printed.
pub(crate) fn shell(command: &str) -> Result<String, String> {
    let run = Command::new("sh").arg("-c").arg(command).output();
    let output = run.map_err(|error| format!("cannot run `sh`: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "`{command}` ended with {}: {}",
        output.status,
        said.trim()
    ))
}
