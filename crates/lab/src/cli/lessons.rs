//! `lab run` and `lab attack`.

use std::path::PathBuf;

use clap::Args;
use lab::attacks::ATTACKS;
use lab::lessons::{Language, lessons};
use lab::variants::Variants;
use lab::{LabError, Options, Profile};

use super::store::StoreArgs;
use super::variants::VariantArgs;

const RUN_EXAMPLES: &str = "\
A lab is started for it in this process, and two visitors act: you, and a thief.

Examples:
  lab run                                 all lessons
  lab run replay --profile stateless      who lets the thief in after the logout?
  lab run demote --lang zh                the same in Chinese
  lab run --json > lessons.json           every verdict, for a program
  lab run --diagrams docs/src             what went over the wire, as a page with pictures

Exit codes: 0 everything came as the lesson says, 1 something else came, 2 no such lesson
or a folder that cannot be written, 5 the Redis that was named is silent. Without any, the steps that need one are left out.";

const ATTACK_EXAMPLES: &str = "\
Each attack is a check of the suite. It runs against a server that is started for it, in this
process, with the variants that are named, and with accounts and a store of its own. What only a browser decides (what goes along
from another site's page, which cookies are taken, what script can read) cannot be tried here:
start the lab and open its page, tab Attacks.

Examples:
  lab attack                              all of them
  lab attack replay --profile stateless   one, with its evidence and what would stop it
  lab attack edit --cookie plain          the same server without the seal
  lab attack --json > attacks.json        all of it, the exchanges too, for a program

Exit codes: 0 nobody got in but by a trade-off that the profile announces, 1 somebody did,
2 no such attack.";

/// A line of names is not longer than this.
const WIDTH: usize = 92;

/// What there is to choose from, before the examples.
fn with_names(what: &str, names: impl Iterator<Item = &'static str>, rest: &str) -> String {
    let mut lines = vec![what.to_owned()];
    for name in names {
        let last = lines.last_mut().expect("there is a first line");
        if last.len() + name.len() > WIDTH {
            lines.push(format!("  {name}"));
        } else {
            last.push(' ');
            last.push_str(name);
        }
    }
    format!("{}\n\n{rest}", lines.join("\n"))
}

fn run_help() -> String {
    let names = lessons().iter().map(|lesson| lesson.name.as_str());
    with_names("Lessons:", names, RUN_EXAMPLES)
}

fn attack_help() -> String {
    let names = ATTACKS.iter().map(|attack| attack.name);
    with_names("Attacks:", names, ATTACK_EXAMPLES)
}

/// Settings of `lab run`.
#[derive(Debug, Args)]
#[command(after_help = run_help())]
pub(crate) struct RunArgs {
    /// Which lesson; `all` plays one after the other
    #[arg(value_name = "NAME", default_value = "all")]
    pub(crate) name: String,

    /// How much the servers look up
    #[arg(long, value_enum, default_value_t = Profile::Hardened)]
    profile: Profile,

    /// Language of what is told
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,

    /// Print JSON, both languages in it, instead of lines
    #[arg(long)]
    pub(crate) json: bool,

    /// Write a page with a picture of each lesson into this folder
    #[arg(long, value_name = "FOLDER")]
    pub(crate) diagrams: Option<PathBuf>,

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
            ..Options::default()
        })
    }
}

/// Settings of `lab attack`.
#[derive(Debug, Args)]
#[command(after_help = attack_help())]
pub(crate) struct AttackArgs {
    /// Which attack; `all` lists them as it goes
    #[arg(value_name = "NAME", default_value = "all")]
    pub(crate) name: String,

    /// How much the servers look up
    #[arg(long, value_enum, default_value_t = Profile::Hardened)]
    pub(crate) profile: Profile,

    /// Language of what is told; the suite's own words are English
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,

    #[command(flatten)]
    variants: VariantArgs,

    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

impl AttackArgs {
    /// How the attacked servers run.
    pub(crate) fn variants(&self) -> Result<Variants, LabError> {
        let options = Options {
            profile: self.profile,
            variants: self.variants.clone().chosen(),
            ..Options::default()
        };
        options.variants()
    }
}
