//! A chromedriver of one's own, on a free port.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};

use super::programs::Programs;

/// It takes a port that is free in IPv6, and ends where the same one is not free in IPv4.
const ATTEMPTS: usize = 5;

/// The driver, and whatever it has started, ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Driver {
    process: Child,
    /// Where it listens.
    pub(crate) port: u16,
    /// Held open: a driver that cannot print would end.
    _output: BufReader<ChildStdout>,
}

impl Driver {
    /// Starts it and waits until it has a port. What it and its browser forget to delete goes with
    /// this folder.
    pub(crate) fn start(programs: &Programs, folder: &Path) -> Result<Self> {
        for _ in 1..ATTEMPTS {
            if let Ok(driver) = Self::attempt(programs, folder) {
                return Ok(driver);
            }
        }
        Self::attempt(programs, folder)
    }

    fn attempt(programs: &Programs, folder: &Path) -> Result<Self> {
        let mut process = Command::new(&programs.chromium()?.driver)
            .arg("--port=0")
            .env("TMPDIR", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // A group of its own, so that its browsers can be ended with it.
            .process_group(0)
            .spawn()
            .context("cannot start chromedriver")?;
        let stdout = process
            .stdout
            .take()
            .context("chromedriver has no output")?;
        let mut output = BufReader::new(stdout);
        let mut said_all = String::new();
        loop {
            let before = said_all.len();
            if output.read_line(&mut said_all)? == 0 {
                process.wait()?;
                bail!("chromedriver ended before it had a port: {said_all}");
            }
            let line = &said_all[before..];
            // "ChromeDriver was started successfully on port 41234."
            let said = line
                .trim_end()
                .trim_end_matches('.')
                .rsplit_once("successfully on port ");
            if let Some((_, port)) = said {
                let port = port
                    .parse()
                    .context("chromedriver's port is not a number")?;
                return Ok(Self {
                    process,
                    port,
                    _output: output,
                });
            }
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // A trial that failed may have left its browser open.
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
        let _ = self.process.wait();
    }
}
