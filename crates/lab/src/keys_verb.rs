//! `lab keys new`: what was made, and how it is used, on standard output; never the key itself.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use contract::settings::MasterKey;
use jwt_state::{Algorithm, NewKey};

use crate::cli::{KeysVerb, NewKeyArgs};
use crate::exit;
use crate::screen::Screen;

/// Who makes a key wants it in a file that nobody had before: a key that is overwritten logs out
/// everybody who has a token of it.
pub(crate) fn run(verb: KeysVerb) -> ExitCode {
    let KeysVerb::New(wanted) = verb;
    let made = match wanted.server_key {
        true => server_key(wanted.out),
        false => signing_key(&wanted),
    };
    match made {
        Ok(told) => {
            let mut screen = Screen::new();
            screen.line(&told);
            screen.end(0)
        }
        Err(Refusal { code, why }) => exit::because(code, why),
    }
}

/// Why there is no key, and how the program ends.
struct Refusal {
    code: u8,
    why: String,
}

impl From<String> for Refusal {
    fn from(why: String) -> Self {
        let code = exit::UNEXPECTED;
        Self { code, why }
    }
}

fn signing_key(wanted: &NewKeyArgs) -> Result<String, Refusal> {
    let algorithm = wanted.algorithm;
    let key = NewKey::make(algorithm).map_err(|fault| fault.to_string())?;
    let is_secret = key.public().is_none();
    let usual = if is_secret {
        "signing.json"
    } else {
        "signing.pem"
    };
    let out = wanted.out.clone().unwrap_or_else(|| usual.into());
    let public = match (&wanted.public, key.public()) {
        (None, _) => None,
        (Some(file), Some(set)) => Some((file, set)),
        (Some(_), None) => {
            let why = format!(
                "--public does not go with {algorithm:?}: whoever checks such tokens needs the secret \
                 itself, so there is no public half. Leave --public out, or take --algorithm EdDSA"
            );
            let code = exit::USAGE;
            return Err(Refusal { code, why });
        }
    };
    let mut private = create(&out, Readers::Owner, "--out")?;
    if let Some((file, set)) = public {
        let written =
            create(file, Readers::All, "--public").and_then(|mut to| write(&mut to, file, set));
        if let Err(error) = written {
            // The first file is ours, and still empty.
            let _ = std::fs::remove_file(&out);
            return Err(error.into());
        }
    }
    write(&mut private, &out, key.content())?;

    let mut told = format!(
        "{} holds the key, for {algorithm:?}; only you can read it\n",
        out.display()
    );
    if let Some((file, _)) = public {
        told += &format!(
            "{} holds its public half, for whoever checks tokens\n",
            file.display()
        );
    }
    told += &format!("kid: {}\n", key.kid());
    told += &format!("use: jwt-state --signing-key {}", out.display());
    // A PEM does not say for which of the three it is.
    if matches!(algorithm, Algorithm::RS384 | Algorithm::RS512) {
        told += &format!(" --algorithm {algorithm:?}");
    }
    Ok(told + "\n")
}

fn server_key(out: Option<PathBuf>) -> Result<String, Refusal> {
    let mut bytes = [0; 64];
    getrandom::fill(&mut bytes).map_err(|error| format!("no random numbers: {error}"))?;
    let text = BASE64_STANDARD.encode(bytes) + "\n";
    MasterKey::from_base64(&text).map_err(|error| error.to_string())?;
    let out = out.unwrap_or_else(|| "server.key".into());
    write(&mut create(&out, Readers::Owner, "--out")?, &out, &text)?;
    let out = out.display();
    Ok(format!(
        "{out} holds a server's secret key; only you can read it\n\
         use: cookie-state --key-file {out}, and the same with the other servers\n"
    ))
}

/// Who may read a file.
#[derive(Clone, Copy)]
enum Readers {
    Owner,
    All,
}

/// A new file: never one that is there, nor what a link points to. It has its rights from the
/// start, so that nobody reads it before they are set.
fn create(path: &Path, readers: Readers, flag: &str) -> Result<File, String> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(match readers {
            Readers::Owner => 0o600,
            Readers::All => 0o644,
        });
    }
    #[cfg(not(unix))]
    let _ = readers;
    options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => format!(
            "{} is there already and stays as it is: give another file with {flag}",
            path.display()
        ),
        _ => format!("{} cannot be made: {error}", path.display()),
    })
}

fn write(file: &mut File, path: &Path, text: &str) -> Result<(), String> {
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(|error| format!("{} cannot be written: {error}", path.display()))
}
