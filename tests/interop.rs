//! The libraries that our users run, against jwt-state and cookie-state.
//!
//! Reading order: `installed` says what there is; `library` talks to a library; `server` starts
//! jwt-state. `tokens` is what is accepted, both ways; `hostile` what is refused, its table is
//! `hostile/forgeries.rs`; `plain` is tokens as Simple JWT makes them by itself. `flow` compares
//! jwt-state with a real Django, `django`, answer by answer; `cookies` is signed cookies;
//! `chain` asks Django REST framework again what auth-chain is compared with; `suite` runs checks of
//! the harness against a Django with sessions.
//!
//! What has to be there is installed by `tests/interop/install`, into `target/interop`.

mod interop {
    pub(crate) mod chain;
    pub(crate) mod cookies;
    pub(crate) mod django;
    pub(crate) mod flow;
    pub(crate) mod hostile;
    pub(crate) mod http;
    pub(crate) mod installed;
    pub(crate) mod library;
    pub(crate) mod page;
    pub(crate) mod plain;
    pub(crate) mod server;
    pub(crate) mod suite;
    pub(crate) mod tokens;
}

use std::process::ExitCode;

use interop::installed::Installed;
use interop::library::{ALGORITHMS, LIBRARIES};
use interop::{chain, cookies, flow, hostile, page, plain, suite, tokens};
use libtest_mimic::{Arguments, Failed, Trial};

type Test = fn() -> Result<(), String>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for algorithm in ALGORITHMS {
        for library in &LIBRARIES {
            let name = |what| format!("tokens::{algorithm}::{}::{what}", library.name);
            trials.push(trial(&name("ours_there"), move || {
                tokens::ours_there(algorithm, library)
            }));
            trials.push(trial(&name("theirs_here"), move || {
                tokens::theirs_here(algorithm, library)
            }));
            trials.push(trial(&name("refresh_there"), move || {
                tokens::refresh_there(algorithm, library)
            }));
            trials.push(trial(&name("forged_there"), move || {
                hostile::forged_there(algorithm, library)
            }));
        }
    }
    for algorithm in ALGORITHMS {
        let name = format!("tokens::{algorithm}::simplejwt::plain");
        trials.push(trial(&name, move || plain::tokens(algorithm)));
    }
    for set_up in &flow::SET_UPS {
        let name = format!("a_simple_jwt_client_sees_no_difference::{}", set_up.name);
        trials.push(trial(&name, move || flow::is_the_same(set_up)));
    }
    let others: [(&str, Test); 8] = [
        ("forgeries_are_all_made", hostile::each_is_made_somewhere),
        ("cookies::both_ways", cookies::both_ways),
        ("cookies::keys_and_ages", cookies::keys_and_ages),
        ("cookies::changed", cookies::changed),
        ("cookies::salt_of_before", cookies::salt_of_before),
        (
            "auth_chain::the_recording_is_true",
            chain::the_recording_is_true,
        ),
        (
            "suite::what_it_says_of_django",
            suite::what_it_says_of_django,
        ),
        (
            "suite::weak_tokens_are_caught",
            suite::weak_tokens_are_caught,
        ),
    ];
    trials.extend(others.map(|(name, run)| trial(name, run)));
    trials.push(Trial::test("the_page_is_up_to_date", || {
        Ok(page::is_up_to_date()?)
    }));
    let conclusion = libtest_mimic::run(&arguments, trials);
    interop::server::stop_all();
    conclusion.exit_code()
}

/// Without the libraries these are ignored, and the name says why; where they are required, they
/// fail.
fn trial(name: &str, run: impl FnOnce() -> Result<(), String> + Send + 'static) -> Trial {
    let missing = Installed::find().err();
    let required = std::env::var("STATELAB_REQUIRE").is_ok_and(|names| names.contains("interop"));
    let reason = match missing {
        Some(missing) => format!(" ({missing})"),
        None => String::new(),
    };
    let run = move || match missing {
        Some(missing) => Err(missing.into()),
        None => run().map_err(Failed::from),
    };
    Trial::test(format!("{name}{reason}"), run).with_ignored_flag(missing.is_some() && !required)
}
