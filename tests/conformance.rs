//! Each check, against each server, in each profile, on each store: a trial by
//! name, `D04::session::hardened::redis`. What each must say stands in
//! `src/expectation.rs`.

mod conformance {
    pub(crate) mod redis;
    pub(crate) mod server;
}

use std::path::PathBuf;
use std::process::ExitCode;

use conformance::redis::Backing;
use conformance::server::Fresh;
use harness::{Case, Mechanism, Profile, Target, cases, catalogue_markdown, run_one};
use libtest_mimic::{Arguments, Failed, Trial};
use store::private_redis;
use tests::expectation::{StoreKind, expected, fits};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let redis = private_redis::on_path();
    let required = std::env::var("STATELAB_REQUIRE").is_ok_and(|names| names.contains("redis"));
    let mut trials = vec![Trial::test(
        "the catalogue of checks is the suite's",
        catalogue,
    )];
    for case in cases() {
        for mechanism in Mechanism::ALL {
            for profile in [Profile::Hardened, Profile::Stateless] {
                let on = (*mechanism, profile);
                let name = format!("{}::{}::{}", case.id, on.0.name(), on.1.name());
                trials.push(Trial::test(format!("{name}::embedded"), move || {
                    embedded(on, case)
                }));
                trials.push(on_redis(on, case, &name, redis.clone(), required));
            }
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    Backing::end_shared();
    conclusion.exit_code()
}

/// Without a redis-server these are ignored, and the name says why; where Redis
/// is required, they fail.
fn on_redis(
    on: (Mechanism, Profile),
    case: &'static Case,
    name: &str,
    binary: Option<PathBuf>,
    required: bool,
) -> Trial {
    let found = binary.is_some();
    let reason = if found {
        ""
    } else {
        " (no redis-server on the PATH)"
    };
    let run = move || match &binary {
        Some(binary) => redis(on, case, binary),
        None => Err("there is no redis-server on the PATH; tests/run installs it".into()),
    };
    Trial::test(format!("{name}::redis{reason}"), run).with_ignored_flag(!found && !required)
}

fn embedded(on: (Mechanism, Profile), case: &'static Case) -> Result<(), Failed> {
    tried(on, case, StoreKind::Embedded, || Ok(Backing::Embedded))
}

fn redis(
    on: (Mechanism, Profile),
    case: &'static Case,
    binary: &std::path::Path,
) -> Result<(), Failed> {
    // Who stops Redis gets one of his own.
    tried(on, case, StoreKind::Controlled, || match case.id {
        "K01" => Backing::own(binary),
        _ => Backing::shared(binary),
    })
}

/// A fresh server each: fresh accounts, nothing in the store, so that trials run
/// side by side.
fn tried(
    on: (Mechanism, Profile),
    case: &'static Case,
    store: StoreKind,
    backing: impl FnOnce() -> Result<Backing, String>,
) -> Result<(), Failed> {
    let expectation = expected(case.id, on.0, on.1, store);
    let finding = if !case.mechanisms.contains(&on.0) {
        // Nothing is sent, so there is nothing to start.
        run_one(&Target::new("http://localhost:9", on.0, on.1)?, case)
    } else {
        let server = Fresh::start(on, backing()?, case.id == "D15")?;
        run_one(&server.target()?, case)
    };
    fits(&finding, expectation).map_err(Failed::from)
}

/// `docs/src/checks.md` is printed by the suite; `STATELAB_WRITE=1` prints it anew.
fn catalogue() -> Result<(), Failed> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/checks.md");
    let page = catalogue_markdown();
    if std::env::var_os("STATELAB_WRITE").is_some() {
        std::fs::write(path, &page)?;
    }
    if std::fs::read_to_string(path)? == page {
        return Ok(());
    }
    Err("docs/src/checks.md is stale; write it with STATELAB_WRITE=1 cargo test -p tests --test conformance catalogue".into())
}
