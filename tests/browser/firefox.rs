//! A Firefox with an empty profile.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::bidi::Socket;
use super::bidi::tab::Tab;
use super::session::Session;

/// A browser with one tab; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Firefox {
    pub(crate) tab: Session,
    process: Child,
    _profile: TempDir,
}

/// What every trial needs of a profile. All names are this machine's, so that nothing is asked of
/// another one, whatever a page or the browser itself may want.
const PREFERENCES: &str = r#"
user_pref("network.dns.forceResolve", "127.0.0.1");
user_pref("intl.accept_languages", "en-US");
user_pref("ui.prefersReducedMotion", 1);
user_pref("dom.security.https_first", false);
user_pref("dom.security.https_first_schemeless", false);
"#;

impl Firefox {
    /// Starts it, with more preferences than the usual ones.
    pub(crate) fn start(program: &Path, more: &str) -> Result<Self> {
        let profile = tempfile::tempdir()?;
        fs::write(
            profile.path().join("user.js"),
            format!("{PREFERENCES}{more}"),
        )?;
        let mut process = Command::new(program)
            .args(["--headless", "--no-remote", "--new-instance"])
            .args(["--remote-debugging-port", "0", "--profile"])
            .arg(profile.path())
            .arg("about:blank")
            // Caches and crash reports belong to the profile as well.
            .env("HOME", profile.path())
            .env("MOZ_CRASHREPORTER_DISABLE", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            // A group of its own: it starts processes that must end with it.
            .process_group(0)
            .spawn()
            .context("cannot start Firefox")?;
        let tab = attach(&mut process).inspect_err(|_| end(&mut process))?;
        Ok(Self {
            tab,
            process,
            _profile: profile,
        })
    }
}

fn attach(process: &mut Child) -> Result<Session> {
    let stderr = process.stderr.take().context("Firefox has no stderr")?;
    let mut output = BufReader::new(stderr);
    let mut line = String::new();
    let port = loop {
        line.clear();
        if output.read_line(&mut line)? == 0 {
            bail!("Firefox ended before it had a port");
        }
        // "WebDriver BiDi listening on ws://127.0.0.1:41234"
        if let Some((_, port)) = line.trim_end().rsplit_once("listening on ws://127.0.0.1:") {
            break port.parse().context("Firefox's port is not a number")?;
        }
    };
    // A browser that cannot print would wait.
    thread::spawn(move || output.lines().map_while(Result::ok).for_each(drop));
    Ok(Session::Firefox(Box::new(Tab::first(Socket::open(port)?)?)))
}

fn end(process: &mut Child) {
    let group = format!("-{}", process.id());
    let _ = Command::new("kill")
        .args(["-KILL", "--", &group])
        .stderr(Stdio::null())
        .status();
    let _ = process.wait();
}

impl Drop for Firefox {
    fn drop(&mut self) {
        // Whether it has ended in order or not, nothing of it stays.
        let _ = self.tab.end();
        end(&mut self.process);
    }
}
