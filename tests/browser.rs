//! The page in a real browser, against a lab in this process.
//!
//! Reading order: `stage` sets up a lab and a browser for each trial; `flow` is what a visitor
//! does; `jar` compares the browser's own cookies with those that the page infers; `cookies` compares
//! the harness's jar with the browser's, without a lab; `looks` and
//! `safety` are the rest. `main_flow` is what Firefox is held to as well, by `bidi`; all else is
//! Chromium's, by `webdriver`. `watch` is what every trial ends with: nothing in the console, no
//! request for another machine. Pictures of the page are kept in `target/screenshots`.

mod browser {
    pub(crate) mod accessibility;
    pub(crate) mod ahead;
    pub(crate) mod attacks;
    pub(crate) mod axe;
    pub(crate) mod bidi;
    pub(crate) mod chrome;
    pub(crate) mod cookies;
    pub(crate) mod driver;
    pub(crate) mod engine;
    pub(crate) mod faults;
    pub(crate) mod firefox;
    pub(crate) mod flow;
    pub(crate) mod jar;
    pub(crate) mod lessons;
    pub(crate) mod looks;
    pub(crate) mod lures;
    pub(crate) mod main_flow;
    pub(crate) mod outline;
    pub(crate) mod page;
    pub(crate) mod pictures;
    pub(crate) mod programs;
    pub(crate) mod safety;
    pub(crate) mod scoreboard;
    pub(crate) mod sequence;
    pub(crate) mod session;
    pub(crate) mod setting;
    pub(crate) mod stage;
    pub(crate) mod steps;
    pub(crate) mod theme;
    pub(crate) mod variants;
    pub(crate) mod watch;
    pub(crate) mod webdriver;
}

use std::process::ExitCode;

use anyhow::Result;
use browser::engine::Engine;
use browser::programs::{Missing, Programs};
use browser::setting::{Setting, Store};
use browser::stage::Stage;
use browser::{
    accessibility, ahead, attacks, axe, cookies, faults, flow, lessons, looks, lures, main_flow,
    pictures, safety, scoreboard, sequence, steps, theme, variants, watch,
};
use lab::Profile;
use libtest_mimic::{Arguments, Trial};
use store::private_redis;

type Test = fn(&Stage, Profile) -> Result<()>;

/// Run with each store and in each profile.
const EVERYWHERE: &[(&str, Test)] = &[
    ("one_login_reaches_all_three", flow::log_in),
    ("the_inferred_jar_is_the_browsers", flow::the_jar),
    ("a_copy_is_replayed_after_the_logout", flow::replay),
    ("an_admin_is_demoted", flow::demote),
    ("reset_leaves_nothing", flow::reset),
    ("the_profile_is_switched", flow::switch_profile),
];

/// There is a line to break with Redis alone.
const ON_REDIS: &[(&str, Test)] = &[
    ("the_line_the_store_and_the_keys", faults::faults),
    EACH_LESSON,
    ("the_sequence_of_a_step", sequence::sequence),
    ("the_scoreboard_is_measured", scoreboard::scoreboard),
];

/// In both engines.
const EACH_LESSON: (&str, Test) = ("each_lesson", lessons::walk);

/// Run in Firefox as well, in both profiles.
const IN_FIREFOX: &[(&str, Test)] = &[(
    "the_main_flow_in_each_language",
    main_flow::in_each_language,
)];

/// Run in Firefox as well, once.
const IN_FIREFOX_ONCE: &[(&str, Test)] = &[
    ("the_inferred_jar_is_the_browsers", flow::the_jar),
    ("two_languages_two_themes", looks::languages_and_themes),
    ("projector_and_phone", looks::sizes),
    ("keys_1_to_7", looks::keys),
    ("the_attackers_pages", lures::all),
    ("the_lab_is_restarted", flow::restart),
    ("the_checks_bite", safety::the_checks_bite),
];

/// With the commands to Redis in the picture.
const PICTURES: &[(&str, Test)] = &[("the_pictures_are_of_this_page", pictures::are_of_this_page)];

/// Needs axe-core as well, and has more to look at on Redis.
const WITH_AXE: &[(&str, Test)] = &[(
    "no_rule_of_accessibility_is_broken",
    accessibility::no_violation,
)];

