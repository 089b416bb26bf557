//! Each lesson is true: in both profiles every verdict is the one that it names.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use lab::lessons::{lessons, play};
use lab::running::RunningLab;
use lab::{Options, Profile, StoreChoice};
use store::private_redis;

fn all(profile: Profile, store: StoreChoice, has_line: bool) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = Options {
        port: Some(0),
        store,
        profile,
        ..Options::default()
    };
    let lab = runtime.block_on(lab::start(options)).unwrap();
    let running = RunningLab::on(lab.port).unwrap();
    for lesson in lessons().iter().filter(|one| has_line || !one.needs_redis) {
        let played = play(&running, lesson, profile, |played| {
            let (step, words) = (&played.step, played.words);
            assert!(played.as_expected, "{}: {step:?} is {words:?}", lesson.name);
        });
        assert!(played.unwrap(), "{}", lesson.name);
    }
    runtime.block_on(lab.stop());
}

#[test]
fn in_this_process() {
    for profile in [Profile::Hardened, Profile::Stateless] {
        all(profile, StoreChoice::Embedded, false);
    }
}

#[test]
fn on_a_redis() {
    let required = std::env::var("STATELAB_REQUIRE").is_ok_and(|names| names.contains("redis"));
    if private_redis::on_path().is_none() {
        assert!(
            !required,
            "there is no redis-server on the PATH; tests/run installs it"
        );
        eprintln!("not run: there is no redis-server on the PATH");
        return;
    }
    for profile in [Profile::Hardened, Profile::Stateless] {
        all(profile, StoreChoice::Auto, true);
    }
}
