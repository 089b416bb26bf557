//! `conform`: the suite on the command line.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use harness::report::{Style, finding_line, to_json, to_junit, to_text};
use harness::{
    Case, Manifest, Mechanism, Outcome, Profile, Report, Target, cases, catalogue_json,
    catalogue_text, run,
};

const USAGE: u8 = 2;
const UNREACHABLE: u8 = 3;
const NOTHING_SELECTED: u8 = 4;

/// Asks a server, over HTTP alone, whether its logins can be trusted.
///
/// It logs in, keeps copies of credentials, forges others, logs out, and looks at
/// what still opens. Accounts are left as they were found. Point it only at a
/// server that is yours.
#[derive(Parser)]
#[command(
    name = "conform",
    version,
    after_help = "\
Exit codes:
  0  no check failed
  1  a check failed, or its set-up was broken (with --strict also: a check of
     level `should` failed, or one could not be tested)
  2  wrong usage, or a manifest that cannot be read
  3  nobody listens at the target
  4  no check was selected

The report goes to standard output, progress to standard error.
Colour only on a terminal, and never when NO_COLOR is set.

Examples:
  conform http://localhost:8002 --mechanism session
  conform http://localhost:8003 --mechanism jwt --profile stateless --only D04 E24
  conform --target my-server.toml --format junit > report.xml"
)]
struct Arguments {
    /// The server's base URL; with --target it replaces the manifest's.
    #[arg(value_name = "URL", required_unless_present_any = ["target", "list"])]
    url: Option<String>,

    /// How the server remembers visitors: cookie, session or jwt.
    #[arg(long, value_name = "MECHANISM", required_unless_present_any = ["target", "list"])]
    mechanism: Option<Mechanism>,

    /// A manifest (TOML) that describes a server of another contract.
    #[arg(long, value_name = "FILE")]
    target: Option<PathBuf>,

    /// What the server promises: hardened or stateless [default: hardened].
    #[arg(long, value_name = "PROFILE")]
    profile: Option<Profile>,

    /// Certificates (PEM) to trust besides the public ones.
    #[arg(long, value_name = "FILE", conflicts_with = "target")]
    ca: Option<PathBuf>,

    /// Only these checks, by id; several with spaces or commas.
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',')]
    only: Option<Vec<String>>,

    /// Print the checks instead of running them.
    #[arg(long)]
    list: bool,

    /// How the report is written.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Also fail on checks of level `should`, and on what could not be tested.
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
    Junit,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = select(arguments.only.as_deref()).and_then(|selected| {
        if arguments.list {
            return list(&arguments, &selected);
        }
        test(&arguments, &selected)
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err((code, why)) => {
            eprintln!("conform: {why}");
            ExitCode::from(code)
        }
    }
}

type Ended<T> = Result<T, (u8, String)>;

fn select(only: Option<&[String]>) -> Ended<Vec<&'static Case>> {
    let Some(only) = only else {
        return Ok(cases().iter().collect());
    };
    let wanted: Vec<&str> = only
        .iter()
        .map(|id| id.trim())
        .filter(|id| !id.is_empty())
        .collect();
    for id in &wanted {
        if !cases().iter().any(|case| case.id.eq_ignore_ascii_case(id)) {
            let why = format!("there is no check `{id}`; `conform --list` prints them all");
            return Err((NOTHING_SELECTED, why));
        }
    }
    let chosen = |case: &&Case| wanted.iter().any(|id| case.id.eq_ignore_ascii_case(id));
    let selected: Vec<&Case> = cases().iter().filter(chosen).collect();
    if selected.is_empty() {
        return Err((NOTHING_SELECTED, "--only selects no check".into()));
    }
    Ok(selected)
}

fn list(arguments: &Arguments, selected: &[&'static Case]) -> Ended<bool> {
    match arguments.format {
        Format::Text => print(&catalogue_text(selected))?,
        Format::Json => print(&format!("{:#}\n", catalogue_json(selected)))?,
        Format::Junit => return Err((USAGE, "--list is text or json".into())),
    }
    Ok(true)
}

fn test(arguments: &Arguments, selected: &[&'static Case]) -> Ended<bool> {
    let mut target = described(arguments).map_err(|why| (USAGE, why))?;
    target.notice = |notice| eprintln!("conform: {notice}");
    let command = command(arguments, &target);
    let shown_live = std::io::stderr().is_terminal();
    let live_style = style(shown_live);
    let mut done = 0;
    let report = run(&target, selected, |finding| {
        done += 1;
        if shown_live {
            eprintln!(
                "[{done}/{}] {}",
                selected.len(),
                finding_line(finding, live_style)
            );
        } else if matches!(finding.outcome, Outcome::Fail(_) | Outcome::Broken(_)) {
            eprintln!("conform: {} {}", finding.case.id, finding.outcome.name());
        }
    });
    let report = report.map_err(|error| {
        let why = format!(
            "{error}; is the server running at {}?",
            target.base().origin()
        );
        (UNREACHABLE, why)
    })?;
    print(&written(&report, arguments.format, &command)?)?;
    Ok(report.is_green(arguments.strict))
}

fn described(arguments: &Arguments) -> Result<Target, String> {
    if let Some(path) = &arguments.target {
        let mut manifest = Manifest::read(path)?;
        manifest.url = arguments.url.clone().unwrap_or(manifest.url);
        manifest.mechanism = arguments.mechanism.unwrap_or(manifest.mechanism);
        manifest.profile = arguments.profile.unwrap_or(manifest.profile);
        return manifest.into_target();
    }
    let url = arguments
        .url
        .as_deref()
        .ok_or("give the URL of a server, or --target FILE")?;
    let mechanism = arguments
        .mechanism
        .ok_or("say which --mechanism: cookie, session or jwt")?;
    Target::trusting(
        url,
        mechanism,
        arguments.profile.unwrap_or_default(),
        arguments.ca.as_deref(),
    )
}

/// What runs this again, up to the selection.
fn command(arguments: &Arguments, target: &Target) -> String {
    let mut command = "conform".to_owned();
    if let Some(url) = &arguments.url {
        command.push_str(&format!(" {url}"));
    }
    if let Some(path) = &arguments.target {
        command.push_str(&format!(" --target {}", path.display()));
    } else {
        command.push_str(&format!(" --mechanism {}", target.mechanism.name()));
    }
    if let Some(path) = &arguments.ca {
        command.push_str(&format!(" --ca {}", path.display()));
    }
    format!("{command} --profile {}", target.profile.name())
}

fn written(report: &Report, format: Format, command: &str) -> Ended<String> {
    Ok(match format {
        Format::Text => to_text(report, command, style(std::io::stdout().is_terminal())),
        Format::Json => format!("{:#}\n", to_json(report, command)),
        Format::Junit => to_junit(report, command).map_err(|error| (1, error.to_string()))?,
    })
}

/// <https://no-color.org>: any value that is not empty.
fn style(terminal: bool) -> Style {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if terminal && !refused {
        Style::Colour
    } else {
        Style::Plain
    }
}

/// A reader that went away (`conform … | head`) is no fault of the server's.
fn print(text: &str) -> Ended<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err((1, error.to_string())),
        _ => Ok(()),
    }
}
