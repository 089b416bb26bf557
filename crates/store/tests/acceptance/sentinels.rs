//! A primary with Sentinel of the tests' own.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::processes::{Certificates, Node, cli, free_port, password, within};

/// A primary, a replica, and three sentinels that watch them.
pub(crate) struct Watched {
    pub(crate) redis: Vec<Node>,
    sentinels: Vec<Sentinel>,
    pub(crate) password: String,
    tls: Option<Certificates>,
}

impl Watched {
    pub(crate) fn start(binary: &Path, directory: &Path, tls: Option<&Certificates>) -> Self {
        fs::create_dir(directory).unwrap();
        let password = password();
        let primary = Node::start(binary, &directory.join("primary"), &password, tls, "");
        let follow = format!("replicaof 127.0.0.1 {}", primary.port);
        let replica = Node::start(binary, &directory.join("replica"), &password, tls, &follow);
        within(Duration::from_secs(20), "the replica", || {
            replica.cli(&password, &["ROLE"]).contains("connected")
        });
        let sentinels: Vec<Sentinel> = (0..3)
            .map(|n| {
                Sentinel::start(
                    binary,
                    &directory.join(format!("s{n}")),
                    &primary,
                    &password,
                    tls,
                )
            })
            .collect();
        let watched = Self {
            redis: vec![primary, replica],
            sentinels,
            password,
            tls: tls.cloned(),
        };
        within(Duration::from_secs(20), "the sentinels", || {
            watched.sentinels.iter().all(|sentinel| {
                let known = cli(
                    sentinel.port,
                    tls,
                    &watched.password,
                    &["SENTINEL", "MASTER", "lab"],
                );
                let field = |name: &str, value: &str| known.contains(&format!("{name}\n{value}\n"));
                field("num-slaves", "1") && field("num-other-sentinels", "2")
            })
        });
        watched
    }

    pub(crate) fn url(&self) -> String {
        let hosts: Vec<String> = self
            .sentinels
            .iter()
            .map(|sentinel| format!("127.0.0.1:{}", sentinel.port))
            .collect();
        let (hosts, password) = (hosts.join(","), &self.password);
        let scheme = match self.tls {
            Some(_) => "rediss+sentinel",
            None => "redis+sentinel",
        };
        format!("{scheme}://:{password}@{hosts}/lab?sentinel_pass={password}")
    }
}

struct Sentinel {
    server: Child,
    watchdog: Child,
    port: u16,
}

impl Sentinel {
    /// A sentinel writes what it learns into its configuration, so it needs a file.
    fn start(
        binary: &Path,
        directory: &Path,
        primary: &Node,
        password: &str,
        tls: Option<&Certificates>,
    ) -> Self {
        fs::create_dir(directory).unwrap();
        let port = free_port();
        let listen = tls.map_or(format!("port {port}\n"), |tls| tls.lines(port));
        let file = directory.join("sentinel.conf");
        let lines = format!(
            "{listen}bind 127.0.0.1\nrequirepass {password}\nsentinel sentinel-pass {password}\n\
             logfile sentinel.log\nsentinel monitor lab 127.0.0.1 {} 2\n\
             sentinel auth-pass lab {password}\nsentinel down-after-milliseconds lab 1500\n\
             sentinel failover-timeout lab 5000\n",
            primary.port
        );
        let mut options = OpenOptions::new();
        let mut open = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&file)
            .unwrap();
        open.write_all(lines.as_bytes()).unwrap();
        let server = Command::new(binary)
            .arg(&file)
            .arg("--sentinel")
            .current_dir(directory)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Ends the sentinel when this process is killed: the system closes the pipe then.
        let watchdog = Command::new("sh")
            .args(["-c", "read -r _; kill \"$0\"", &server.id().to_string()])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            server,
            watchdog,
            port,
        }
    }
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        for process in [&mut self.watchdog, &mut self.server] {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }
}
