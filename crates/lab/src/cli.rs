//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};
use contract::settings::RedisUrl;
use jwt_state::Algorithm;
use lab::bench::{BenchOptions, ServeOne};
use lab::{Options, Profile, StoreChoice};

const EXAMPLES: &str = "\
Examples:
  lab                                     start everything on port 8000 and print the address
  lab up --port 9000 --profile stateless  another port, only the session looked up
  lab up --embedded                       without any Redis, whatever REDIS_URL says
  REDIS_URL=redis://127.0.0.1 lab         with the Redis that is there
  lab run replay --profile stateless      a lesson, with what it teaches
  lab attack                              every attack against every server, as a table
  lab bench --json                        what each server costs; build with --release first
  lab keys new                            a key that signs tokens, in a file of its own
  lab doctor                              what this machine has of what a lab needs
  lab reset                               the lab that runs, as at its start

Environment: REDIS_URL, RUST_LOG (what is logged, on standard error), NO_COLOR.
Exit codes: 0 stopped as asked, 1 did not start, 2 wrong settings or port taken, 5 Redis not there.";

const RUN_EXAMPLES: &str = "\
A lab is started for it in this process, and two visitors act: you, and a thief.

Examples:
  lab run                                 all lessons
  lab run replay --profile stateless      who lets the thief in after the logout?

Exit codes: 0 everything came as the lesson says, 1 something else came, 2 no such lesson,
5 Redis not there.";

const ATTACK_EXAMPLES: &str = "\
Each attack is a check of the suite. It runs against a server that is started for it, in this
process, with accounts and a store of its own.

Examples:
  lab attack                              all of them
  lab attack replay --profile stateless   one, with its evidence and what would stop it

Exit codes: 0 nobody got in but by a trade-off that the profile announces, 1 somebody did,
2 no such attack.";

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
    /// Measure what GET /me costs each server, beside a bare handler; under a minute
    Bench(Bench),
    /// Make keys for the servers
    #[command(subcommand)]
    Keys(KeysVerb),
    /// Play a lesson: what it does, what comes of it, and why
    Run(RunArgs),
    /// Attack each server as the suite does, and show who gets in
    Attack(AttackArgs),
    /// Look whether this machine has what a lab needs: port, store, names, browser
    Doctor(DoctorArgs),
    /// Have the lab that runs forget everything, as its button Reset does
    Reset(ResetArgs),
    /// One target of the benchmark
    #[command(hide = true)]
    ServeOne(ServeOne),
}

/// What `lab keys new --help` says at its end.
const REPLACING: &str = "\
Replacing the key of a server without a logout and without a restart. It was started with
  jwt-state --signing-key signing.pem --verifying-key keys.json
where keys.json was the --public file of its first key.
  1. lab keys new --out next.pem --public next.json
  2. Announce: put the key of next.json into the list of keys.json, beside the old one. Wait until
     all who check tokens have read the list again; they may keep it for five minutes.
  3. Change over: mv next.pem signing.pem
  4. Retire: when the last token of the old key has expired (--refresh-lifetime), take the old key
     out of keys.json.
The server's own key: start with the new one in --key-file and the old one in --previous-key-file,
and leave the second away when what it has made is over.

Exit codes: 0 made, 1 a file is there already or cannot be written, 2 wrong settings.";

/// What to do about keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysVerb {
    /// Make a key and put it into a new file that only you can read
    New(NewKeyArgs),
}

/// Settings of `lab keys new`.
#[derive(Debug, Args)]
#[command(after_help = REPLACING)]
pub(crate) struct NewKeyArgs {
    /// Algorithm that the key signs tokens with: HS256, HS384 or HS512 for a secret; RS256, RS384,
    /// RS512, ES256, ES384 or EdDSA for a key whose public half checks and cannot sign
    #[arg(long, value_name = "NAME", default_value = "EdDSA", value_parser = jwt_state::algorithm)]
    pub(crate) algorithm: Algorithm,

    /// Not a key for tokens, but the secret key of a server (--key-file)
    #[arg(long, conflicts_with_all = ["algorithm", "public"])]
    pub(crate) server_key: bool,

