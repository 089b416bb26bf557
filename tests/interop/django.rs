//! A running Django project: `django/project.py`, with tokens, or `django/sessions.py`.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Child;

use serde_json::{Value, json};

use super::http;
use super::installed::Installed;
use super::server::{AUDIENCE, ISSUER};

/// It is stopped when this is dropped; should this process die before, it stops by itself.
pub(crate) struct Django {
    pub(crate) address: SocketAddr,
    process: Child,
}

impl Django {
    /// With the accounts that ours start with, by the same ids, and a secret for HS256.
    pub(crate) fn start(secret: &str, rotates: bool) -> Result<Self, String> {
        let settings = json!({
            "secret": secret, "rotates": rotates, "iss": ISSUER, "aud": AUDIENCE,
        });
        Self::launch("django/project.py", settings)
    }

    /// With sessions in this database, and tokens against forged requests: `guard` is a class of the
    /// project, and the tokens are in the session or in a cookie of their own.
    pub(crate) fn with_sessions(
        database: &Path,
        guard: &str,
        in_session: bool,
    ) -> Result<Self, String> {
        let settings = json!({
            "secret": "a key that is for these tests alone",
            "database": database, "guard": guard, "in_session": in_session,
        });
        Self::launch("django/sessions.py", settings)
    }

    fn launch(helper: &str, mut settings: Value) -> Result<Self, String> {
        settings["accounts"] = json!([
            ["alice", "wonderland"],
            ["bob", "builder"],
            ["root", "toor-toor"]
        ]);
        let mut process = Installed::find()?
            .command(helper)
            .spawn()
            .map_err(|error| error.to_string())?;
        let mut started = String::new();
        let mut talk = || -> std::io::Result<()> {
            // The pipe stays open: its end is the project's.
            if let Some(input) = process.stdin.as_mut() {
                writeln!(input, "{settings}")?;
            }
            if let Some(output) = process.stdout.as_mut() {
                BufReader::new(output).read_line(&mut started)?;
            }
            Ok(())
        };
        talk().map_err(|error| error.to_string())?;
        let started: Value = serde_json::from_str(&started).unwrap_or_default();
        let port = started["port"]
            .as_u64()
            .and_then(|port| u16::try_from(port).ok());
        match port {
            Some(port) => Ok(Self {
                address: SocketAddr::from(([127, 0, 0, 1], port)),
                process,
            }),
            None => Err("the Django project does not start".to_owned()),
        }
    }

    /// Disables an account, or lets it in again.
    pub(crate) fn set_active(&self, username: &str, active: bool) -> Result<(), String> {
        let path = format!("GET /test/active/{username}/{}/", u8::from(active));
        let answer = http::send(self.address, &path, "", b"")?.ok()?;
        match answer["changed"].as_u64() {
            Some(1) => Ok(()),
            _ => Err(format!("{username} is not changed: {answer}")),
        }
    }
}

impl Drop for Django {
    fn drop(&mut self) {
        let _it_has_ended_by_itself = self.process.kill();
        let _it_is_gone = self.process.wait();
    }
}
