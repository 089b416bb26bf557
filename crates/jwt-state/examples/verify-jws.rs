//! Whether a key signed a token, as the server itself sees it: for running public
//! test vectors against exactly the code that stands in front of `/me`.
//!
//! ```sh
//! cargo run -p jwt-state --example verify-jws -- KEYFILE TOKEN
//! ```
//!
//! `KEYFILE` holds one JWK, or one public key in PEM. A `TOKEN` of `-` is read
//! from standard input. The answer is `accept` (exit code 0) or `reject` (1); a
//! key that must not be used rejects whatever comes, and why is on standard
//! error. 2: there was nothing to decide.

use std::{
    fs,
    io::{Read, stdin},
    process::ExitCode,
};

use anyhow::{Context, bail};
use jwt_state::VerifyingKey;

fn main() -> ExitCode {
    match accepts() {
        Ok(true) => {
            println!("accept");
            ExitCode::SUCCESS
        }
        Ok(false) => {
            println!("reject");
            ExitCode::from(1)
        }
        Err(error) => {
            eprintln!("verify-jws: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn accepts() -> anyhow::Result<bool> {
    let arguments = std::env::args_os()
        .skip(1)
        .map(std::ffi::OsString::into_string);
    let Ok(arguments) = arguments.collect::<Result<Vec<String>, _>>() else {
        bail!("the arguments are no text; a token of - is read from standard input");
    };
    let [key_file, token] = &arguments[..] else {
        bail!("give a file with a key, and a token (or - to read it from standard input)");
    };
    let content = fs::read(key_file).with_context(|| format!("{key_file} cannot be read"))?;
    let token = if token == "-" {
        let mut bytes = Vec::new();
        stdin().read_to_end(&mut bytes)?;
        // What is no text is no token.
        let Ok(mut token) = String::from_utf8(bytes) else {
            return Ok(false);
        };
        if token.ends_with('\n') {
            token.pop();
        }
        token
    } else {
        token.clone()
    };
    match VerifyingKey::from_file(&content) {
        Ok(key) => Ok(key.payload_of(&token).is_some()),
        Err(fault) => {
            eprintln!("verify-jws: {fault}");
            Ok(false)
        }
    }
}
