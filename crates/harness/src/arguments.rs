//! The command line of `conform`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr as _;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Parser, ValueEnum};

use crate::mechanism::{Mechanism, Profile};

/// Asks a server, over HTTP alone, whether its logins can be trusted.
///
/// It logs in, keeps copies of credentials, forges others, logs out, and looks at
/// what still opens. Accounts are left as they were found. Point it only at a
/// server that is yours.
#[derive(Debug, Parser)]
#[command(
    name = "conform",
    version,
    after_help = "\
Exit codes:
  0  no check of level `must` failed
  1  a check of level `must` failed, or its set-up was broken (with --strict also:
     one of level `should` failed, or one could not be tested)
  2  wrong usage, an id that no check has, or a manifest that cannot be read
  3  nobody listens at the target
  4  no check was selected

Run one at a time against a server: the checks share its accounts, and undo what another
run is doing.

The report goes to standard output, progress to standard error.
Colour only on a terminal, and never when NO_COLOR is set.

Examples:
  conform http://localhost:8002 --mechanism session
  conform http://localhost:8003 --mechanism jwt --profile stateless --only D04 E24
  conform --target my-server.toml --format junit > report.xml"
)]
pub struct Arguments {
    /// The server's base URL; with --target it replaces the manifest's.
    #[arg(value_name = "URL")]
    pub url: Option<String>,

    /// How the server remembers visitors.
    #[arg(
        long,
        value_name = "cookie|session|jwt",
        hide_possible_values = true,
        value_parser = PossibleValuesParser::new(["cookie", "session", "jwt"]).try_map(|name| Mechanism::from_str(&name))
    )]
    pub mechanism: Option<Mechanism>,

    /// A manifest (TOML) that describes a server of another contract.
    #[arg(long, value_name = "FILE")]
    pub target: Option<PathBuf>,

    /// What the server promises [default: hardened].
    #[arg(
        long,
        value_name = "hardened|stateless",
        hide_possible_values = true,
        value_parser = PossibleValuesParser::new(["hardened", "stateless"]).try_map(|name| Profile::from_str(&name))
    )]
    pub profile: Option<Profile>,

    /// Certificates (PEM) to trust besides the public ones.
    #[arg(long, value_name = "FILE", conflicts_with = "target")]
    pub ca: Option<PathBuf>,

    /// Only these checks, by id; several with spaces or commas.
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',')]
    pub only: Option<Vec<String>>,

    /// Print the checks instead of running them; with --mechanism, those that say
    /// something about it.
    #[arg(long)]
    pub list: bool,

    /// How the report is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,

    /// Also fail on checks of level `should`, and on what could not be tested.
    #[arg(long)]
    pub strict: bool,
}

impl Arguments {
    /// Reads a command line, the program's name first; a wrong one ends the program.
    #[must_use]
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Self {
        Self::parse_from(url_first(words))
    }
}

/// `--only D04 E24 http://…`: no id has `://` in it, so that is the URL, which
/// the list of ids would swallow.
fn url_first(words: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut sorted = Vec::new();
    let mut among_ids = false;
    for word in words {
        let text = word.to_string_lossy();
        if text.starts_with('-') {
            among_ids = text == "--only" || text.starts_with("--only=");
        } else if among_ids && text.contains("://") {
            sorted.insert(1, word);
            continue;
        }
        sorted.push(word);
    }
    sorted
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For build servers.
    Junit,
}
