//! What a server under test keeps its state in.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use store::private_redis::PrivateRedis;
use tempfile::TempDir;

static SHARED: Mutex<Option<Arc<Private>>> = Mutex::new(None);

/// Nothing, a Redis that all trials share, or one of the trial's own.
#[derive(Clone)]
pub(crate) enum Backing {
    Embedded,
    Redis { server: Arc<Private>, own: bool },
}

/// A private redis-server that can be stopped and started where it was.
pub(crate) struct Private {
    binary: PathBuf,
    directory: TempDir,
    running: Mutex<Option<PrivateRedis>>,
    pub(crate) url: String,
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
        Ok(Self {
            binary: binary.into(),
            directory,
            running: Mutex::new(Some(running)),
            url,
        })
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
    pub(crate) fn own(binary: &Path) -> Result<Self, String> {
        Ok(Self::Redis {
            server: Arc::new(Private::start(binary)?),
            own: true,
        })
    }

    pub(crate) fn shared(binary: &Path) -> Result<Self, String> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let server = match &*shared {
            Some(server) => Arc::clone(server),
            None => Arc::clone(shared.insert(Arc::new(Private::start(binary)?))),
        };
        Ok(Self::Redis { server, own: false })
    }

    /// Stops the shared one and removes its folder: nothing drops a static.
    pub(crate) fn end_shared() {
        drop(SHARED.lock().unwrap_or_else(PoisonError::into_inner).take());
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
