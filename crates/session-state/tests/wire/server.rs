//! A session-state of one's own, and a look into its store.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use actix_web::cookie::{Cookie, CookieJar, Key};
use clap::Parser;
use contract::{Running, Services, accounts::Accounts, settings::MasterKey};
use session_state::{Settings, start};
use store::{Digest, RedisSettings, Source, private_redis::PrivateRedis};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::http::{Answer, Slow, send};

/// Idle and absolute lifetime of the sessions in these tests.
pub(crate) const IDLE: Duration = Duration::from_secs(2);
pub(crate) const ABSOLUTE: Duration = Duration::from_secs(5);

pub(crate) struct Server {
    runtime: Runtime,
    running: Option<Running>,
    source: Source,
    pub(crate) accounts: Accounts,
    key: MasterKey,
    redis: Mutex<Option<PrivateRedis>>,
    _directory: Option<TempDir>,
}

impl Server {
    pub(crate) fn on_embedded() -> Self {
        Self::on(Source::embedded(16 << 20), None, None)
    }

    pub(crate) fn on_redis(binary: &Path) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let redis = PrivateRedis::start(binary, directory.path()).unwrap();
        let source = Source::redis(RedisSettings::new(redis.url())).unwrap();
        Self::on(source, Some(redis), Some(directory))
    }

    fn on(source: Source, redis: Option<PrivateRedis>, directory: Option<TempDir>) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let runtime = runtime.unwrap();
        let mut settings = Settings::parse_from([
            "session-state",
            "--listen=127.0.0.1:0",
            "--lifetime=2s",
            "--absolute-lifetime=5s",
            "--workers=2",
        ]);
        let key = MasterKey::random();
        settings.common.key = Some(key.clone());
        let accounts = Accounts::in_memory().unwrap();
        let services = Services {
            accounts: accounts.clone(),
            store: source.clone(),
        };
        let running = {
            let _inside = runtime.enter();
            start(&settings, &services).unwrap()
        };
        Self {
            runtime,
            running: Some(running),
            source,
            accounts,
            key,
            redis: Mutex::new(redis),
            _directory: directory,
        }
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        cookie: Option<&str>,
        body: Option<&str>,
    ) -> Answer {
        send(
            self.running.as_ref().unwrap().address,
            method,
            path,
            cookie,
            body,
        )
    }

    /// Sends all of a request but its body, and waits until the server has read the session.
    pub(crate) fn begin(&self, method: &str, path: &str, cookie: &str, body: &str) -> Slow {
        Slow::begin(
            self.running.as_ref().unwrap().address,
            method,
            path,
            cookie,
            body,
        )
    }

    pub(crate) fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Logs in with no cookie and returns the one that comes back.
    pub(crate) fn log_in(&self, username: &str, password: &str) -> String {
        let body = format!(r#"{{"username":"{username}","password":"{password}"}}"#);
        let answer = self.send("POST", "/login", None, Some(&body));
        answer.expect(200).cookie().unwrap()
    }

    pub(crate) fn is_logged_in(&self, cookie: &str) -> bool {
        let answer = self.send("GET", "/me", Some(cookie), None);
        assert!([200, 401].contains(&answer.status), "{answer:?}");
        answer.status == 200
    }

    /// The id inside the cookie, which only the server and this test can see.
    pub(crate) fn raw_id(&self, cookie: &str) -> String {
        let seal = self
            .key
            .derive::<64>("session-state: seal of the session cookie");
        let mut jar = CookieJar::new();
        jar.add_original(Cookie::parse_encoded(cookie.to_owned()).unwrap());
        jar.private(&Key::from(&seal))
            .get("__Host-session")
            .unwrap()
            .value()
            .to_owned()
    }

    /// What the store holds for this cookie.
    pub(crate) fn held(&self, cookie: &str) -> String {
        let name = Digest::of(self.raw_id(cookie).as_bytes()).to_string();
        self.dump()
            .into_iter()
            .find(|(key, _)| key.ends_with(&name))
            .unwrap()
            .1
    }

    /// Changes what the store holds for this cookie behind the server's back.
    pub(crate) fn rewrite(&self, cookie: &str, change: impl FnOnce(&str) -> String) {
        let name = Digest::of(self.raw_id(cookie).as_bytes());
        self.runtime.block_on(async {
            let store = self.source.open().unwrap();
            let held = store.load_session(&name, None).await.unwrap().unwrap();
            store
                .replace_session(&name, &held, &change(&held), IDLE)
                .await
                .unwrap();
        });
    }

    /// Makes the last use of this session lie an hour back.
    pub(crate) fn age(&self, cookie: &str) {
        self.rewrite(cookie, |held| {
            let (before, rest) = held.split_once(r#""seen_at":"#).unwrap();
            let seen_at: i64 = rest[..10].parse().unwrap();
            format!("{before}\"seen_at\":{}{}", seen_at - 3600, &rest[10..])
        });
    }

    /// Every key in the store with what it holds.
    pub(crate) fn dump(&self) -> Vec<(String, String)> {
        if let Some(keys) = self.source.embedded_keys() {
            return keys.into_iter().map(|key| (key.key, key.value)).collect();
        }
        let mut redis = self.redis_connection();
        let keys: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut redis).unwrap();
        let mut all = Vec::new();
        for key in keys {
            let kind: String = redis::cmd("TYPE").arg(&key).query(&mut redis).unwrap();
            let held = match kind.as_str() {
                "string" => redis::cmd("GET").arg(&key).query(&mut redis).unwrap(),
                "zset" => {
                    let mut range = redis::cmd("ZRANGE");
                    range.arg(&key).arg(0).arg(-1);
                    range.query::<Vec<String>>(&mut redis).unwrap().join(" ")
                }
                other => panic!("{key} is a {other}"),
            };
            all.push((key, held));
        }
        all
    }

    pub(crate) fn redis_connection(&self) -> redis::Connection {
        let url = self.redis.lock().unwrap().as_ref().unwrap().url();
        redis::Client::open(url).unwrap().get_connection().unwrap()
    }

    pub(crate) fn kill_redis(&self) {
        self.redis.lock().unwrap().take().unwrap().stop();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}
