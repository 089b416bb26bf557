//! A session-state of one's own, and a look into its store.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use actix_web::cookie::{Cookie, CookieJar, Key};
use clap::Parser;
use contract::{Running, Services, accounts::Accounts, settings::MasterKey};
use session_state::{Settings, start};
use store::{Digest, RedisSettings, Source, private_redis::PrivateRedis};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::http::{Answer, send, send_with};

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
    _directory: Option<TempDir>,
}

impl Server {
    /// On the store in this process; `arguments` go over those of these tests.
    pub(crate) fn on_embedded(arguments: &[&str]) -> Self {
        Self::on(Source::embedded(16 << 20), arguments, None, None)
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
        Self::on(source, arguments, Some(redis), Some(directory))
    }

    fn on(
        source: Source,
        arguments: &[&str],
        redis: Option<PrivateRedis>,
        directory: Option<TempDir>,
    ) -> Self {
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
        let services = Services {
            accounts: self.accounts.clone(),
            store: self.source.clone(),
        };
        let _inside = self.runtime.enter();
        start(&self.settings, &services).unwrap()
    }

    /// The same with a key of its own, which knows the one from before.
    pub(crate) fn with_a_new_key(&self) -> Running {
        let services = Services {
            accounts: self.accounts.clone(),
            store: self.source.clone(),
        };
        let mut settings = self.settings.clone();
        let before = settings.common.key.replace(MasterKey::random());
        settings.common.previous_keys.extend(before);
        let _inside = self.runtime.enter();
        start(&settings, &services).unwrap()
    }

    /// The same with another key.
    pub(crate) fn stranger(&self) -> Running {
        let services = Services {
            accounts: self.accounts.clone(),
            store: self.source.clone(),
        };
        let mut settings = self.settings.clone();
        settings.common.key = Some(MasterKey::random());
        let _inside = self.runtime.enter();
        start(&settings, &services).unwrap()
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

    /// Takes what is kept under the id of this cookie out of the store.
    pub(crate) fn forget(&self, cookie: &str) {
        let name = Digest::of(self.raw_id(cookie).as_bytes());
        let store = self.source.clone();
        let held = self.run(async move { store.open().unwrap().delete_session(&name).await });
        assert!(held.unwrap().is_some());
    }

    /// Makes the last use of this session lie an hour back.
    pub(crate) fn age(&self, cookie: &str) {
        self.rewrite(cookie, |held| {
            // The fourth of the list: minutes from the login to the last request.
            let device = held.find(",0,\"").expect("a login that was just made");
            format!("{},-60{}", &held[..device], &held[device + 2..])
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

    /// The key under which the session of this cookie is.
    pub(crate) fn key_of(&self, cookie: &str) -> String {
        let name = Digest::of(self.raw_id(cookie).as_bytes()).to_string();
        let mut keys = self.dump().into_iter().map(|(key, _)| key);
        keys.find(|key| key.ends_with(&name)).unwrap()
    }

    /// What redis-cli shows for a command.
    pub(crate) fn redis_cli(&self, command: &str) -> String {
        let socket = self
            .redis
            .lock()
            .unwrap()
            .as_ref()
            .unwrap()
            .socket()
            .to_owned();
        let output = Command::new("redis-cli")
            .arg("-s")
            .arg(socket)
            .arg("--no-raw")
            .args(command.split(' '))
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
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
