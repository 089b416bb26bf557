//! A lab in a process of its own, so that its memory is its own.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use lab::{Options, StoreChoice};
use tokio::runtime::Runtime;

/// It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Laboratory {
    process: Child,
    pub(crate) origin: String,
    pub(crate) store: String,
}

impl Laboratory {
    /// Starts this program once more.
    pub(crate) fn start() -> Result<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("--laboratory")
            // It runs for as long as this pipe is open.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start a lab")?;
        let stdout = process.stdout.take().context("the lab has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let mut line = || {
            lines
                .next()
                .context("the lab has ended")?
                .context("no line")
        };
        Ok(Self {
            origin: line()?,
            store: line()?,
            process,
        })
    }

    /// What it has of this machine's memory.
    pub(crate) fn resident_kib(&self) -> Result<f64> {
        let id = self.process.id().to_string();
        let output = Command::new("ps")
            .args(["-o", "rss=", "-p", &id])
            .output()?;
        let text = String::from_utf8(output.stdout)?;
        text.trim().parse().context("ps says no number")
    }
}

impl Drop for Laboratory {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// What the process does that was started for it: says where it is, and waits.
pub(crate) fn run() -> Result<()> {
    let runtime = Runtime::new()?;
    let options = Options {
        port: Some(0),
        store: StoreChoice::Auto,
        ..Options::default()
    };
    let lab = runtime.block_on(lab::start(options))?;
    println!("{}\n{:?}", lab.address(), lab.store.kind);
    std::io::stdin().read_to_end(&mut Vec::new())?;
    runtime.block_on(lab.stop());
    Ok(())
}
