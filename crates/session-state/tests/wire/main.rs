//! What the black-box suite cannot see: the store behind the server, and two requests at once.
//!
//! Each case runs on the embedded store and on a private Redis. Without a `redis-server` on the
//! PATH the second half is shown as ignored; where `STATELAB_REQUIRE` names `redis`, as failed.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

mod account;
mod at_rest;
mod http;
mod in_flight;
mod lifetime;
mod outage;
mod server;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Completion, Trial};
use server::Server;
use store::private_redis;

/// A name, and what is done to a server of its own.
type Case = (&'static str, fn(&Server));

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let binary = private_redis::on_path();
    let both = || {
        in_flight::CASES
            .into_iter()
            .chain(account::CASES)
            .chain(at_rest::CASES)
            .chain(lifetime::CASES)
    };
    let embedded = both().map(|(name, case)| {
        Trial::test(format!("embedded::{name}"), move || {
            case(&Server::on_embedded());
            Ok(())
        })
    });
    let redis = both().chain(outage::CASES).map(|(name, case)| {
        let binary = binary.clone();
        Trial::ignorable_test(format!("redis::{name}"), move || match binary {
            Some(binary) => {
                case(&Server::on_redis(&binary));
                Ok(Completion::Completed)
            }
            None if is_required() => Err("redis-server is required and not on the PATH".into()),
            None => Ok(Completion::ignored_with("redis-server is not on the PATH")),
        })
    });
    libtest_mimic::run(&arguments, embedded.chain(redis).collect()).exit_code()
}

fn is_required() -> bool {
    std::env::var("STATELAB_REQUIRE")
        .is_ok_and(|required| required.split(',').any(|what| what.trim() == "redis"))
}
