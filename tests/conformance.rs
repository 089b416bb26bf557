//! Each check, against each server, in each profile, on each store: a trial by
//! name, `D04::session::hardened::redis`. What is kept in a Redis Cluster is tried
//! there too: `D04::session::hardened::cluster`. What each must say stands in
//! `src/expectation.rs`.

#[path = "../crates/store/tests/acceptance/processes.rs"]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
#[allow(dead_code, reason = "no node is killed here")]
mod processes;

#[path = "../crates/store/tests/acceptance/proxy.rs"]
#[allow(clippy::unwrap_used, reason = "a test fails by a panic")]
#[allow(dead_code, reason = "the store's tests lose answers as well")]
mod proxy;

mod conformance {
    pub(crate) mod instances;
    pub(crate) mod outside;
    pub(crate) mod redis;
    pub(crate) mod server;
    pub(crate) mod variants;
}

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use conformance::redis::{Backing, Uses};
use conformance::server::Fresh;
use conformance::variants::Variant;
use harness::{Case, Mechanism, Profile, Seam, Target, cases, catalogue_markdown, run_one};
use libtest_mimic::{Arguments, Failed, Trial};
use store::private_redis;
use tests::expectation::{StoreKind, expected, fits, needs_a_broken_store};

/// Many trials wait, for a lifetime to end or for a store: more of them than there
/// are processors can go on side by side.
const SIDE_BY_SIDE: usize = 6;
/// The groups of checks that are tried on a cluster: those to which it matters what
/// the store does.
const ON_A_CLUSTER: [char; 5] = ['B', 'D', 'H', 'I', 'K'];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(SIDE_BY_SIDE);
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
                    tried(on, case, StoreKind::Embedded, || Ok(Backing::Embedded))
                }));
                let mut with = |store, run: Tried| {
                    let name = format!("{name}::{store}");
                    let run = move |binary: &Path| run(on, case, binary);
                    trials.push(where_redis_is(&name, redis.clone(), required, run));
                };
                with("redis", on_redis);
                if profile == Profile::Hardened && case.id.starts_with(ON_A_CLUSTER) {
                    with("cluster", on_cluster);
                }
            }
        }
    }
    for variant in Variant::OTHERS {
        for case in cases().iter().filter(|case| variant.is_about(case)) {
            let name = format!("{}::{}", case.id, variant.name());
            trials.push(Trial::test(format!("{name}::embedded"), move || {
                varied(*variant, case)
            }));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    Backing::end_shared();
    conclusion.exit_code()
}

/// Tries a check with the redis-server at a path.
type Tried = fn((Mechanism, Profile), &'static Case, &Path) -> Result<(), Failed>;

/// Without a redis-server these are ignored, and the name says why; where Redis
/// is required, they fail.
fn where_redis_is(
    name: &str,
    binary: Option<PathBuf>,
    required: bool,
    run: impl FnOnce(&Path) -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let found = binary.is_some();
    let reason = if found {
        ""
    } else {
        " (no redis-server on the PATH)"
    };
    let run = move || match &binary {
        Some(binary) => run(binary),
        None => Err("there is no redis-server on the PATH; tests/run installs it".into()),
    };
    Trial::test(format!("{name}{reason}"), run).with_ignored_flag(!found && !required)
}

fn on_redis(on: (Mechanism, Profile), case: &'static Case, binary: &Path) -> Result<(), Failed> {
    // Who breaks Redis gets one of his own.
    tried(on, case, StoreKind::Controlled, || {
        if case.seams.contains(&Seam::StoreDelay) {
            Backing::own(binary, Uses::Slow)
        } else if needs_a_broken_store(case) {
            Backing::own(binary, Uses::Own)
        } else {
            Backing::shared(binary)
        }
    })
}

fn on_cluster(on: (Mechanism, Profile), case: &'static Case, binary: &Path) -> Result<(), Failed> {
    tried(on, case, StoreKind::Cluster, || Backing::cluster(binary))
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
        let mut server = Fresh::start(on, backing()?, Variant::for_case(case))?;
        run_one(&server.target(case)?, case)
    };
    fits(&finding, expectation).map_err(Failed::from)
}

/// The same of a server with other settings.
fn varied(variant: Variant, case: &'static Case) -> Result<(), Failed> {
    let on = (Mechanism::Jwt, Profile::Hardened);
    let mut server = Fresh::start(on, Backing::Embedded, variant)?;
    let finding = run_one(&server.target(case)?, case);
    fits(&finding, variant.expected(case)).map_err(Failed::from)
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