/// The same whatever the servers do: run once, in the default set-up.
const ONCE: &[(&str, Test)] = &[
    ("two_languages_two_themes", looks::languages_and_themes),
    ("the_theme_of_the_system", theme::of_the_system),
    ("projector_and_phone", looks::sizes),
    ("keys_1_to_7", looks::keys),
    ("the_columns_stand_still", looks::still),
    ("the_clock_is_moved_ahead", ahead::moved),
    ("a_moved_clock_in_each_language", ahead::looks),
    ("variants_are_switched_live", variants::live),
    ("an_address_rebuilds_the_variants", variants::address),
    ("presenter_mode", variants::presenter),
    ("quiet_until_there_is_something", variants::quiet),
    ("an_earlier_step_is_shown_again", sequence::back),
    ("a_step_is_what_was_done_in_it", steps::own),
    ("sequence_in_each_language", sequence::looks),
    ("the_sequence_beside_the_columns", sequence::drawer),
    ("scoreboard_in_each_language", scoreboard::looks),
    ("a_wrong_prediction", lessons::wrong),
    ("a_lesson_is_kept", lessons::left_and_kept),
    ("attacks_are_tried", attacks::attacks),
    ("attacks_in_each_language", attacks::looks),
    ("the_attackers_pages", lures::all),
    ("the_attackers_pages_in_each_language", lures::looks),
    ("text_stays_text", safety::text_stays_text),
    (
        "a_column_obeys_the_page_alone",
        safety::a_column_obeys_the_page_alone,
    ),
    (
        "another_site_takes_no_stream",
        safety::another_site_takes_no_stream,
    ),
    ("one_action_at_a_time", flow::one_at_a_time),
    ("the_lab_is_restarted", flow::restart),
    ("the_checks_bite", safety::the_checks_bite),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    let default = Setting {
        store: Store::Embedded,
        profile: Profile::Hardened,
    };
    let on_redis = Setting {
        store: Store::PrivateRedis,
        ..default
    };
    for setting in [default, on_redis]
        .into_iter()
        .flat_map(Setting::in_each_profile)
    {
        trials.extend(all(Engine::Chromium, setting, EVERYWHERE));
        if setting.store == Store::PrivateRedis {
            trials.extend(all(Engine::Chromium, setting, ON_REDIS));
        }
    }
    trials.extend(all(Engine::Chromium, default, ONCE));
    trials.extend(all(Engine::Chromium, on_redis, PICTURES));
    trials.extend(all(Engine::Chromium, on_redis, WITH_AXE));
    for setting in default.in_each_profile() {
        trials.extend(all(Engine::Firefox, setting, IN_FIREFOX));
    }
    trials.extend(all(Engine::Firefox, default, IN_FIREFOX_ONCE));
    trials.extend(all(Engine::Firefox, on_redis, &[EACH_LESSON]));
    trials.push(cookie_trial());
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn all(
    engine: Engine,
    setting: Setting,
    tests: &[(&'static str, Test)],
) -> impl Iterator<Item = Trial> {
    tests
        .iter()
        .map(move |&(name, test)| trial(engine, setting, name, test))
}

fn trial(engine: Engine, setting: Setting, name: &str, test: Test) -> Trial {
    let programs = Programs::find();
    let mut missing = programs.missing(engine);
    if setting.store == Store::PrivateRedis && private_redis::on_path().is_none() {
        missing = Some(Missing {
            what: "redis",
            reason: "there is no redis-server on the PATH; tests/run installs it",
        });
    }
    if WITH_AXE.iter().any(|(one, _)| *one == name) {
        missing = missing.or_else(axe::missing);
    }
    let name = match engine {
        Engine::Chromium => format!("{setting}::{name}"),
        Engine::Firefox => format!("firefox::{setting}::{name}"),
    };
    let picture_name = name.clone();
    or_left_out(name, missing, move || {
        perform(&programs, engine, setting, &picture_name, test)
    })
}

/// Needs no lab: the harness's jar and the browsers' answer the same servers.
fn cookie_trial() -> Trial {
    let programs = Programs::find();
    let missing = [Engine::Chromium, Engine::Firefox]
        .into_iter()
        .find_map(|engine| programs.missing(engine));
    let name = "cookies::the_jar_answers_as_the_browsers".to_owned();
    or_left_out(name, missing, move || cookies::compare(&programs))
}

/// What cannot be run says why in its name. `STATELAB_REQUIRE=redis,browser` names what must not
/// be left out: then it fails.
fn or_left_out(
    name: String,
    missing: Option<Missing>,
    run: impl FnOnce() -> Result<()> + Send + 'static,
) -> Trial {
    let Some(Missing { what, reason }) = missing else {
        return Trial::test(name, || run().map_err(|error| format!("{error:#}").into()));
    };
    let required = std::env::var("STATELAB_REQUIRE").is_ok_and(|names| names.contains(what));
    Trial::test(format!("{name} ({reason})"), move || Err(reason.into()))
        .with_ignored_flag(!required)
}

fn perform(
    programs: &Programs,
    engine: Engine,
    setting: Setting,
    name: &str,
    test: Test,
) -> Result<()> {
    let stage = Stage::set(programs, engine, setting, name)?;
    let outcome = test(&stage, setting.profile).and_then(|()| watch::check(stage.tab()));
    if outcome.is_err() {
        // A picture that cannot be taken must not hide what went wrong.
        let _ = stage.picture("failed");
    }
    stage.strike();
    outcome
}
