//! What a server under test keeps its state in.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use store::private_redis::PrivateRedis;
use tempfile::TempDir;

use crate::processes::Cluster;
use crate::proxy::Proxy;

static SHARED: Mutex<Option<Arc<Private>>> = Mutex::new(None);
static CLUSTER: Mutex<Option<Arc<Six>>> = Mutex::new(None);
/// Nobody waits for a fail-over here.
const NODE_TIMEOUT_MILLIS: u32 = 15_000;

/// Nothing, a Redis that all trials share, one of the trial's own, or a cluster
/// that all trials share.
#[derive(Clone)]
pub(crate) enum Backing {
    Embedded,
    Redis { server: Arc<Private>, uses: Uses },
    Cluster(Arc<Six>),
}

/// What a trial does to its Redis.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Uses {
    /// Nothing: others use it too.
    Shared,
    /// It stops it, and the like.
    Own,
    /// It makes it slow: then the way to it is the proxy.
    Slow,
}

/// Six processes: three primaries, each with a replica.
pub(crate) struct Six {
    url: String,
    // Stopped before their folder goes.
    _cluster: Cluster,
    _directory: TempDir,
}

/// A private redis-server that can be stopped and started where it was.
pub(crate) struct Private {
    binary: PathBuf,
    directory: TempDir,
    running: Mutex<Option<PrivateRedis>>,
    pub(crate) url: String,
    /// In front of it, for who wants it slow.
    pub(crate) proxy: Proxy,
}

impl Private {
    fn start(binary: &Path) -> Result<Self, String> {
        let directory = tempfile::Builder::new()
            .prefix("redis")
            .tempdir()
            .map_err(|e| e.to_string())?;
        let running =
            PrivateRedis::start(binary, directory.path()).map_err(|error| error.to_string())?;
        let url = running.url();
        let proxy = Proxy::start(directory.path().join("slow.sock"), running.socket());
        Ok(Self {
            binary: binary.into(),
            directory,
            running: Mutex::new(Some(running)),
            url,
            proxy,
        })
    }

    /// `-STOP` and `-CONT`.
    pub(crate) fn signal(&self, signal: &str) -> Result<(), String> {
        let running = self.running();
        let pid = running.as_ref().ok_or("Redis is down")?.pid().to_string();
        match Command::new("kill").args([signal, &pid]).status() {
            Ok(status) if status.success() => Ok(()),
            other => Err(format!("kill {signal}: {other:?}")),
        }
    }

    /// Tells it something behind the server's back.
    pub(crate) fn tell(&self, words: &[&str]) -> Result<(), String> {
        let mut connection = connected(&self.url).map_err(|error| error.to_string())?;
        let mut command = redis::Cmd::new();
        let told = command.arg(words).exec(&mut connection);
        told.map_err(|error| error.to_string())
    }

    /// Starts it again, empty but for what it held: nothing was on disk, so what
    /// was in it comes back from `dump`.
    pub(crate) fn up(&self, dump: &Dump) -> Result<(), String> {
        let again = PrivateRedis::start(&self.binary, self.directory.path())
            .map_err(|error| error.to_string())?;
        dump.restore(&again.url())?;
        self.running().replace(again);
        Ok(())
    }

    /// Stops it; what it held is kept aside.
    pub(crate) fn down(&self) -> Result<Dump, String> {
        let dump = Dump::of(&self.url)?;
        drop(self.running().take());
        Ok(dump)
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Option<PrivateRedis>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Backing {
    pub(crate) fn own(binary: &Path, uses: Uses) -> Result<Self, String> {
        let server = Arc::new(Private::start(binary)?);
        Ok(Self::Redis { server, uses })
    }

    pub(crate) fn shared(binary: &Path) -> Result<Self, String> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let server = match &*shared {
            Some(server) => Arc::clone(server),
            None => Arc::clone(shared.insert(Arc::new(Private::start(binary)?))),
        };
        let uses = Uses::Shared;
        Ok(Self::Redis { server, uses })
    }

    pub(crate) fn cluster(binary: &Path) -> Result<Self, String> {
        let mut shared = CLUSTER.lock().unwrap_or_else(PoisonError::into_inner);
        let six = match &*shared {
            Some(six) => Arc::clone(six),
            None => Arc::clone(shared.insert(Arc::new(Six::start(binary)?))),
        };
        Ok(Self::Cluster(six))
    }

    /// Where a server finds it; nothing for the store in its own process.
    pub(crate) fn url(&self) -> Option<String> {
        match self {
            Self::Embedded => None,
            Self::Redis {
                server,
                uses: Uses::Slow,
            } => Some(server.proxy.url()),
            Self::Redis { server, .. } => Some(server.url.clone()),
            Self::Cluster(six) => Some(six.url.clone()),
        }
    }

    /// Stops the shared ones and removes their folders: nothing drops a static.
    pub(crate) fn end_shared() {
        drop(SHARED.lock().unwrap_or_else(PoisonError::into_inner).take());
        drop(
            CLUSTER
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
    }
}

impl Six {
    fn start(binary: &Path) -> Result<Self, String> {
        let directory = tempfile::Builder::new().prefix("six").tempdir();
        let directory = directory.map_err(|error| error.to_string())?;
        let cluster = Cluster::start(
            binary,
            &directory.path().join("c"),
            NODE_TIMEOUT_MILLIS,
            None,
        );
        Ok(Self {
            url: cluster.url(),
            _cluster: cluster,
            _directory: directory,
        })
    }
}

/// A prefix that no other trial has.
pub(crate) fn fresh_prefix() -> String {
    static TRIALS: AtomicUsize = AtomicUsize::new(0);
    format!("trial-{}:", TRIALS.fetch_add(1, Ordering::Relaxed))
}

/// How many keys there are under a prefix.
pub(crate) fn count(url: &str, prefix: &str) -> Result<u64, String> {
    let keys: Result<Vec<Vec<u8>>, redis::RedisError> =
        connected(url).and_then(|mut connection| {
            redis::cmd("KEYS")
                .arg(format!("{prefix}*"))
                .query(&mut connection)
        });
    keys.map(|keys| keys.len() as u64)
        .map_err(|error| error.to_string())
}

fn connected(url: &str) -> redis::RedisResult<redis::Connection> {
    redis::Client::open(url)?.get_connection()
}

/// Everything that a Redis holds, with what is left of each lifetime.
pub(crate) struct Dump(Vec<(Vec<u8>, i64, Vec<u8>)>);

impl Dump {
    fn of(url: &str) -> Result<Self, String> {
        let read = || -> redis::RedisResult<Self> {
            let mut connection = connected(url)?;
            let keys: Vec<Vec<u8>> = redis::cmd("KEYS").arg("*").query(&mut connection)?;
            let mut dump = Vec::new();
            for key in keys {
                let left: i64 = redis::cmd("PTTL").arg(&key).query(&mut connection)?;
                let value: Option<Vec<u8>> = redis::cmd("DUMP").arg(&key).query(&mut connection)?;
                dump.extend(value.map(|value| (key, left.max(0), value)));
            }
            Ok(Self(dump))
        };
        read().map_err(|error| error.to_string())
    }

    fn restore(&self, url: &str) -> Result<(), String> {
        let write = || -> redis::RedisResult<()> {
            let mut connection = connected(url)?;
            for (key, left, value) in &self.0 {
                redis::cmd("RESTORE")
                    .arg(key)
                    .arg(left)
                    .arg(value)
                    .exec(&mut connection)?;
            }
            Ok(())
        };
        write().map_err(|error| error.to_string())
    }
}
