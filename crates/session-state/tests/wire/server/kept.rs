//! A look into the store behind the server, and a hand in it.

use std::process::Command;

use store::Digest;

use super::{IDLE, Server};

impl Server {
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
