//! `lab watch`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use harness::Mechanism;
use lab::exercises::{Asked, Exercise};
use lab::lessons::Language;

const EXAMPLES: &str = "\
A server with a hole. You change its settings, or your own code; each time you save, the checks
of the suite run again, until they pass. h + Enter gives a hint, of three.

Examples:
  lab watch --list                        which exercises there are
  lab watch denylist                      writes denylist.toml; edit it in another window
  lab watch                               the first that is not solved yet
  lab watch denylist --lang zh            the same in Chinese
  lab watch rotation --url http://localhost:3000 --dir ~/my-server
                                          your own server: start it so that it restarts by itself
  lab watch denylist --once               one run, for a script

Exit codes: 0 solved, or left as asked; 1 with --once: not solved; 2 wrong settings; 3 with --once
and --url: nobody answers there.";

/// Settings of `lab watch`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WatchArgs {
    /// Which exercise [default: the first that is not solved in this folder]
    #[arg(value_name = "EXERCISE", value_parser = exercise)]
    pub(crate) exercise: Option<&'static Exercise>,

    /// Folder of the settings file and of the progress; with --url or --target, of your code
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub(crate) dir: PathBuf,

    /// Your own server, instead of ours with other settings
    #[arg(long, value_name = "URL", conflicts_with = "target")]
    url: Option<String>,

    /// How your own server remembers visitors [default: as ours of the exercise]
    #[arg(
        long,
        value_name = "cookie|session|jwt",
        requires = "url",
        hide_possible_values = true,
        value_parser = PossibleValuesParser::new(["cookie", "session", "jwt"])
            .try_map(|name| name.parse::<Mechanism>())
    )]
    mechanism: Option<Mechanism>,

    /// Your own server of another contract, as a manifest describes it (conform --target)
    #[arg(long, value_name = "FILE")]
    target: Option<PathBuf>,

    /// Language of what is told
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) lang: Language,

    /// Run the checks once and end
    #[arg(long)]
    pub(crate) once: bool,

    /// Print which exercises there are, and which of them are solved in this folder
    #[arg(long)]
    pub(crate) list: bool,
}

impl WatchArgs {
    /// The learner's own server, if it is one.
    pub(crate) fn own(&self) -> Option<Asked> {
        let url = self.url.clone();
        let url = url.map(|url| Asked::Url(url, self.mechanism));
        url.or_else(|| self.target.clone().map(Asked::Manifest))
    }
}

fn exercise(name: &str) -> Result<&'static Exercise, String> {
    Exercise::named(name).ok_or_else(|| {
        let names: Vec<&str> = Exercise::all().iter().map(|one| &*one.name).collect();
        format!("there are: {}", names.join(", "))
    })
}
