//! A target as a child process: started, asked for a credential, stopped.

use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::load;
use super::plan::{StoreUsed, Target};
use crate::column::Column;
use crate::stores::letters;

/// How long a child may take to stop.
const STOPPING: Duration = Duration::from_secs(3);

/// A target that answers.
pub(super) struct Running {
    child: Child,
    pub(super) target: Target,
    pub(super) address: SocketAddr,
    /// `GET /me` with a credential, as bytes.
    pub(super) request: Vec<u8>,
    /// Bytes of the answer's body.
    pub(super) body: usize,
}

impl Running {
    /// Starts a target.
    pub(super) async fn start(target: Target, redis_url: Option<&str>) -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve-one", target.kind.name()]);
        // The server's own variables would change what is measured.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("STATELAB_") {
                command.env_remove(name);
            }
        }
        command.env_remove("REDIS_URL");
        if let Some(profile) = target.profile {
            command.args(["--profile", profile.name()]);
        }
        if let Some(signed) = target.signed {
            command.args(["--signed", signed.name()]);
        }
        if let (Some(StoreUsed::Redis), Some(url)) = (target.store, redis_url) {
            // In the environment: a command line can be read by every user of the machine.
            command.env("REDIS_URL", url);
            let name = target.name().replace(' ', "-");
            command.args([
                "--redis-prefix",
                &format!("lab-bench-{}:{name}:", letters()),
            ]);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let address = match address(&mut child) {
            Ok(address) => address,
            Err(error) => {
                child.kill()?;
                child.wait()?;
                return Err(error);
            }
        };
        let mut running = Self {
            child,
            target,
            address,
            request: Vec::new(),
            body: 0,
        };
        let credential = running.log_in().await?;
        running.request = format!(
            "GET /me HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\n{credential}\r\n"
        )
        .into_bytes();
        let answer = load::once(address, &running.request, "GET").await?;
        if answer.head.status != 200 {
            return Err(io::Error::other(format!(
                "GET /me answered {}",
                answer.head.status
            )));
        }
        running.body = answer.body.len();
        Ok(running)
    }

    /// The process.
    pub(super) fn process(&self) -> u32 {
        self.child.id()
    }

    /// The header line of a login's credential; empty for the bare handler.
    async fn log_in(&self) -> io::Result<String> {
        let Some(column) = self.target.kind.column() else {
            return Ok(String::new());
        };
        let body = json!({ "username": "alice", "password": "wonderland" }).to_string();
        let request = format!(
            "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        let answer = load::once(self.address, request.as_bytes(), "POST").await?;
        let no_credential =
            || io::Error::other(format!("POST /login answered {}", answer.head.status));
        match column {
            Column::Cookie | Column::Session => {
                let line = answer
                    .head
                    .head
                    .texts("set-cookie")
                    .next()
                    .ok_or_else(no_credential)?;
                let pair = line.split(';').next().unwrap_or_default();
                Ok(format!("Cookie: {pair}\r\n"))
            }
            Column::Jwt => {
                let tokens: Value =
                    serde_json::from_slice(&answer.body).map_err(|_| no_credential())?;
                let access = tokens["access"].as_str().ok_or_else(no_credential)?;
                Ok(format!("Authorization: Bearer {access}\r\n"))
            }
        }
    }
}

fn address(child: &mut Child) -> io::Result<SocketAddr> {
    let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    line.trim()
        .parse()
        .map_err(|_| io::Error::other("it did not say where it listens"))
}

impl Drop for Running {
    /// Closes its input, which asks it to stop and to clear its keys; ends it when it does not.
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let end = Instant::now() + STOPPING;
        while Instant::now() < end {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
