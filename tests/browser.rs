//! The page in a real browser, against a lab in this process.
//!
//! Reading order: [`stage`] sets up a lab and a browser for each trial and says what holds at the
//! end of every one; [`flow`] is what a visitor does; [`jar`] compares the browser's own cookies
//! with those that the page infers; [`looks`] and [`safety`] are the rest. Pictures of the page
//! are kept in `target/screenshots`.

mod browser {
    pub(crate) mod chrome;
    pub(crate) mod driver;
    pub(crate) mod flow;
    pub(crate) mod jar;
    pub(crate) mod looks;
    pub(crate) mod page;
    pub(crate) mod programs;
    pub(crate) mod safety;
    pub(crate) mod stage;
}

use std::pin::Pin;
use std::process::ExitCode;

use anyhow::Result;
use browser::programs::Programs;
use browser::stage::{Setting, Stage, Store};
use browser::{flow, looks, safety};
use lab::Profile;
use libtest_mimic::{Arguments, Trial};
use store::private_redis;

type Outcome<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;
type Test = for<'a> fn(&'a Stage, Profile) -> Outcome<'a>;

/// Run with each store and in each profile.
const EVERYWHERE: [(&str, Test); 6] = [
    ("one login reaches all three", |stage, profile| {
        Box::pin(flow::log_in(stage, profile))
    }),
    ("the inferred jar is the browser's", |stage, profile| {
        Box::pin(flow::the_jar(stage, profile))
    }),
    ("a copy is replayed after the logout", |stage, profile| {
        Box::pin(flow::replay(stage, profile))
    }),
    ("an admin is demoted", |stage, profile| {
        Box::pin(flow::demote(stage, profile))
    }),
    ("reset leaves nothing", |stage, profile| {
        Box::pin(flow::reset(stage, profile))
    }),
    ("the profile is switched", |stage, profile| {
        Box::pin(flow::switch_profile(stage, profile))
    }),
];

/// The same whatever the servers do: run once, in the default set-up.
const ONCE: [(&str, Test); 6] = [
    ("two languages, two themes", |stage, profile| {
        Box::pin(looks::languages_and_themes(stage, profile))
    }),
    ("projector and phone", |stage, profile| {
        Box::pin(looks::sizes(stage, profile))
    }),
    ("keys 1 to 7", |stage, profile| {
        Box::pin(looks::keys(stage, profile))
    }),
    ("text stays text", |stage, profile| {
        Box::pin(safety::text_stays_text(stage, profile))
    }),
    ("a column obeys the page alone", |stage, profile| {
        Box::pin(safety::a_column_obeys_the_page_alone(stage, profile))
    }),
    ("the checks bite", |stage, profile| {
        Box::pin(safety::the_checks_bite(stage, profile))
    }),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for store in [Store::Embedded, Store::PrivateRedis] {
        for profile in [Profile::Hardened, Profile::Stateless] {
            let setting = Setting { store, profile };
            trials.extend(EVERYWHERE.map(|(name, test)| trial(name, setting, test)));
        }
    }
    let default = Setting {
        store: Store::Embedded,
        profile: Profile::Hardened,
    };
    trials.extend(ONCE.map(|(name, test)| trial(name, default, test)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(name: &str, setting: Setting, test: Test) -> Trial {
    let programs = Programs::find();
    let missing = match (&programs, setting.store) {
        (Err(reason), _) => Some(("browser", *reason)),
        (_, Store::PrivateRedis) if private_redis::on_path().is_none() => Some((
            "redis",
            "there is no redis-server on the PATH; tests/run installs it",
        )),
        _ => None,
    };
    let mut name = format!("{setting}: {name}");
    let picture_name = name.clone();
    let mut ignored = false;
    if let Some((what, reason)) = missing {
        ignored = !std::env::var("STATELAB_REQUIRE").is_ok_and(|names| names.contains(what));
        name = format!("{name} ({reason})");
    }
    let run = move || match (missing, programs) {
        (None, Ok(programs)) => perform(&programs, setting, &picture_name, test)
            .map_err(|error| format!("{error:#}").into()),
        (Some((_, reason)), _) | (None, Err(reason)) => Err(reason.into()),
    };
    Trial::test(name, run).with_ignored_flag(ignored)
}

fn perform(programs: &Programs, setting: Setting, name: &str, test: Test) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let stage = Stage::set(programs, setting, name).await?;
        let outcome = test(&stage, setting.profile).await;
        let outcome = match outcome {
            // This one breaks the rules on purpose.
            Ok(()) if name.ends_with("the checks bite") => Ok(()),
            Ok(()) => stage.check().await,
            Err(error) => {
                let _ = stage.picture("failed").await;
                Err(error)
            }
        };
        stage.strike().await?;
        outcome
    })
}
