//! What the black-box suite cannot see: the store behind the server, and two requests at once.
//!
//! Each case runs on the embedded store and on a private Redis. Without a `redis-server` on the
//! PATH the second half is shown as ignored; where `STATELAB_REQUIRE` names `redis`, as failed.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod account;
mod at_rest;
mod costs;
mod crowds;
mod history;
mod http;
mod in_flight;
mod instances;
mod library;
mod lifetime;
mod outage;
#[path = "../../../store/tests/acceptance/patience.rs"]
#[allow(
    dead_code,
    reason = "the store's tests name what is late in more places"
)]
mod patience;
#[path = "../../../store/tests/acceptance/processes.rs"]
#[allow(dead_code, reason = "the store's tests ask more of a cluster")]
mod processes;
mod server;
mod shop;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Trial};
use server::Server;
use store::private_redis;

/// A name, and what is done to a server of its own.
type Case = (&'static str, fn(&Server));

/// The same with settings of its own; without any, sessions last four seconds, and ten at most.
type Special = (&'static str, &'static [&'static str], fn(&Server));

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let binary = private_redis::on_path();
    let both = || {
        let short = lifetime::CASES.into_iter();
        let long = in_flight::CASES.into_iter().chain(at_rest::CASES);
        let long = long.chain(account::CASES);
        short
            .map(|(name, case)| (name, &[][..], case))
            .chain(long.map(|(name, case)| (name, &["--lifetime=1h"][..], case)))
            .chain(library::CASES)
            .chain(crowds::CASES)
            .chain(instances::CASES)
            .chain(history::CASES)
    };
    let redis_only = outage::CASES
        .into_iter()
        .map(|(name, case)| (name, &[][..], case))
        .chain(costs::CASES)
        .chain(history::SEALED);
    let embedded = both().map(|(name, arguments, case)| {
        Trial::test(format!("embedded::{name}"), move || {
            patience::again_if_late(|| {
                case(&Server::on_embedded(arguments));
                Ok(())
            })?;
            Ok(())
        })
    });
    let redis = both().chain(redis_only).map(|(name, arguments, case)| {
        on_redis(name, binary.clone(), move |binary| {
            case(&Server::on_redis(binary, arguments));
        })
    });
    let on_cluster = history::CASES.into_iter().map(|(name, arguments, case)| {
        on_redis(
            &format!("{name}_in_a_cluster"),
            binary.clone(),
            move |binary| {
                case(&Server::on_cluster(binary, arguments));
            },
        )
    });
    let trials = embedded.chain(redis).chain(on_cluster);
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// Without a redis-server it is shown as ignored, or as failed where that is required.
fn on_redis(name: &str, binary: Option<PathBuf>, case: impl Fn(&Path) + Send + 'static) -> Trial {
    Trial::ignorable_test(format!("redis::{name}"), move || match binary {
        Some(binary) => {
            patience::again_if_late(|| {
                case(&binary);
                Ok(())
            })?;
            Ok(Completion::Completed)
        }
        None if is_required() => Err("redis-server is required and not on the PATH".into()),
        None => Ok(Completion::ignored_with("redis-server is not on the PATH")),
    })
}

fn is_required() -> bool {
    std::env::var("STATELAB_REQUIRE")
        .is_ok_and(|required| required.split(',').any(|what| what.trim() == "redis"))
}
