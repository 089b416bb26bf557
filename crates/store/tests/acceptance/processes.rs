//! A Redis Cluster and a Sentinel of the tests' own, on loopback, closed by a password.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use store::private_redis::PrivateRedis;

/// Every user of the machine can connect to a loopback port. Without this, they get no further.
pub(crate) fn password() -> String {
    let mut bytes = [0; 16];
    let random = fs::File::open("/dev/urandom").unwrap();
    std::io::Read::read_exact(&mut &random, &mut bytes).unwrap();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A port that is free now. Should it be taken a moment later, the start fails and says so.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// One Redis with a port, which can be killed and started again with what it has on disk.
pub(crate) struct Node {
    binary: PathBuf,
    directory: PathBuf,
    settings: String,
    pub(crate) port: u16,
    running: Option<PrivateRedis>,
}

impl Node {
    pub(crate) fn start(binary: &Path, directory: &Path, password: &str, more: &str) -> Self {
        let port = free_port();
        let settings = format!(
            "port {port}\nbind 127.0.0.1\nrequirepass {password}\nmasterauth {password}\n\
             repl-diskless-sync-delay 0\n{more}"
        );
        let mut node = Self {
            binary: binary.to_owned(),
            directory: directory.to_owned(),
            settings,
            port,
            running: None,
        };
        node.revive();
        node
    }

    /// As a crash or `kill -9` would.
    pub(crate) fn kill(&mut self) {
        self.running.take().unwrap().stop();
    }

    pub(crate) fn revive(&mut self) {
        let started = PrivateRedis::start_with(&self.binary, &self.directory, &self.settings);
        self.running = Some(started.unwrap());
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What `redis-cli` prints. It works on a node that is asked over its socket too.
    pub(crate) fn cli(&self, password: &str, words: &[&str]) -> String {
        cli(self.port, password, words)
    }
}

pub(crate) fn cli(port: u16, password: &str, words: &[&str]) -> String {
    let output = Command::new("redis-cli")
        .args([
            "-h",
            "127.0.0.1",
            "-p",
            &port.to_string(),
            "--no-auth-warning",
        ])
        .args(words)
        .env("REDISCLI_AUTH", password)
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Three primaries, each with a replica.
pub(crate) struct Cluster {
    pub(crate) nodes: Vec<Node>,
    pub(crate) password: String,
}

impl Cluster {
    pub(crate) fn start(binary: &Path, directory: &Path, node_timeout_millis: u32) -> Self {
        fs::create_dir(directory).unwrap();
        let password = password();
        let nodes: Vec<Node> = (0..6)
            .map(|n| {
                let more = format!(
                    "cluster-enabled yes\ncluster-port {}\ncluster-node-timeout {node_timeout_millis}",
                    free_port()
                );
                Node::start(binary, &directory.join(n.to_string()), &password, &more)
            })
            .collect();
        let addresses: Vec<String> = nodes.iter().map(Node::address).collect();
        let mut create = vec!["--cluster", "create"];
        create.extend(addresses.iter().map(String::as_str));
        create.extend(["--cluster-replicas", "1", "--cluster-yes"]);
        let said = nodes[0].cli(&password, &create);
        let cluster = Self { nodes, password };
        within(Duration::from_secs(20), &said, || {
            (0..6).all(|node| cluster.is_well(node)) && cluster.replicas_are_linked()
        });
        cluster
    }

    pub(crate) fn url(&self) -> String {
        let hosts: Vec<String> = self.nodes.iter().map(Node::address).collect();
        format!("redis+cluster://:{}@{}", self.password, hosts.join(","))
    }

    /// Does this node see the whole cluster at work?
    pub(crate) fn is_well(&self, node: usize) -> bool {
        let info = self.nodes[node].cli(&self.password, &["CLUSTER", "INFO"]);
        info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:16384")
    }

    /// Has a replica taken over from this dead node, as another one sees it?
    pub(crate) fn is_replaced(&self, dead: usize, seen_by: usize) -> bool {
        let nodes = self.nodes[seen_by].cli(&self.password, &["CLUSTER", "NODES"]);
        let mut lines = nodes.lines();
        let line = lines.find(|line| line.contains(&format!("{}@", self.nodes[dead].address())));
        line.is_some_and(|line| line.contains("fail ")) && self.is_well(seen_by)
    }

    pub(crate) fn is_primary(&self, node: usize) -> bool {
        self.nodes[node]
            .cli(&self.password, &["ROLE"])
            .starts_with("master")
    }

    pub(crate) fn replicas_are_linked(&self) -> bool {
        (0..6).filter(|node| !self.is_primary(*node)).all(|node| {
            let role = self.nodes[node].cli(&self.password, &["ROLE"]);
            role.contains("connected")
        })
    }
}

/// A primary, a replica, and three sentinels that watch them.
pub(crate) struct Watched {
    pub(crate) redis: Vec<Node>,
    sentinels: Vec<Sentinel>,
    pub(crate) password: String,
}

impl Watched {
    pub(crate) fn start(binary: &Path, directory: &Path) -> Self {
        fs::create_dir(directory).unwrap();
        let password = password();
        let primary = Node::start(binary, &directory.join("primary"), &password, "");
        let follow = format!("replicaof 127.0.0.1 {}", primary.port);
        let replica = Node::start(binary, &directory.join("replica"), &password, &follow);
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
                )
            })
            .collect();
        let watched = Self {
            redis: vec![primary, replica],
            sentinels,
            password,
        };
        within(Duration::from_secs(20), "the sentinels", || {
            watched.sentinels.iter().all(|sentinel| {
                let known = cli(
                    sentinel.port,
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
        format!("redis+sentinel://:{password}@{hosts}/lab?sentinel_pass={password}")
    }
}

struct Sentinel {
    server: Child,
    watchdog: Child,
    port: u16,
}

impl Sentinel {
    /// A sentinel writes what it learns into its configuration, so it needs a file.
    fn start(binary: &Path, directory: &Path, primary: &Node, password: &str) -> Self {
        fs::create_dir(directory).unwrap();
        let port = free_port();
        let file = directory.join("sentinel.conf");
        let lines = format!(
            "port {port}\nbind 127.0.0.1\nrequirepass {password}\nsentinel sentinel-pass {password}\n\
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

/// Waits until it is so.
pub(crate) fn within(patience: Duration, what: &str, is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(
            started.elapsed() < patience,
            "not within {patience:?}: {what}"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}
