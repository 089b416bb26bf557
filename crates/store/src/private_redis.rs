//! A `redis-server` of one's own: for tests, and where there is no other.

use std::fs::{self, DirBuilder, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Why a private Redis could not be started.
#[derive(Debug, thiserror::Error)]
pub enum PrivateRedisError {
    /// The program or its directory could not be used.
    #[error("cannot start {program}: {source}")]
    Start {
        /// The program that was tried.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// It started and ended at once, or never answered.
    #[error("{program} does not answer on its socket; its log is {log}")]
    Silent {
        /// The program that was tried.
        program: String,
        /// Where it wrote why.
        log: String,
    },
}

/// A running `redis-server` that nobody else can reach; it stops when this is dropped.
///
/// It listens on a socket in a directory of mode 0700 and on no port: on a machine with several
/// users, anybody may connect to a loopback port, and a Redis without a password gives every
/// session to whoever asks. Nothing is written to disk.
#[derive(Debug)]
pub struct PrivateRedis {
    server: Child,
    watchdog: Option<Child>,
    socket: PathBuf,
}

impl PrivateRedis {
    /// Starts `binary` on a socket in `directory`, which is made if need be, and waits until it
    /// answers. The path must be short: a socket's has at most 107 bytes.
    pub fn start(binary: &Path, directory: &Path) -> Result<Self, PrivateRedisError> {
        Self::start_with(binary, directory, "")
    }

    /// The same with more lines of `redis.conf`: a TLS port, users, a limit on memory.
    pub fn start_with(
        binary: &Path,
        directory: &Path,
        settings: &str,
    ) -> Result<Self, PrivateRedisError> {
        let program = binary.display().to_string();
        let failed = |source| PrivateRedisError::Start {
            program: program.clone(),
            source,
        };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .map_err(failed)?;
        fs::set_permissions(directory, Permissions::from_mode(0o700)).map_err(failed)?;
        let directory = directory.canonicalize().map_err(failed)?;
        let socket = directory.join("redis.sock");
        let log = directory.join("redis.log");
        let mut server = Command::new(binary)
            .arg("-")
            .current_dir(&directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        // The settings go in through its standard input: an argument could be read by every user
        // of the machine, and one of the lines may be a password.
        let lines = format!(
            "port 0\nunixsocket \"{}\"\nunixsocketperm 700\nsave \"\"\nappendonly no\n\
             daemonize no\nlogfile \"{}\"\n{settings}\n",
            socket.display(),
            log.display()
        );
        if let Some(mut input) = server.stdin.take() {
            input.write_all(lines.as_bytes()).map_err(failed)?;
        }
        let mut started = Self {
            watchdog: watch(server.id()).ok(),
            server,
            socket,
        };
        if started.answers_within(Duration::from_secs(5)) {
            return Ok(started);
        }
        Err(PrivateRedisError::Silent {
            program,
            log: log.display().to_string(),
        })
    }

    /// The address for [`RedisSettings`](crate::RedisSettings).
    pub fn url(&self) -> String {
        format!("redis+unix://{}", self.socket.display())
    }

    /// The socket that it listens on.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.server.id()
    }

    /// Kills it, as a crash would, and waits until it is gone.
    pub fn stop(mut self) {
        self.end();
    }

    fn answers_within(&mut self, patience: Duration) -> bool {
        let started = Instant::now();
        while started.elapsed() < patience {
            if matches!(self.server.try_wait(), Ok(Some(_)) | Err(_)) {
                return false;
            }
            if self.answers().unwrap_or(false) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    /// Any answer will do: a server with a password refuses PING, and is up.
    fn answers(&self) -> io::Result<bool> {
        let mut connection = UnixStream::connect(&self.socket)?;
        connection.set_read_timeout(Some(Duration::from_millis(500)))?;
        connection.write_all(b"PING\r\n")?;
        Ok(connection.read(&mut [0; 64])? > 0)
    }

    fn end(&mut self) {
        // The watchdog first, so that it cannot aim at a process that took over the number.
        if let Some(mut watchdog) = self.watchdog.take() {
            let _ = watchdog.kill();
            let _ = watchdog.wait();
        }
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = fs::remove_file(&self.socket);
    }
}

impl Drop for PrivateRedis {
    fn drop(&mut self) {
        self.end();
    }
}

/// Ends the server when this process is killed and can clean up nothing itself: the pipe that the
/// watchdog reads from is closed by the system.
fn watch(server: u32) -> io::Result<Child> {
    Command::new("sh")
        .args(["-c", "read -r _; kill \"$0\"", &server.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

/// The `redis-server` that the PATH offers.
pub fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|directory| directory.join("redis-server"))
        .find(|candidate| candidate.is_file())
}
