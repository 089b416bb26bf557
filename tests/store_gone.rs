//! Redis is killed under way. Who needs it says so within a second and goes on
//! within two of its return; who does not need it does not notice.

#[path = "../crates/store/tests/acceptance/patience.rs"]
#[allow(
    dead_code,
    reason = "these tests say by a Result what the store's say by a panic"
)]
mod patience;

mod store_gone {
    pub(crate) mod outage;
    pub(crate) mod visitor;
}

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use store::private_redis;
use store_gone::outage;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let redis = private_redis::on_path();
    let required = std::env::var("STATELAB_REQUIRE").is_ok_and(|names| names.contains("redis"));
    let trials = outage::TESTS.map(|(name, test)| {
        let (found, binary) = (redis.is_some(), redis.clone());
        let run = move || match binary {
            Some(binary) => patience::again_if_late(|| test(&binary)).map_err(Into::into),
            None => Err("there is no redis-server on the PATH; tests/run installs it".into()),
        };
        let name = if found {
            name.to_owned()
        } else {
            format!("{name} (no redis-server on the PATH)")
        };
        Trial::test(name, run).with_ignored_flag(!found && !required)
    });
    libtest_mimic::run(&arguments, trials.into()).exit_code()
}
