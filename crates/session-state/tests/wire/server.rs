//! A session-state of one's own.

mod kept;

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use actix_web::cookie::{Cookie, CookieJar, Key};
use clap::Parser;
use contract::{Running, Services, accounts::Accounts, settings::MasterKey};
use session_state::{Settings, start};
use store::{RedisSettings, Source, private_redis::PrivateRedis};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::http::{Answer, send, send_with};
use crate::processes::Cluster;

/// Idle and absolute lifetime of the sessions in these tests.
pub(crate) const IDLE: Duration = Duration::from_secs(4);
pub(crate) const ABSOLUTE: Duration = Duration::from_secs(10);

pub(crate) struct Server {
    runtime: Runtime,
    running: Option<Running>,
    pub(crate) source: Source,
    pub(crate) accounts: Accounts,
    pub(crate) settings: Settings,
    pub(crate) key: MasterKey,
    redis: Mutex<Option<PrivateRedis>>,
    _cluster: Option<Cluster>,
    _directory: Option<TempDir>,
}

impl Server {
    /// On the store in this process; `arguments` go over those of these tests.
    pub(crate) fn on_embedded(arguments: &[&str]) -> Self {
        Self::on(Source::embedded(16 << 20), arguments)
    }

    pub(crate) fn on_redis(binary: &Path, arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let redis = PrivateRedis::start(binary, directory.path()).unwrap();
        let mut settings = RedisSettings::new(redis.url());
        if !arguments.is_empty() {
            // These ask for much at once, on a machine that may be busy; how soon a Redis is given
            // up that does not answer, others try.
            settings.response_timeout = Duration::from_secs(8);
        }
        let source = Source::redis(settings).unwrap();
        let mut server = Self::on(source, arguments);
        (server.redis, server._directory) = (Mutex::new(Some(redis)), Some(directory));
        server
    }

    pub(crate) fn on_cluster(binary: &Path, arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let cluster = Cluster::start(binary, &directory.path().join("nodes"), 15_000, None);
        let mut settings = RedisSettings::new(cluster.url());
        settings.response_timeout = Duration::from_secs(8);
        let mut server = Self::on(Source::redis(settings).unwrap(), arguments);
        (server._cluster, server._directory) = (Some(cluster), Some(directory));
        server
    }

    fn on(source: Source, arguments: &[&str]) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        let runtime = runtime.unwrap();
        let usual = ["session-state", "--listen=127.0.0.1:0", "--workers=2"];
        let usual = usual.iter().chain(match arguments {
            [] => &["--lifetime=4s", "--absolute-lifetime=10s"][..],
            _ => arguments,
        });
        let mut settings = Settings::parse_from(usual);
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
            settings,
            key,
            redis: Mutex::default(),
            _cluster: None,
            _directory: None,
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

    /// The same with a header line more.
    pub(crate) fn send_as(
        &self,
        line: &str,
        method: &str,
        path: &str,
        cookie: Option<&str>,
        body: Option<&str>,
    ) -> Answer {
        let address = self.running.as_ref().unwrap().address;
        send_with(address, method, path, cookie, body, line)
    }

    /// A second instance: the same accounts, store and key.
    pub(crate) fn another(&self) -> Running {
        self.another_with(&self.settings)
    }

    /// The same with a key of its own, which knows the one from before.
    pub(crate) fn with_a_new_key(&self) -> Running {
        let mut settings = self.settings.clone();
        let before = settings.common.key.replace(MasterKey::random());
        settings.common.previous_keys.extend(before);
        self.another_with(&settings)
    }

    /// The same with another key.
    pub(crate) fn stranger(&self) -> Running {
        let mut settings = self.settings.clone();
        settings.common.key = Some(MasterKey::random());
        self.another_with(&settings)
    }

    fn another_with(&self, settings: &Settings) -> Running {
        let services = Services {
            accounts: self.accounts.clone(),
            store: self.source.clone(),
        };
        let _inside = self.runtime.enter();
        start(settings, &services).unwrap()
    }

    pub(crate) fn spawn(
        &self,
        work: impl Future<Output = ()> + Send + 'static,
    ) -> tokio::task::JoinHandle<()> {
        self.runtime.spawn(work)
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
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}