    /// File to put it into; one that is there is never overwritten
    /// [default: signing.pem, signing.json for a secret, server.key]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,

    /// File to put the public half into, as a set of JWKs
    #[arg(long, value_name = "FILE")]
    pub(crate) public: Option<PathBuf>,
}

/// Settings of `lab bench`.
#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,

    /// How long all measuring takes, without starting and stopping
    #[arg(long, value_name = "N", default_value_t = 36, value_parser = clap::value_parser!(u64).range(1..=3600))]
    seconds: u64,

    #[command(flatten)]
    store: StoreArgs,
}

impl Bench {
    pub(crate) fn options(self) -> Result<BenchOptions, clap::Error> {
        let lasts = Duration::from_secs(self.seconds);
        Ok(BenchOptions {
            lasts,
            store: self.store.choice()?,
        })
    }
}

/// Settings of `lab run`.
#[derive(Debug, Args)]
#[command(after_help = RUN_EXAMPLES)]
pub(crate) struct RunArgs {
    /// Which lesson; `all` plays one after the other
    #[arg(value_name = "NAME", default_value = "all")]
    pub(crate) name: String,

    /// How much the servers look up
    #[arg(long, value_enum, default_value_t = Profile::Hardened)]
    profile: Profile,

    #[command(flatten)]
    store: StoreArgs,
}

impl RunArgs {
    /// A lab of its own, on any free port.
    pub(crate) fn options(self) -> Result<Options, clap::Error> {
        Ok(Options {
            port: Some(0),
            store: self.store.choice()?,
            profile: self.profile,
        })
    }
}

/// Settings of `lab attack`.
#[derive(Debug, Args)]
#[command(after_help = ATTACK_EXAMPLES)]
pub(crate) struct AttackArgs {
    /// Which attack; `all` lists them as it goes
    #[arg(value_name = "NAME", default_value = "all")]
    pub(crate) name: String,

    /// How much the servers look up
    #[arg(long, value_enum, default_value_t = Profile::Hardened)]
    pub(crate) profile: Profile,

    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

const DOCTOR_EXAMPLES: &str = "\
Examples:
  lab doctor                              before a lesson
  lab doctor --json                       the same for a program

Exit codes: 0 a lab starts here, 1 it does not, 2 wrong settings.";

/// Settings of `lab doctor`.
#[derive(Debug, Args)]
#[command(after_help = DOCTOR_EXAMPLES)]
pub(crate) struct DoctorArgs {
    /// Print JSON instead of lines
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    store: StoreArgs,
}

impl DoctorArgs {
    pub(crate) fn store(self) -> Result<StoreChoice, clap::Error> {
        self.store.choice()
    }
}

/// Settings of `lab reset`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 reset, 1 the lab could not, 2 wrong settings, 3 no lab there."
)]
pub(crate) struct ResetArgs {
    /// Port of the lab [default: the first from 8000 on where one runs]
    #[arg(long, value_name = "PORT")]
    pub(crate) port: Option<u16>,
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
    #[arg(long)]
    embedded: bool,
}

impl StoreArgs {
    /// A variable that is set and empty counts as not set.
    fn choice(self) -> Result<StoreChoice, clap::Error> {
        let Some(url) = self.redis.filter(|url| !url.is_empty() && !self.embedded) else {
            return Ok(if self.embedded {
                StoreChoice::Embedded
            } else {
                StoreChoice::Auto
            });
        };
        let from_variable = std::env::var("REDIS_URL").is_ok_and(|variable| variable == url);
        if !from_variable && RedisUrl::from(url.clone()).has_password() {
            let sentence = "a password on the command line can be read by every user of this \
                            machine: put the URL into the variable REDIS_URL\n";
            return Err(clap::Error::raw(ErrorKind::ArgumentConflict, sentence));
        }
        Ok(StoreChoice::Redis(url))
    }
}

impl Up {
    pub(crate) fn options(self) -> Result<Options, clap::Error> {
        Ok(Options {
            port: self.port,
            store: self.store.choice()?,
            profile: self.profile,
        })
    }
}
