//! The suite's cookie jar on a pipe: one case a line in, one `Cookie` field a line out.
//!
//! ```sh
//! cargo run -q -p harness --example jar <<'CASES'
//! {"set": [{"url": "http://a.test/", "set_cookie": ["a=1", "b=2; Secure"]}], "get": "http://a.test/"}
//! CASES
//! ```
//!
//! prints `a=1`. So the public suites for cookie parsers can be run against exactly the code
//! that says here what a browser holds. Line n of the output answers line n of the input
//! (blank lines are passed over); it is empty where no `Cookie` field is sent. A line that is
//! no case is told on standard error with its number, is answered with an empty line, and
//! makes the exit code 2; the lines after it are still answered.
//!
//! | field | what it is |
//! |---|---|
//! | `set` | answers in their order, each `{"url", "set_cookie": [line, …]}`; or left out |
//! | `get` | the address that is asked in the end, or an object like those in `set` |
//! | `now` | RFC 3339 text, or seconds since 1970; left out: the clock. In an object of `set` or in `get` it holds there |
//!
//! A line of `set_cookie` is the field's value. A JSON string stands for its octets in UTF-8;
//! octets that are not UTF-8 are given as `{"latin1": "caf\u00e9"}`, a character for each
//! octet. The output is octets, as they would be sent.
//!
//! An object of `set`, and `get`, may also have `from` (the top-level page that makes the
//! request; left out: the visitor typed the address), `navigates` (with `from`: it is a link or
//! a form, not an image or `fetch`), `method` (GET if left out) and `script` (true:
//! `document.cookie` instead of a request).
//!
//! Members of other names are passed over: a suite may number its cases.
//!
//! `--suffixes FILE` reads a public suffix list (<https://publicsuffix.org>). Without one, the
//! last label of a host is its public suffix.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;

use clap::Parser;
use harness::jar::{Jar, Limits, Request, Suffixes};
use serde::Deserialize;
use serde_json::error::Category;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use url::Url;

/// Reads one JSON case a line and prints the `Cookie` field that it leads to.
#[derive(Parser)]
struct Arguments {
    /// A public suffix list; without one the last label of a host is public
    #[arg(long, value_name = "FILE")]
    suffixes: Option<std::path::PathBuf>,
}

#[derive(Deserialize)]
struct Case {
    #[serde(default)]
    set: Vec<Step>,
    get: Get,
    now: Option<Moment>,
}

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "`get` is neither an address nor an object with a `url`"
)]
enum Get {
    Address(String),
    Step(Box<Step>),
}

/// An absolute address with a host.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Address(Url);

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match Url::parse(&text) {
            Ok(url) if url.has_host() => Ok(Self(url)),
            _ => Err(format!("no address of a host: {text:?}")),
        }
    }
}

#[derive(Deserialize)]
struct Step {
    url: Address,
    #[serde(default)]
    set_cookie: Vec<Line>,
    now: Option<Moment>,
    from: Option<Address>,
    #[serde(default)]
    navigates: bool,
    method: Option<String>,
    #[serde(default)]
    script: bool,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a line is neither text nor {\"latin1\": text}")]
enum Line {
    Text(String),
    Octets { latin1: String },
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "`now` is neither RFC 3339 text nor a number")]
enum Moment {
    Seconds(f64),
    Text(String),
}

impl Moment {
    fn read(&self) -> Result<OffsetDateTime, String> {
        match self {
            Self::Text(text) => OffsetDateTime::parse(text, &Rfc3339)
                .map_err(|_| format!("`now` is neither RFC 3339 nor a number: {text:?}")),
            Self::Seconds(seconds) => {
                // Out of range saturates, and then is refused.
                let nanoseconds = (seconds * 1e9) as i128;
                OffsetDateTime::from_unix_timestamp_nanos(nanoseconds)
                    .map_err(|_| format!("`now` is no moment: {seconds}"))
            }
        }
    }
}

impl Line {
    fn octets(&self) -> Result<Vec<u8>, String> {
        match self {
            Self::Text(text) => Ok(text.clone().into_bytes()),
            Self::Octets { latin1 } => latin1
                .chars()
                .map(|letter| u8::try_from(letter).map_err(|_| format!("no octet: {letter:?}")))
                .collect(),
        }
    }
}

impl Step {
    fn of(url: Address) -> Self {
        Self {
            url,
            set_cookie: Vec::new(),
            now: None,
            from: None,
            navigates: false,
            method: None,
            script: false,
        }
    }

    fn request(&self) -> Request<'_> {
        let method = self.method.as_deref().unwrap_or("GET");
        Request {
            url: &self.url.0,
            from: self.from.as_ref().map(|page| &page.0),
            navigates: self.navigates || self.from.is_none(),
            is_safe: ["GET", "HEAD", "OPTIONS", "TRACE"].contains(&method),
            by_script: self.script,
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(2),
        Err(error) => {
            eprintln!("jar: {error}");
            ExitCode::from(2)
        }
    }
}

/// `false`: there was a line that is no case.
fn run(arguments: &Arguments) -> io::Result<bool> {
    let suffixes = match &arguments.suffixes {
        Some(file) => Suffixes::parse(&std::fs::read_to_string(file)?),
        None => Suffixes::default(),
    };
    let mut output = io::stdout().lock();
    let mut all_good = true;
    for (at, line) in io::stdin().lock().split(b'\n').enumerate() {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let mut field = answer(&line, &suffixes).unwrap_or_else(|error| {
            eprintln!("jar: line {}: {error}", at + 1);
            all_good = false;
            Vec::new()
        });
        field.push(b'\n');
        output.write_all(&field)?;
        // Whoever drives this with a pipe waits for each answer.
        output.flush()?;
    }
    Ok(all_good)
}

fn answer(line: &[u8], suffixes: &Suffixes) -> Result<Vec<u8>, String> {
    let case: Case = serde_json::from_slice(line).map_err(|error| match error.classify() {
        Category::Data => error.to_string(),
        _ => format!("this is no JSON: {error}"),
    })?;
    let clock = match &case.now {
        Some(now) => now.read()?,
        None => OffsetDateTime::now_utc(),
    };
    let now = |step: &Step| step.now.as_ref().map_or(Ok(clock), Moment::read);
    let mut jar = Jar::new(suffixes.clone(), Limits::default());
    for step in &case.set {
        let now = now(step)?;
        for line in &step.set_cookie {
            // What is refused is not sent: that is the answer.
            let _ = jar.set(&line.octets()?, &step.request(), now);
        }
    }
    let get = match case.get {
        Get::Address(text) => Box::new(Step::of(Address::try_from(text)?)),
        Get::Step(step) => step,
    };
    let now = now(&get)?;
    Ok(jar.header(&get.request(), now))
}
