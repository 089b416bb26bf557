//! Each lesson is true: in both profiles every verdict is the one that it names. And the pictures
//! of them in the book are of a run like this one.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::fs;
use std::path::Path;

use lab::lessons::cost::Cost;
use lab::lessons::drawn::{self, Drawing};
use lab::lessons::{lessons, play};
use lab::running::RunningLab;
use lab::{Options, Profile, StoreChoice};
use store::private_redis;

fn all(profile: Profile, store: StoreChoice) -> Vec<Drawing> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = Options {
        port: Some(0),
        store,
        profile,
        ..Options::default()
    };
    let lab = runtime.block_on(lab::start(options)).unwrap();
    let running = RunningLab::on(lab.port).unwrap();
    let mut drawings = Vec::new();
    for lesson in lessons() {
        let mut drawing = Drawing::new(lesson);
        let played = play(&running, lesson, profile, |played| {
            drawing.add(played);
            let (step, words, cost) = (&played.step, played.words, &played.cost);
            let came = (words, cost);
            assert!(cost.as_ref().is_none_or(Cost::is_known), "{came:?}");
            assert!(played.as_expected, "{}: {step:?} is {came:?}", lesson.name);
        });
        assert!(played.unwrap(), "{}", lesson.name);
        drawings.push(drawing);
    }
    runtime.block_on(lab.stop());
    drawings
}

/// By content: nothing in them differs from run to run.
fn compare_with_the_book(drawings: &[Drawing]) {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src");
    let is_the_same = |name: &str, text: &str| {
        let kept = fs::read_to_string(book.join(name)).unwrap_or_default();
        assert!(
            kept == text,
            "docs/src/{name} is not what comes out; write it anew: cargo run -- run --diagrams docs/src"
        );
    };
    for drawing in drawings {
        let name = format!("lessons/{}.svg", drawing.lesson.name);
        is_the_same(&name, &drawn::picture(drawing));
    }
    is_the_same("lessons.md", &drawn::page(drawings, Profile::Hardened));
    let pictures = fs::read_dir(book.join("lessons")).unwrap().count();
    assert_eq!(
        pictures,
        drawings.len(),
        "a picture of no lesson is left over"
    );
}

#[test]
fn in_this_process() {
    for profile in [Profile::Hardened, Profile::Stateless] {
        all(profile, StoreChoice::Embedded);
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
    compare_with_the_book(&all(Profile::Hardened, StoreChoice::Auto));
    all(Profile::Stateless, StoreChoice::Auto);
}
