//! Redis on a port and a Redis Cluster of the tests' own, on loopback, closed by a password.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use store::private_redis::PrivateRedis;

/// Every user of the machine can connect to a loopback port. Without this, they get no further.
pub(crate) fn password() -> String {
    let mut bytes = [0; 16];
    let random = fs::File::open("/dev/urandom").unwrap();
    std::io::Read::read_exact(&mut &random, &mut bytes).unwrap();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A port that is free now and is given to nobody else of this process. It is none of those that the
/// system gives to outgoing connections: a client that tries a dead port again and again would get
/// that very port for itself some time, and a server that comes back would find it taken.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    const FIRST: u32 = 12_000;
    const COUNT: u32 = 20_000;
    let start = std::process::id().wrapping_mul(97);
    (0..COUNT)
        .map(|_| start.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT)
        .filter_map(|n| u16::try_from(FIRST + n).ok())
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .unwrap()
}

/// What TLS needs: the authority, and a certificate and key for 127.0.0.1.
#[derive(Clone)]
pub(crate) struct Certificates {
    pub(crate) authority: PathBuf,
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Certificates {
    /// The lines of a redis.conf by which a server speaks TLS on this port, and nothing else, to
    /// clients and to its like.
    pub(crate) fn lines(&self, port: u16) -> String {
        format!(
            "port 0\ntls-port {port}\ntls-auth-clients no\ntls-replication yes\n\
             tls-ca-cert-file {}\ntls-cert-file {}\ntls-key-file {}\n",
            self.authority.display(),
            self.certificate.display(),
            self.key.display()
        )
    }
}

/// One Redis with a port, which can be killed and started again with what it has on disk.
pub(crate) struct Node {
    binary: PathBuf,
    directory: PathBuf,
    settings: String,
    pub(crate) port: u16,
    tls: Option<Certificates>,
    running: Option<PrivateRedis>,
}

impl Node {
    pub(crate) fn start(
        binary: &Path,
        directory: &Path,
        password: &str,
        tls: Option<&Certificates>,
        more: &str,
    ) -> Self {
        let port = free_port();
        let listen = tls.map_or(format!("port {port}\n"), |tls| tls.lines(port));
        let settings = format!(
            "{listen}bind 127.0.0.1\nrequirepass {password}\nmasterauth {password}\n\
             repl-diskless-sync-delay 0\n{more}"
        );
        let mut node = Self {
            binary: binary.to_owned(),
            directory: directory.to_owned(),
            settings,
            port,
            tls: tls.cloned(),
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
        cli(self.port, self.tls.as_ref(), password, words)
    }
}

pub(crate) fn cli(port: u16, tls: Option<&Certificates>, password: &str, words: &[&str]) -> String {
    let mut command = Command::new("redis-cli");
    if let Some(tls) = tls {
        command.arg("--tls").arg("--cacert").arg(&tls.authority);
    }
    let output = command
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
    pub(crate) fn start(
        binary: &Path,
        directory: &Path,
        node_timeout_millis: u32,
        tls: Option<&Certificates>,
    ) -> Self {
        fs::create_dir(directory).unwrap();
        let password = password();
        let nodes: Vec<Node> = (0..6)
            .map(|n| {
                let mut more = format!(
                    "cluster-enabled yes\ncluster-port {}\ncluster-node-timeout {node_timeout_millis}",
                    free_port()
                );
                if tls.is_some() {
                    more.push_str("\ntls-cluster yes");
                }
                Node::start(binary, &directory.join(n.to_string()), &password, tls, &more)
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
        let scheme = match self.nodes[0].tls {
            Some(_) => "rediss+cluster",
            None => "redis+cluster",
        };
        format!("{scheme}://:{}@{}", self.password, hosts.join(","))
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
