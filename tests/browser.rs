//! The page in a real browser, against a lab in this process.
//!
//! Reading order: `stage` sets up a lab and a browser for each trial; `flow` is what a visitor
//! does; `jar` compares the browser's own cookies with those that the page infers; `cookies` compares
//! the harness's jar with the browser's, without a lab; `looks` and
//! `safety` are the rest. `watch` is what every trial ends with: nothing in the console, no
//! request for another machine. Pictures of the page are kept in `target/screenshots`.

mod browser {
    pub(crate) mod accessibility;
    pub(crate) mod attacks;
    pub(crate) mod axe;
    pub(crate) mod chrome;
    pub(crate) mod cookies;
    pub(crate) mod driver;
    pub(crate) mod faults;
    pub(crate) mod flow;
    pub(crate) mod jar;
    pub(crate) mod lessons;
    pub(crate) mod looks;
    pub(crate) mod lures;
    pub(crate) mod page;
    pub(crate) mod programs;
    pub(crate) mod safety;
    pub(crate) mod session;
    pub(crate) mod setting;
    pub(crate) mod stage;
    pub(crate) mod watch;
}

use std::process::ExitCode;

use anyhow::Result;
use browser::programs::Programs;
use browser::setting::{Setting, Store};
use browser::stage::Stage;
use browser::{
    accessibility, attacks, cookies, faults, flow, lessons, looks, lures, safety, watch,
};
use lab::Profile;
use libtest_mimic::{Arguments, Trial};
use store::private_redis;

type Test = fn(&Stage, Profile) -> Result<()>;

/// Run with each store and in each profile.
const EVERYWHERE: [(&str, Test); 6] = [
    ("one_login_reaches_all_three", flow::log_in),
    ("the_inferred_jar_is_the_browsers", flow::the_jar),
    ("a_copy_is_replayed_after_the_logout", flow::replay),
    ("an_admin_is_demoted", flow::demote),
    ("reset_leaves_nothing", flow::reset),
    ("the_profile_is_switched", flow::switch_profile),
];

/// There is a line to break with Redis alone.
const ON_REDIS: [(&str, Test); 2] = [
    ("the_line_the_store_and_the_keys", faults::faults),
    ("each_lesson", lessons::walk),
];

/// The same whatever the servers do: run once, in the default set-up.
const ONCE: [(&str, Test); 14] = [
    (
        "no_rule_of_accessibility_is_broken",
        accessibility::no_violation,
    ),
    ("two_languages_two_themes", looks::languages_and_themes),
    ("projector_and_phone", looks::sizes),
    ("keys_1_to_7", looks::keys),
    ("a_wrong_prediction", lessons::wrong),
    ("attacks_are_tried", attacks::attacks),
    ("attacks_in_each_language", attacks::looks),
    ("the_attackers_pages", lures::all),
    ("the_attackers_pages_in_each_language", lures::looks),
    ("text_stays_text", safety::text_stays_text),
    (
        "a_column_obeys_the_page_alone",
        safety::a_column_obeys_the_page_alone,
    ),
    ("one_action_at_a_time", flow::one_at_a_time),
    ("the_lab_is_restarted", flow::restart),
    ("the_checks_bite", safety::the_checks_bite),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for store in [Store::Embedded, Store::PrivateRedis] {
        for profile in [Profile::Hardened, Profile::Stateless] {
            let setting = Setting { store, profile };
            trials.extend(EVERYWHERE.map(|(name, test)| trial(name, setting, test)));
            if store == Store::PrivateRedis {
                trials.extend(ON_REDIS.map(|(name, test)| trial(name, setting, test)));
            }
        }
    }
    let default = Setting {
        store: Store::Embedded,
        profile: Profile::Hardened,
    };
    trials.extend(ONCE.map(|(name, test)| trial(name, default, test)));
    trials.push(cookie_trial());
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
    let mut name = format!("{setting}::{name}");
    let picture_name = name.clone();
    let mut ignored = false;
    if let Some((what, reason)) = missing {
        ignored = !is_required(what);
        name = format!("{name} ({reason})");
    }
    let run = move || match (missing, programs) {
        (None, Ok(programs)) => perform(&programs, setting, &picture_name, test)
            .map_err(|error| format!("{error:#}").into()),
        (Some((_, reason)), _) | (None, Err(reason)) => Err(reason.into()),
    };
    Trial::test(name, run).with_ignored_flag(ignored)
}

/// Needs no lab: the harness's jar and the browser's answer the same servers.
fn cookie_trial() -> Trial {
    let name = "cookies::the_jar_answers_as_the_browser";
    match Programs::find() {
        Ok(programs) => Trial::test(name, move || {
            cookies::compare(&programs).map_err(|error| format!("{error:#}").into())
        }),
        Err(reason) => Trial::test(format!("{name} ({reason})"), move || Err(reason.into()))
            .with_ignored_flag(!is_required("browser")),
    }
}

/// `STATELAB_REQUIRE=redis,browser`: what must not be left out.
fn is_required(what: &str) -> bool {
    std::env::var("STATELAB_REQUIRE").is_ok_and(|names| names.contains(what))
}

fn perform(programs: &Programs, setting: Setting, name: &str, test: Test) -> Result<()> {
    let stage = Stage::set(programs, setting, name)?;
    let outcome = test(&stage, setting.profile).and_then(|()| watch::check(&stage.chrome.tab));
    if outcome.is_err() {
        // A picture that cannot be taken must not hide what went wrong.
        let _ = stage.picture("failed");
    }
    stage.strike();
    outcome
}
