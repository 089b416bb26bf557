//! Redis fails under a server in the ways it fails in real life. Whoever asks gets an answer within
//! a second, a 503 that says when to come again, and keeps the cookie; and no 204 is a lie.

#[path = "store_gone/visitor.rs"]
mod visitor;

#[path = "../crates/store/tests/acceptance/patience.rs"]
#[allow(
    dead_code,
    reason = "these tests say by a Result what the store's say by a panic"
)]
mod patience;

#[path = "../crates/store/tests/acceptance/processes.rs"]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
mod processes;

#[path = "../crates/store/tests/acceptance/sentinels.rs"]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
mod sentinels;

#[path = "../crates/store/tests/acceptance/proxy.rs"]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
#[allow(dead_code, reason = "the store's tests lose answers as well")]
mod proxy;

mod faults {
    pub(crate) mod cases;
    pub(crate) mod crowd;
    pub(crate) mod failover;
    pub(crate) mod slow;
    pub(crate) mod stand;
}

use std::process::ExitCode;

use faults::{cases, crowd, failover, slow};
use libtest_mimic::{Arguments, Completion, Trial};
use store::private_redis;

fn main() -> ExitCode {
    // One after the other: what is bounded here is the server's answer, not the machine's load.
    let arguments = Arguments {
        test_threads: Some(1),
        ..Arguments::from_args()
    };
    let binary = private_redis::on_path();
    let required = std::env::var("STATELAB_REQUIRE").is_ok_and(|names| names.contains("redis"));
    let trials = cases::TESTS
        .into_iter()
        .chain(crowd::TESTS)
        .chain(slow::TESTS)
        .chain(failover::TESTS)
        .map(|(name, test)| {
            let binary = binary.clone();
            Trial::ignorable_test(name, move || match binary {
                Some(binary) => patience::again_if_late(|| test(&binary))
                    .map(|()| Completion::Completed)
                    .map_err(Into::into),
                None if required => Err("redis-server is required and not on the PATH".into()),
                None => Ok(Completion::ignored_with("redis-server is not on the PATH")),
            })
        });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}
