//! `conform`: the suite on the command line.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use harness::arguments::{Arguments, Format};
use harness::report::{Style, finding_line, to_json, to_junit, to_text};
use harness::{
    Case, Manifest, Outcome, Report, Target, cases, catalogue_json, catalogue_text, run,
};

/// Where nobody looks on, so many checks are passed over in silence.
const STRETCH: usize = 20;

const USAGE: u8 = 2;
const UNREACHABLE: u8 = 3;
const NOTHING_SELECTED: u8 = 4;

fn main() -> ExitCode {
    let arguments = Arguments::read(std::env::args_os());
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
            tell(&format!("conform: {why}"));
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
    let known = |id: &&&str| cases().iter().any(|case| case.id.eq_ignore_ascii_case(id));
    if let Some(id) = wanted.iter().find(|id| !known(id)) {
        let why = format!("there is no check `{id}`; `conform --list` prints them all");
        return Err((USAGE, why));
    }
    let chosen = |case: &&Case| wanted.iter().any(|id| case.id.eq_ignore_ascii_case(id));
    let selected: Vec<&Case> = cases().iter().filter(chosen).collect();
    if selected.is_empty() {
        let why = "--only names no check; `conform --list` prints them all";
        return Err((NOTHING_SELECTED, why.into()));
    }
    Ok(selected)
}

fn list(arguments: &Arguments, selected: &[&'static Case]) -> Ended<bool> {
    let speaks = |case: &&Case| {
        let asked = arguments.mechanism;
        asked.is_none_or(|mechanism| case.mechanisms.contains(&mechanism))
    };
    let selected: Vec<&Case> = selected.iter().copied().filter(speaks).collect();
    if selected.is_empty() {
        let why = "none of these checks says something about that mechanism";
        return Err((NOTHING_SELECTED, why.into()));
    }
    match arguments.format {
        Format::Text => print(&catalogue_text(&selected))?,
        Format::Json => print(&format!("{:#}\n", catalogue_json(&selected)))?,
        Format::Junit => return Err((USAGE, "--list is text or json".into())),
    }
    Ok(true)
}

fn test(arguments: &Arguments, selected: &[&'static Case]) -> Ended<bool> {
    let mut target = described(arguments).map_err(|why| (USAGE, why))?;
    target.notice = |notice| tell(&format!("conform: {notice}"));
    let command = command(arguments, &target);
    for absent in target.drop_absent_routes() {
        tell(&format!(
            "conform: the target has no {absent}; name its own under [routes] where it has one"
        ));
    }
    let shown_live = std::io::stderr().is_terminal();
    let live_style = style(shown_live);
    let mut done = 0;
    let report = run(&target, selected, |finding| {
        done += 1;
        if shown_live {
            let line = finding_line(finding, live_style);
            tell(&format!("[{done}/{}] {line}", selected.len()));
        } else if matches!(finding.outcome, Outcome::Fail(_) | Outcome::Broken(_)) {
            let (id, outcome) = (finding.case.id, finding.outcome.name());
            tell(&format!("conform: {id} {outcome}"));
        }
        if !shown_live && done % STRETCH == 0 {
            tell(&format!(
                "conform: {done} of {} checks done",
                selected.len()
            ));
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
        .ok_or("give the URL of a server with its --mechanism, or --target FILE for one that does not keep to the contract; --help says more")?;
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

/// A line on standard error, where nobody may read any more: a closed pipe must not turn the
/// verdict into the exit code of a panic, as `eprintln!` does.
fn tell(line: &str) {
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

/// A reader that went away (`conform … | head`) is no fault of the server's.
fn print(text: &str) -> Ended<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err((1, error.to_string())),
        _ => Ok(()),
    }
}
