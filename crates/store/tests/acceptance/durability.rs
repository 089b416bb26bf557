//! What was acknowledged is there after Redis was killed under load, where it writes each command
//! to disk before it answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use store::private_redis::PrivateRedis;
use store::{Digest, RedisSettings, Source, Store};
use tokio::time::sleep;

use crate::patience::in_time;
use crate::{Shared, Test, within_runtime};

pub(crate) const TESTS: [Test; 2] = [
    ("fifty_kills_undo_nothing_acknowledged", killed),
    (
        "a_restart_with_its_file_loses_nothing_and_without_it_everything",
        restarted,
    ),
];

const HOUR: Duration = Duration::from_secs(3600);
const KILLS: u32 = 50;
const ON_DISK: &str = "appendonly yes\nappendfsync always";

/// What the ones who come and go share with the one who kills.
#[derive(Default)]
struct Load {
    stop: AtomicBool,
    /// How many were acknowledged.
    logouts: AtomicU32,
}

/// Logs in and out until it is told to stop. What is returned was acknowledged: those that must
/// live, and those that must be dead.
async fn come_and_go(store: Store, worker: u32, load: Arc<Load>) -> (Vec<Digest>, Vec<Digest>) {
    let (mut alive, mut dead) = (Vec::new(), Vec::new());
    let mut n = 0_u32;
    while !load.stop.load(Ordering::Relaxed) {
        n += 1;
        let session = Digest::of(format!("{worker}/{n}").as_bytes());
        match store.create_session(&session, "{}", HOUR).await {
            // Every other one logs out again. An error leaves it open what holds.
            Ok(true) if n.is_multiple_of(2) => {
                if store.delete_session(&session).await.is_ok() {
                    dead.push(session);
                    load.logouts.fetch_add(1, Ordering::Relaxed);
                }
            }
            Ok(true) => alive.push(session),
            Ok(false) | Err(_) => sleep(Duration::from_millis(5)).await,
        }
    }
    (alive, dead)
}

fn killed(shared: &Shared) {
    within_runtime(async {
        let directory = shared.directory("killed-often");
        let start = || PrivateRedis::start_with(&shared.binary, &directory, ON_DISK).unwrap();
        let mut redis = start();
        let source = Source::redis(RedisSettings::new(redis.url())).unwrap();
        let load = Arc::new(Load::default());
        let workers: Vec<_> = (0..4)
            .map(|worker| {
                let (store, load) = (source.open().unwrap(), Arc::clone(&load));
                tokio::spawn(come_and_go(store, worker, load))
            })
            .collect();
        for kill in 0..KILLS {
            // Never at the same point of the work.
            sleep(Duration::from_millis(u64::from(30 + kill * 7 % 50))).await;
            // A slow disk acknowledges less.
            let began = Instant::now();
            while load.logouts.load(Ordering::Relaxed) < 4 * (kill + 1) {
                assert!(began.elapsed() < Duration::from_secs(20), "no work is done");
                sleep(Duration::from_millis(1)).await;
            }
            redis.stop();
            redis = start();
        }
        sleep(Duration::from_millis(200)).await;
        load.stop.store(true, Ordering::Relaxed);
        let store = source.open().unwrap();
        let (mut logins, mut logouts) = (0, 0);
        for worker in workers {
            let (alive, dead) = worker.await.unwrap();
            logins += alive.len();
            logouts += dead.len();
            for session in alive {
                let held = store.load_session(&session, None).await.unwrap();
                assert!(held.is_some(), "an acknowledged login is lost");
            }
            for session in dead {
                let held = store.load_session(&session, None).await.unwrap();
                assert!(held.is_none(), "an acknowledged logout is undone");
            }
        }
        assert!(
            logins > 100 && logouts >= 200,
            "{logins} logins, {logouts} logouts"
        );
    })
    .unwrap();
}

fn restarted(shared: &Shared) {
    within_runtime(async {
        let directory = shared.directory("restarted-file");
        let start = || PrivateRedis::start_with(&shared.binary, &directory, ON_DISK).unwrap();
        let (mut redis, id) = (start(), Digest::of(b"a"));
        let source = Source::redis(RedisSettings::new(redis.url())).unwrap();
        let store = source.open().unwrap();
        store.create_session(&id, "{}", HOUR).await.unwrap();
        store.revoke("id", HOUR).await.unwrap();
        redis.stop();
        redis = start();
        let back = Instant::now();
        while let Err(error) = store.ping().await {
            let what = format!("{error}; no success");
            in_time(back.elapsed(), Duration::from_secs(2), &what);
        }
        assert!(store.load_session(&id, Some(HOUR)).await.unwrap().is_some());
        assert!(store.is_revoked("id", 0).await.unwrap());
        redis.stop();
        std::fs::remove_dir_all(directory.join("appendonlydir")).unwrap();
        let _empty = start();
        // Gone is an answer and no error: who held it logs in again.
        assert_eq!(store.load_session(&id, Some(HOUR)).await.unwrap(), None);
        let late = store.replace_session(&id, "{}", "{1}", HOUR).await.unwrap();
        assert_eq!(late, store::Replacement::Gone);
    })
    .unwrap();
}
