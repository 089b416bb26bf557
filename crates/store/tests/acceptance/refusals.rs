//! Redis answers, and refuses: a write that was not made is never taken for one.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use store::private_redis::PrivateRedis;
use store::{Digest, RedisSettings, Source, Store, StoreError};

use crate::patience::in_time;
use crate::{Shared, Test, within_runtime};

pub(crate) const TESTS: [Test; 4] = [
    ("a_full_redis_refuses_writes_and_says_why", full),
    (
        "a_redis_that_cannot_save_refuses_writes_and_says_why",
        cannot_save,
    ),
    ("a_replica_refuses_writes_and_says_why", replica),
    ("a_policy_that_evicts_is_warned_about_once", evicting),
];

const HOUR: Duration = Duration::from_secs(3600);

struct Held {
    directory: PathBuf,
    redis: PrivateRedis,
    store: Store,
    session: Digest,
}

impl Held {
    /// A Redis with a session in it.
    async fn start(shared: &Shared, name: &str, settings: &str) -> Self {
        let directory = shared.directory(name);
        let redis = PrivateRedis::start_with(&shared.binary, &directory, settings).unwrap();
        let source = Source::redis(RedisSettings::new(redis.url())).unwrap();
        let (store, session) = (source.open().unwrap(), Digest::of(b"a"));
        store.create_session(&session, "{}", HOUR).await.unwrap();
        Self {
            directory,
            redis,
            store,
            session,
        }
    }

    fn command(&self, words: &[&str]) -> redis::RedisResult<redis::Value> {
        let client = redis::Client::open(self.redis.url()).unwrap();
        let mut command = redis::Cmd::new();
        command.arg(words);
        command.query(&mut client.get_connection().unwrap())
    }

    /// Writes fail at once and say what to do; reads go on; nothing has changed.
    async fn refuses(&self, advice: &str, deletes_too: bool) {
        let (store, started) = (&self.store, Instant::now());
        let mut outcomes = vec![
            store.revoke("id", HOUR).await.unwrap_err(),
            store
                .create_session(&Digest::of(b"b"), "{}", HOUR)
                .await
                .unwrap_err(),
            store
                .replace_session(&self.session, "{}", "{1}", HOUR)
                .await
                .unwrap_err(),
            store
                .index_session(1, &self.session, 1, HOUR)
                .await
                .unwrap_err(),
        ];
        if deletes_too {
            outcomes.push(store.delete_session(&self.session).await.unwrap_err());
        }
        in_time(started.elapsed(), Duration::from_secs(1), "the errors");
        for error in outcomes {
            assert!(matches!(error, StoreError::Refused { .. }), "{error}");
            assert!(error.to_string().contains(advice), "{error}");
        }
        let held = store.load_session(&self.session, None).await.unwrap();
        assert_eq!(held.as_deref(), Some("{}"));
        assert!(!store.is_revoked("id", 0).await.unwrap());
    }

    async fn is_well_again(&self) {
        self.store.revoke("id", HOUR).await.unwrap();
        assert!(
            self.store
                .delete_session(&self.session)
                .await
                .unwrap()
                .is_some()
        );
    }
}

fn full(shared: &Shared) {
    within_runtime(async {
        let held = Held::start(shared, "full", "maxmemory-policy noeviction").await;
        held.command(&["CONFIG", "SET", "maxmemory", "1"]).unwrap();
        held.refuses("maxmemory", false).await;
        held.command(&["CONFIG", "SET", "maxmemory", "0"]).unwrap();
        held.is_well_again().await;
    })
    .unwrap();
}

fn cannot_save(shared: &Shared) {
    within_runtime(async {
        let held = Held::start(shared, "misconf", "").await;
        // Where the file should go there is a directory, which it cannot replace.
        let snapshot = held.directory.join("dump.rdb");
        fs::create_dir_all(snapshot.join("in-the-way")).unwrap();
        held.command(&["BGSAVE"]).unwrap();
        let started = Instant::now();
        loop {
            let info = held.command(&["INFO", "persistence"]).unwrap();
            let info: String = redis::from_redis_value(info).unwrap();
            if info.contains("rdb_last_bgsave_status:err") {
                break;
            }
            assert!(started.elapsed() < Duration::from_secs(10), "{info}");
            std::thread::sleep(Duration::from_millis(20));
        }
        held.command(&["CONFIG", "SET", "save", "3600 1"]).unwrap();
        held.refuses("save to disk", true).await;
        held.command(&["CONFIG", "SET", "save", ""]).unwrap();
        held.is_well_again().await;
    })
    .unwrap();
}

fn replica(shared: &Shared) {
    within_runtime(async {
        let held = Held::start(shared, "replica", "").await;
        // Of a primary that is not there; what it has it goes on telling.
        held.command(&["REPLICAOF", "127.0.0.1", "1"]).unwrap();
        held.refuses("connect to the primary", true).await;
        held.command(&["REPLICAOF", "NO", "ONE"]).unwrap();
        held.is_well_again().await;
    })
    .unwrap();
}

fn evicting(shared: &Shared) {
    within_runtime(async {
        let directory = shared.directory("evicting");
        let settings = "maxmemory 100mb\nmaxmemory-policy volatile-lru";
        let redis = PrivateRedis::start_with(&shared.binary, &directory, settings).unwrap();
        let source = Source::redis(RedisSettings::new(redis.url())).unwrap();
        let socket = redis.socket().display().to_string();
        let told = || -> Vec<String> {
            let of_this = crate::log_lines().into_iter();
            of_this.filter(|line| line.contains(&socket)).collect()
        };
        source.open().unwrap().ping().await.unwrap();
        let started = Instant::now();
        while told().is_empty() {
            assert!(started.elapsed() < Duration::from_secs(20), "no warning");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // Other workers, later requests: nothing more.
        for _ in 0..3 {
            let store = source.open().unwrap();
            store.ping().await.unwrap();
            store.ping().await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let told = told();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("volatile-lru"), "{told:?}");
        assert!(
            told[0].contains("set maxmemory-policy noeviction"),
            "{told:?}"
        );
    })
    .unwrap();
}
