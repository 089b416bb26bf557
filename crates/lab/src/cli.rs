//! The command line.

use clap::{Args, Parser, Subcommand};
use lab::{Options, Profile, StoreChoice};

const EXAMPLES: &str = "\
Examples:
  lab                                     start everything on port 8000 and print the address
  lab up --port 9000 --profile stateless  another port, nothing looked up
  lab up --embedded                       without any Redis
  REDIS_URL=redis://127.0.0.1 lab         with the Redis that is there

Environment: REDIS_URL, RUST_LOG (what is logged, on standard error), NO_COLOR.
Exit codes: 0 stopped as asked, 1 did not start, 2 wrong settings or port taken, 5 Redis not there.";

/// Three servers side by side, three ways to remember a login, watched on the wire.
#[derive(Debug, Parser)]
#[command(name = "lab", version, after_help = EXAMPLES, args_conflicts_with_subcommands = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,

    #[command(flatten)]
    pub(crate) up: Up,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Start everything and serve the page (the default)
    Up(Up),
}

/// Settings of `lab up`.
#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Port of the page and the servers [default: 8000, or the next free one]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,

    /// How much the servers look up; the page can switch it
    #[arg(long, value_enum, default_value_t = Profile::Hardened)]
    profile: Profile,

    #[command(flatten)]
    store: StoreArgs,
}

/// Which store.
#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    /// Redis to use [default: a private redis-server when one is on the PATH, else none]
    #[arg(long, env = "REDIS_URL", value_name = "URL", hide_env_values = true)]
    redis: Option<String>,

    /// Keep state in this process, use no Redis
    #[arg(long, overrides_with = "redis")]
    embedded: bool,
}

impl StoreArgs {
    /// A variable that is set and empty counts as not set.
    pub(crate) fn choice(self) -> StoreChoice {
        match self.redis.filter(|url| !url.is_empty()) {
            _ if self.embedded => StoreChoice::Embedded,
            Some(url) => StoreChoice::Redis(url),
            None => StoreChoice::Auto,
        }
    }
}

impl From<Up> for Options {
    fn from(up: Up) -> Self {
        Self {
            port: up.port,
            store: up.store.choice(),
            profile: up.profile,
        }
    }
}
