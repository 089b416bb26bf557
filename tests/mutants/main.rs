//! Do the checks bite?
//!
//! One server that keeps to the contract and can be broken in one place at a
//! time. Whole, it passes every check; broken, the named check fails. Each pair is
//! a trial by name, `M03::D04`, and so are the controls: a server that refuses
//! everything, one that accepts everything, one that crashes now and then.

mod attempts;
mod changes;
mod credential;
mod fault;
mod framing;
mod guards;
mod headers;
mod http;
mod keys;
mod life;
mod list;
mod login;
mod logins;
mod refresh;
mod routes;
mod seal;
mod server;
mod set_cookie;
mod stage;
mod store;
mod token;
mod visitor;
mod world;

use fault::Fault;
use harness::{Case, Mechanism, Outcome, Profile, Report, cases, run, run_one};
use libtest_mimic::{Arguments, Failed, Trial};
use list::{MUTANTS, Mutant};
use stage::Stage;
use tests::expectation::{Expected, StoreKind, expected, fits};

/// Many trials wait, for a lifetime to end or for a store.
const SIDE_BY_SIDE: usize = 8;

fn main() -> std::process::ExitCode {
    let mut trials = vec![Trial::test(
        "each check is caught failing",
        every_check_bites,
    )];
    for mechanism in Mechanism::ALL {
        for profile in [Profile::Hardened, Profile::Stateless] {
            let on = (*mechanism, profile);
            let name = format!("whole::{}::{}", on.0.name(), on.1.name());
            trials.extend(
                cases().iter().map(|case| {
                    Trial::test(format!("{name}::{}", case.id), move || whole(on, case))
                }),
            );
        }
        for (name, fault) in [
            ("M86", Fault::RefusesEverything),
            ("M86b", Fault::RefusesAfterLogin),
            ("M87", Fault::AcceptsEverything),
            ("M88", Fault::NowAndThen500),
        ] {
            let name = format!("{name}::{}", mechanism.name());
            trials.push(Trial::test(name, move || never_green(*mechanism, fault)));
        }
    }
    for mutant in MUTANTS {
        for id in mutant.caught_by {
            let name = format!("{}::{id}", mutant.id);
            trials.push(Trial::test(name, move || caught(mutant, id)));
        }
    }
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(SIDE_BY_SIDE);
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The server without a fault: the control for all that follows.
fn whole(on: (Mechanism, Profile), case: &'static Case) -> Result<(), Failed> {
    let stage = Stage::set(on, None);
    let finding = run_one(&stage.target(), case);
    match expected(case.id, on.0, on.1, StoreKind::Controlled) {
        // This one has every seam.
        Expected::Untestable => {
            fits(&finding, Expected::Pass).or_else(|_| fits(&finding, Expected::Demonstrated))
        }
        expected => fits(&finding, expected),
    }
    .map_err(Failed::from)
}

/// Checks that run into a fault only when two requests meet: on a busy machine not each time.
const RACES: [&str; 3] = ["D07", "D08", "E25"];
/// How often such a one is tried.
const TRIES: usize = 10;

/// Broken in one place, the check that is about that place fails.
fn caught(mutant: &'static Mutant, id: &str) -> Result<(), Failed> {
    let case = cases()
        .iter()
        .find(|case| case.id == id)
        .ok_or("there is no such check")?;
    let tries = if RACES.contains(&id) { TRIES } else { 1 };
    let mut came = None;
    for _ in 0..tries {
        let stage = Stage::set(mutant.on, Some(mutant.fault));
        match run_one(&stage.target(), case).outcome {
            Outcome::Fail(_) => return Ok(()),
            other => came = Some(other),
        }
    }
    Err(format!("{:?}: {id} should fail, but: {came:?}", mutant.fault).into())
}

/// A server on which nothing can be learnt, or everything is wrong.
fn never_green(mechanism: Mechanism, fault: Fault) -> Result<(), Failed> {
    let stage = Stage::set((mechanism, Profile::Hardened), Some(fault));
    let all: Vec<&Case> = cases().iter().collect();
    let report = run(&stage.target(), &all, |_| ()).map_err(|error| error.to_string())?;
    if report.is_green(false) {
        return Err(format!("green: {}", report.headline()).into());
    }
    let passed: Vec<&str> = passed(&report);
    // Where nobody gets in, no claim about logins can hold.
    let nobody_gets_in = matches!(fault, Fault::RefusesEverything | Fault::RefusesAfterLogin);
    if nobody_gets_in && !passed.is_empty() {
        return Err(format!("nobody gets in, and yet these passed: {passed:?}").into());
    }
    Ok(())
}

fn passed(report: &Report) -> Vec<&'static str> {
    let passed = report
        .findings
        .iter()
        .filter(|finding| matches!(finding.outcome, Outcome::Pass(_)));
    passed.map(|finding| finding.case.id).collect()
}

/// Its broken servers are Djangos: `tests/interop/suite.rs`. None of ours hands out tokens.
const ELSEWHERE: [&str; 1] = ["F05"];

fn every_check_bites() -> Result<(), Failed> {
    let caught = |case: &&Case| {
        MUTANTS
            .iter()
            .any(|mutant| mutant.caught_by.contains(&case.id))
    };
    let toothless: Vec<&str> = cases()
        .iter()
        .filter(|case| !caught(case) && !ELSEWHERE.contains(&case.id))
        .map(|case| case.id)
        .collect();
    if toothless.is_empty() {
        Ok(())
    } else {
        Err(format!("no broken server fails {toothless:?}").into())
    }
}
