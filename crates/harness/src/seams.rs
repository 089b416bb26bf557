//! What a target can offer beyond HTTP, so that more can be tested.

use std::fmt;
use std::process::Command;
use std::time::Duration;

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
    /// The documented number of wrong passwords after which a try has to wait.
    LoginLimit,
    /// A second instance over the same store.
    SecondInstance,
    /// A way to start the target anew.
    Restart,
    /// A way to disable an account and to let it in again.
    AccountControl,
    /// An instance whose logins end within seconds, by disuse and whatever happens.
    IdleInstance,
    /// An instance on which an account may have a few logins only.
    CappedInstance,
    /// The same software elsewhere, with a key and a store of its own.
    OtherEnvironment,
    /// Instances with the next key, before and after the old one is retired.
    RotatedKey,
    /// An instance whose clock is ahead.
    AheadOfTime,
    /// A way to have the store hang: it takes connections and answers nothing.
    StoreHang,
    /// A way to have the store answer late.
    StoreDelay,
    /// A way to have the store refuse writes.
    StoreReadOnly,
    /// A way to empty the store.
    StoreFlush,
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
            Self::LoginLimit => f.write_str("documented limit of wrong passwords"),
            Self::Asymmetric => f.write_str("instance that signs with a private key"),
            Self::SecondInstance => f.write_str("second instance"),
            Self::Restart => f.write_str("restart"),
            Self::AccountControl => f.write_str("account control"),
            Self::IdleInstance => f.write_str("instance with an idle time"),
            Self::CappedInstance => f.write_str("instance with few logins"),
            Self::OtherEnvironment => f.write_str("other environment"),
            Self::RotatedKey => f.write_str("rotated key"),
            Self::AheadOfTime => f.write_str("instance ahead of time"),
            Self::StoreHang => f.write_str("store that hangs"),
            Self::StoreDelay => f.write_str("store that is slow"),
            Self::StoreReadOnly => f.write_str("store that refuses writes"),
            Self::StoreFlush => f.write_str("store that is emptied"),
        }
    }
}

/// Something done to the target from outside; an error is a sentence.
pub type Action = Box<dyn Fn() -> Result<(), String> + Send + Sync>;
/// Gives an account roles: user name, then roles with commas.
pub type SetRole = Box<dyn Fn(&str, &str) -> Result<(), String> + Send + Sync>;
/// Switches something on or off.
pub type Switch = Box<dyn Fn(bool) -> Result<(), String> + Send + Sync>;
/// Disables the account of this user name, or lets it in again.
pub type SetDisabled = Box<dyn Fn(&str, bool) -> Result<(), String> + Send + Sync>;
/// How much later each answer of the store comes; zero for no delay.
pub type SetDelay = Box<dyn Fn(Duration) -> Result<(), String> + Send + Sync>;
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
    /// Disables an account, effective at once.
    pub set_disabled: Option<SetDisabled>,
    /// The same server elsewhere, with logins that end within seconds.
    pub idle: Option<Idle>,
    /// The same server elsewhere, with few logins for an account.
    pub capped: Option<Capped>,
    /// Base URL of the same software with a key and a store of its own.
    pub other_environment: Option<String>,
    /// Instances on the same store, with the next key.
    pub rotated: Option<Rotated>,
    /// An instance on the same store, with the same key and another clock.
    pub ahead: Option<Ahead>,
    /// Has the store hang, and lets it go on.
    pub store_hang: Option<Switch>,
    /// Has the store answer late.
    pub store_delay: Option<SetDelay>,
    /// Has the store refuse whatever writes, and take it again.
    pub store_read_only: Option<Switch>,
    /// Empties the store.
    pub store_flush: Option<Action>,
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

/// An instance of the target whose logins end by disuse, and whatever happens.
#[derive(Clone, Debug)]
pub struct Idle {
    /// Its base URL.
    pub url: String,
    /// Seconds without a use after which a login is over. With tokens: the
    /// lifetime of a refresh token, and at least that of an access token.
    pub idle: u64,
    /// Seconds after which a login is over, however much it is used.
    pub absolute: u64,
}

/// An instance of the target on which an account may have so many logins.
#[derive(Clone, Debug)]
pub struct Capped {
    /// Its base URL.
    pub url: String,
    /// One more ends the oldest.
    pub logins: usize,
}

/// The target in the middle of a change of its key, and after it.
#[derive(Clone, Debug)]
pub struct Rotated {
    /// The instance that makes everything with the new key and accepts the old one too.
    pub url: String,
    /// The instance that knows the new key only.
    pub retired: String,
}

/// An instance of the target whose clock is ahead of the others'.
#[derive(Clone, Debug)]
pub struct Ahead {
    /// Its base URL.
    pub url: String,
    /// By so many seconds: within what the target says that clocks may differ.
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
