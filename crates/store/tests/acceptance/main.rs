//! One set of cases, run against the embedded store, a private Redis and a private Redis Cluster;
//! and what only one of them can show. Each case on each store is a test by name.
//!
//! Without a `redis-server` on the PATH the Redis half is shown as ignored. Where
//! `STATELAB_REQUIRE` names `redis`, it has failed instead.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod durability;
mod embedded;
mod failover;
mod families;
mod faults;
mod lost_answers;
mod memory;
mod model;
mod patience;
mod processes;
mod proxy;
mod redis_server;
mod refusals;
mod sealed;
mod sentinels;
mod sessions;
mod successors;
mod tls;

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use libtest_mimic::{Arguments, Completion, Trial};
use store::private_redis::{self, PrivateRedis};
use store::{RedisSettings, Source};
use tempfile::TempDir;

use processes::Cluster;

/// A test of Redis alone: its name, and what it does.
type Test = (&'static str, fn(&Shared));

/// A test of either store.
type Case = fn(Source) -> Pin<Box<dyn Future<Output = ()>>>;

/// Names an async function `fn(Source)` and makes it a case.
macro_rules! cases {
    ($($module:ident :: $name:ident),* $(,)?) => {
        [$((stringify!($name), (|source| Box::pin($module::$name(source))) as Case)),*]
    };
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    log::set_logger(&LOG).unwrap();
    log::set_max_level(log::LevelFilter::Warn);
    let cases = cases![
        sessions::a_session_is_kept_read_replaced_and_ended,
        sessions::a_session_ends_by_itself,
        sessions::only_a_sliding_read_prolongs,
        sessions::a_replace_after_a_delete_never_resurrects,
        sessions::a_replace_of_something_else_changes_nothing,
        sessions::of_many_that_end_a_session_one_is_told_so,
        sessions::any_text_comes_back_as_it_was,
        sessions::workers_share_the_store,
        sessions::the_list_shows_live_sessions_newest_first,
        sessions::the_list_is_bounded,
        sessions::a_revocation_holds_as_long_as_it_must,
        sessions::a_newer_version_ends_the_older_ones_and_a_revocation_all,
        sessions::a_flush_leaves_nothing,
        families::a_family_is_kept_listed_and_ended,
        families::a_used_token_ends_the_family,
        families::of_parallel_rotations_one_wins_and_no_two_branches_live,
        families::a_family_has_an_absolute_end,
        families::a_lost_answer_is_given_again_within_the_grace,
        families::a_clock_that_is_behind_grants_nothing,
        successors::a_family_goes_on_as_another_and_ends_by_either_id,
        successors::what_has_ended_goes_on_as_nothing,
        successors::an_end_and_a_successor_at_once_leave_nothing,
    ];
    let mut trials = embedded::trials();
    for (name, case) in cases {
        let run = move || within_runtime(case(Source::embedded(16 << 20)));
        trials.push(Trial::test(format!("embedded::{name}"), run));
    }

    let shared = private_redis::on_path().map(|binary| Arc::new(Shared::start(binary)));
    for (name, case) in cases {
        trials.push(on_redis(name, shared.clone(), move |shared| {
            within_runtime(case(shared.source(name)))
        }));
        let on_cluster = on_redis(name, shared.clone(), move |shared| {
            within_runtime(case(shared.in_cluster(name)))
        });
        trials.push(on_cluster.with_kind("cluster"));
    }
    for (name, test) in faults::TESTS
        .into_iter()
        .chain(durability::TESTS)
        .chain(failover::TESTS)
        .chain(lost_answers::TESTS)
        .chain(refusals::TESTS)
        .chain(sealed::TESTS)
        .chain(memory::TESTS)
        .chain(model::TESTS)
        .chain(redis_server::TESTS)
        .chain(tls::TESTS)
    {
        trials.push(on_redis(name, shared.clone(), move |shared| {
            patience::again_if_late(|| {
                test(shared);
                Ok(())
            })
            .map_err(Into::into)
        }));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// A Redis that all tests use which leave it alone, each under a prefix of its own.
struct Shared {
    binary: PathBuf,
    directory: TempDir,
    directories: AtomicUsize,
    redis: PrivateRedis,
    cluster: OnceLock<Cluster>,
}

impl Shared {
    fn start(binary: PathBuf) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let redis = PrivateRedis::start(&binary, &directory.path().join("shared")).unwrap();
        Self {
            binary,
            directory,
            directories: AtomicUsize::new(0),
            redis,
            cluster: OnceLock::new(),
        }
    }

    fn source(&self, name: &str) -> Source {
        let mut settings = RedisSettings::new(self.redis.url());
        settings.key_prefix = format!("{name}:");
        Source::redis(settings).unwrap()
    }

    /// Started by the first test that needs it.
    fn in_cluster(&self, name: &str) -> Source {
        let cluster = self
            .cluster
            .get_or_init(|| Cluster::start(&self.binary, &self.directory("cluster"), 15_000, None));
        let mut settings = RedisSettings::new(cluster.url());
        settings.key_prefix = format!("{name}:");
        Source::redis(settings).unwrap()
    }

    /// A new directory's path, for a server that one test starts for itself.
    fn directory(&self, name: &str) -> PathBuf {
        let n = self.directories.fetch_add(1, Ordering::Relaxed);
        self.directory.path().join(format!("{name}-{n}"))
    }
}

fn on_redis(
    name: &str,
    shared: Option<Arc<Shared>>,
    test: impl FnOnce(&Shared) -> Result<(), libtest_mimic::Failed> + Send + 'static,
) -> Trial {
    Trial::ignorable_test(format!("redis::{name}"), move || match shared {
        Some(shared) => test(&shared).map(|()| Completion::Completed),
        None if is_required() => Err("redis-server is required and not on the PATH".into()),
        None => Ok(Completion::ignored_with("redis-server is not on the PATH")),
    })
}

/// What the store has logged.
struct Log(Mutex<Vec<String>>);

static LOG: Log = Log(Mutex::new(Vec::new()));

impl log::Log for Log {
    fn enabled(&self, of: &log::Metadata<'_>) -> bool {
        of.target().starts_with("store")
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) {
            self.0.lock().unwrap().push(record.args().to_string());
        }
    }

    fn flush(&self) {}
}

fn log_lines() -> Vec<String> {
    LOG.0.lock().unwrap().clone()
}

fn is_required() -> bool {
    std::env::var("STATELAB_REQUIRE")
        .is_ok_and(|required| required.split(',').any(|what| what.trim() == "redis"))
}

fn within_runtime(case: impl Future<Output = ()>) -> Result<(), libtest_mimic::Failed> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?
        .block_on(case);
    Ok(())
}
