//! The command line: this file has the verbs and `lab up`, the others the settings of the rest.

mod class;
mod keys;
mod lessons;
mod machine;
mod store;
mod variants;
mod watch;

use clap::{Args, Parser, Subcommand};
use lab::bench::ServeOne;
use lab::{Options, Profile};

pub(crate) use class::ClassArgs;
pub(crate) use keys::{KeysVerb, NewKeyArgs};
pub(crate) use lessons::{AttackArgs, RunArgs};
pub(crate) use machine::{Bench, CompletionsArgs, DoctorArgs, ForShell, ResetArgs};
use store::StoreArgs;
use variants::VariantArgs;
pub(crate) use watch::WatchArgs;

const EXAMPLES: &str = "\
Examples:
  lab                                     start everything on port 8000 and print the address
  lab up --port 9000 --profile stateless  another port, nothing but sessions looked up
  lab run replay --profile stateless      a lesson, with what it teaches
  lab attack                              every attack against every server, as a table
  lab watch                               exercises: mend a server until the checks pass
  lab doctor                              what this machine has of what a lab needs
  lab VERB --help                         examples for each verb

Environment: REDIS_URL, RUST_LOG (what is logged, on standard error), NO_COLOR.
Data goes to standard output, progress and errors to standard error; colour only on a terminal.

Exit codes of every verb:
  0  as asked
  1  something came out otherwise than expected, or could not be done
  2  wrong usage: a setting, settings that do not go together, a name that there is not, a port taken
  3  no lab or server answers where one should
  5  Redis is named or needed and not there";

const UP_EXAMPLES: &str = "\
Examples:
  lab up                                  on port 8000, or the next free one
  lab up --port 9000 --profile stateless  another port, nothing but sessions looked up
  lab up --cookie plain --jwt cookie,eddsa
                                          other variants; the page can switch them too
  lab up --embedded                       without any Redis, whatever REDIS_URL says
  REDIS_URL=redis://127.0.0.1 lab up      with the Redis that is there
  lab up --class --listen 192.168.1.5:8443 --tls
                                          a room for everybody in the class-room's network

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
    #[command(visible_alias = "serve")]
    Up(Up),
    /// Measure what GET /me costs each server, beside a bare handler; under a minute
    Bench(Bench),
    /// Make keys for the servers
    #[command(subcommand, after_help = keys::EXAMPLES)]
    Keys(KeysVerb),
    /// Play a lesson: what it does, what comes of it, and why
    Run(RunArgs),
    /// Attack each server as the suite does, and show who gets in
    Attack(AttackArgs),
    /// Mend a server with a hole; each time you save, the checks run again
    Watch(WatchArgs),
    /// Look whether this machine has what a lab needs: port, store, names, browser
    Doctor(DoctorArgs),
    /// Have the lab that runs forget everything, as its button Reset does
    Reset(ResetArgs),
    /// Print a script that completes verbs and settings in a shell
    Completions(CompletionsArgs),
    /// One target of the benchmark
    #[command(hide = true)]
    ServeOne(ServeOne),
}

/// Settings of `lab up`.
#[derive(Debug, Args)]
#[command(after_help = UP_EXAMPLES)]
pub(crate) struct Up {
    /// Port of the page and the servers [default: 8000, or the next free one]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,

    /// How much the servers look up; the page can switch it
    #[arg(long, value_enum, default_value_t = Profile::Hardened)]
    profile: Profile,

    #[command(flatten)]
    variants: VariantArgs,

    #[command(flatten)]
    store: StoreArgs,

    #[command(flatten)]
    pub(crate) class: ClassArgs,
}

impl Up {
    pub(crate) fn options(self) -> Result<Options, clap::Error> {
        Ok(Options {
            port: self.port,
            store: self.store.choice()?,
            profile: self.profile,
            variants: self.variants.chosen(),
            ..Options::default()
        })
    }
}
