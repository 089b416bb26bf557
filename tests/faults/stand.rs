//! A server on a `redis-server` of its own, which can be broken.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use clap::Parser;
use contract::{Running, Services, StartError};
use store::private_redis::PrivateRedis;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::patience::TOO_LATE;
use crate::visitor::{Answer, Visitor};

/// What every answer must keep to while the store is broken.
const AT_ONCE: Duration = Duration::from_secs(1);
/// How soon it must be well again.
const SOON: Duration = Duration::from_secs(2);

pub(crate) type Start = fn(&[&str]) -> Result<Running, StartError>;

pub(crate) fn cookie(arguments: &[&str]) -> Result<Running, StartError> {
    let settings = cookie_state::Settings::parse_from(arguments);
    cookie_state::start(&settings, &Services::open(&settings.common)?)
}

pub(crate) fn session(arguments: &[&str]) -> Result<Running, StartError> {
    let settings = session_state::Settings::parse_from(arguments);
    session_state::start(&settings, &Services::open(&settings.common)?)
}

pub(crate) fn jwt(arguments: &[&str]) -> Result<Running, StartError> {
    let settings = jwt_state::Settings::parse_from(arguments);
    jwt_state::start(&settings, &Services::open(&settings.common)?)
}

pub(crate) struct Stand {
    pub(crate) address: SocketAddr,
    binary: PathBuf,
    settings: String,
    redis: Option<PrivateRedis>,
    directory: TempDir,
    _runtime: Runtime,
}

impl Stand {
    pub(crate) fn start(binary: &Path, start: Start, settings: &str) -> Result<Self, String> {
        Self::reaching(binary, start, settings, PrivateRedis::url)
    }

    /// The same with something between the server and its Redis: `way` says by which URL.
    pub(crate) fn reaching(
        binary: &Path,
        start: Start,
        settings: &str,
        way: impl FnOnce(&PrivateRedis) -> String,
    ) -> Result<Self, String> {
        let directory = tempfile::tempdir().map_err(|e| e.to_string())?;
        let redis = PrivateRedis::start_with(binary, directory.path(), settings);
        let redis = redis.map_err(|e| e.to_string())?;
        let runtime = Runtime::new().map_err(|e| e.to_string())?;
        let address = {
            let _inside = runtime.enter();
            let url = way(&redis);
            let arguments = [
                "server",
                "--listen",
                "127.0.0.1:0",
                "--workers",
                "2",
                "--redis",
                &url,
            ];
            start(&arguments).map_err(|e| e.to_string())?.address
        };
        Ok(Self {
            address,
            binary: binary.to_owned(),
            settings: settings.to_owned(),
            redis: Some(redis),
            directory,
            _runtime: runtime,
        })
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    fn redis(&self) -> Result<&PrivateRedis, String> {
        self.redis
            .as_ref()
            .ok_or_else(|| "Redis is down".to_owned())
    }

    pub(crate) fn kill(&mut self) {
        if let Some(redis) = self.redis.take() {
            redis.stop();
        }
    }

    pub(crate) fn revive(&mut self) -> Result<(), String> {
        let redis = PrivateRedis::start_with(&self.binary, self.directory.path(), &self.settings);
        self.redis = Some(redis.map_err(|e| e.to_string())?);
        Ok(())
    }

    /// `-STOP` and `-CONT`.
    pub(crate) fn signal(&self, signal: &str) -> Result<(), String> {
        let pid = self.redis()?.pid().to_string();
        let done = Command::new("kill").args([signal, &pid]).status();
        match done {
            Ok(status) if status.success() => Ok(()),
            other => Err(format!("kill {signal}: {other:?}")),
        }
    }

    /// Tells Redis something behind the server's back.
    pub(crate) fn tell(&self, words: &[&str]) -> Result<String, String> {
        let client = redis::Client::open(self.redis()?.url()).map_err(|e| e.to_string())?;
        let mut connection = client.get_connection().map_err(|e| e.to_string())?;
        let mut command = redis::Cmd::new();
        let value: redis::Value = command
            .arg(words)
            .query(&mut connection)
            .map_err(|e| e.to_string())?;
        Ok(redis::from_redis_value(value).unwrap_or_default())
    }

    /// Makes Redis unable to save, so that it refuses writes.
    pub(crate) fn forbid_saving(&self) -> Result<(), String> {
        fs::create_dir_all(self.directory().join("dump.rdb/in-the-way"))
            .map_err(|e| e.to_string())?;
        self.tell(&["BGSAVE"])?;
        let started = Instant::now();
        while !self
            .tell(&["INFO", "persistence"])?
            .contains("rdb_last_bgsave_status:err")
        {
            if started.elapsed() > Duration::from_secs(10) {
                return Err("Redis saved all the same".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.tell(&["CONFIG", "SET", "save", "3600 1"]).map(|_| ())
    }
}

/// 503 within a second, with `Retry-After`; the cookie is not taken away.
pub(crate) fn is_honest(answer: &Answer) -> Result<(), String> {
    expect(answer, 503)?;
    if answer.took > AT_ONCE {
        return Err(format!("{TOO_LATE} took {:?}", answer.took));
    }
    if answer.retry_after.is_none() {
        return Err("503 without Retry-After".to_owned());
    }
    if answer.sets_cookie {
        return Err("the cookie was touched".to_owned());
    }
    match answer
        .body
        .contains("urn:statelab:problem:store-unavailable")
    {
        true => Ok(()),
        false => Err(format!("not the problem of the contract: {}", answer.body)),
    }
}

/// The same login is good again, and soon.
pub(crate) fn recovers(visitor: &Visitor) -> Result<(), String> {
    settles(visitor, "GET", "/me", 200)
}

/// The answer is this one again, and soon; each worker has a connection of its own to mend.
pub(crate) fn settles(
    visitor: &Visitor,
    method: &str,
    path: &str,
    status: u16,
) -> Result<(), String> {
    let back = Instant::now();
    loop {
        let answer = visitor.send(method, path)?;
        if answer.status == status {
            return Ok(());
        }
        if answer.status != 503 {
            return expect(&answer, status);
        }
        if back.elapsed() >= SOON {
            return Err(format!("{TOO_LATE} still 503: {}", answer.body));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub(crate) fn expect(answer: &Answer, status: u16) -> Result<(), String> {
    match answer.status == status {
        true => Ok(()),
        false => Err(format!(
            "expected {status}, got {}: {}",
            answer.status, answer.body
        )),
    }
}
