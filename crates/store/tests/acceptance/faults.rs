//! Redis gone, hung, slow, back: an error within a second, and work again within two.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use store::private_redis::PrivateRedis;
use store::{Digest, RedisSettings, Source, Store, StoreError};
use tokio::time::sleep;

use crate::patience::in_time;
use crate::proxy::Proxy;
use crate::{Shared, Test, within_runtime};

pub(crate) const TESTS: [Test; 5] = [
    ("a_killed_redis_is_an_error_at_once_and_comes_back", killed),
    ("a_restart_between_two_requests_is_not_seen", restarted),
    ("a_hung_redis_is_an_error_within_a_second", hung),
    ("a_slow_redis_is_waited_for_but_not_for_long", slow),
    ("requests_do_not_pile_up_while_redis_hangs", pile_up),
];

const HOUR: Duration = Duration::from_secs(3600);

fn open(redis: &PrivateRedis) -> Store {
    Source::redis(RedisSettings::new(redis.url()))
        .unwrap()
        .open()
        .unwrap()
}

fn start(shared: &Shared, directory: &Path) -> PrivateRedis {
    PrivateRedis::start(&shared.binary, directory).unwrap()
}

fn restart(shared: &Shared, redis: PrivateRedis, directory: &Path) -> PrivateRedis {
    redis.stop();
    start(shared, directory)
}

fn run(test: impl Future<Output = ()>) {
    within_runtime(test).unwrap();
}

async fn fails_within_a_second(store: &Store) {
    let started = Instant::now();
    let error = store
        .load_session(&Digest::of(b"a"), Some(HOUR))
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error}");
    in_time(started.elapsed(), Duration::from_secs(1), "an error");
}

async fn works_within_two_seconds(store: &Store) {
    let back = Instant::now();
    while let Err(error) = store.revoke("id", HOUR).await {
        let what = format!("{error}; no success");
        in_time(back.elapsed(), Duration::from_secs(2), &what);
        sleep(Duration::from_millis(50)).await;
    }
    assert!(store.is_revoked("id", 0).await.unwrap());
}

fn killed(shared: &Shared) {
    run(async {
        let directory = shared.directory("killed");
        let redis = start(shared, &directory);
        let store = open(&redis);
        store.ping().await.unwrap();
        redis.stop();
        for _ in 0..5 {
            fails_within_a_second(&store).await;
        }
        let _redis = start(shared, &directory);
        works_within_two_seconds(&store).await;
    });
}

fn restarted(shared: &Shared) {
    run(async {
        let directory = shared.directory("restarted");
        let id = Digest::of(b"a");
        let redis = start(shared, &directory);
        let store = open(&redis);
        store.ping().await.unwrap();
        // The very first command after it, a read or a write, and not only the second.
        let redis = restart(shared, redis, &directory);
        store.load_session(&id, Some(HOUR)).await.unwrap();
        let redis = restart(shared, redis, &directory);
        store.create_session(&id, "{}", HOUR).await.unwrap();
        let _redis = restart(shared, redis, &directory);
        // But that nothing is there may be the work of a first try, and then it is an error.
        let gone = store.delete_session(&id).await;
        assert!(
            matches!(gone, Ok(None) | Err(StoreError::Unavailable { .. })),
            "{gone:?}"
        );
        assert_eq!(store.delete_session(&id).await.unwrap(), None);
    });
}

fn hung(shared: &Shared) {
    run(async {
        let redis = start(shared, &shared.directory("hung"));
        let store = open(&redis);
        store.ping().await.unwrap();
        signal("-STOP", redis.pid());
        for _ in 0..3 {
            fails_within_a_second(&store).await;
        }
        // A worker that has never talked to it is no slower.
        fails_within_a_second(&open(&redis)).await;
        signal("-CONT", redis.pid());
        works_within_two_seconds(&store).await;
    });
}

pub(crate) fn signal(signal: &str, pid: u32) {
    assert!(
        Command::new("kill")
            .args([signal, &pid.to_string()])
            .status()
            .unwrap()
            .success()
    );
}

fn slow(shared: &Shared) {
    run(async {
        let directory = shared.directory("slow");
        let redis = start(shared, &directory);
        let proxy = Proxy::start(directory.join("proxy.sock"), redis.socket());
        let source = Source::redis(RedisSettings::new(proxy.url())).unwrap();
        let (store, id) = (source.open().unwrap(), Digest::of(b"a"));
        store.create_session(&id, "{}", HOUR).await.unwrap();
        proxy.delay(Duration::from_millis(50));
        for _ in 0..5 {
            let started = Instant::now();
            assert!(store.load_session(&id, None).await.unwrap().is_some());
            assert!(started.elapsed() >= Duration::from_millis(50));
            in_time(started.elapsed(), Duration::from_millis(250), "an answer");
        }
        proxy.delay(Duration::from_secs(2));
        for _ in 0..3 {
            fails_within_a_second(&store).await;
        }
        fails_within_a_second(&source.open().unwrap()).await;
        proxy.delay(Duration::ZERO);
        // The answers that are under way still come late, and belong to nobody.
        sleep(Duration::from_secs(2)).await;
        works_within_two_seconds(&store).await;
        assert_eq!(
            store.load_session(&id, None).await.unwrap().as_deref(),
            Some("{}")
        );
    });
}

/// 200 at once on one connection, five times: each is answered in time, and none waits for
/// another.
fn pile_up(shared: &Shared) {
    run(async {
        let redis = start(shared, &shared.directory("pile-up"));
        let store = open(&redis);
        store.ping().await.unwrap();
        signal("-STOP", redis.pid());
        let mut resident = Vec::new();
        for _ in 0..5 {
            let all: Vec<_> = (0..200)
                .map(|_| {
                    let store = store.clone();
                    tokio::spawn(async move { fails_within_a_second(&store).await })
                })
                .collect();
            for one in all {
                one.await.unwrap();
            }
            resident.push(resident_kib());
        }
        signal("-CONT", redis.pid());
        works_within_two_seconds(&store).await;
        let grown = resident[4].saturating_sub(resident[0]);
        assert!(grown < 32 * 1024, "{resident:?} KiB");
    });
}

/// What this process holds in memory. Other tests run beside this one, so it is a rough bound.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}
