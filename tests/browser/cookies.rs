//! The harness's jar beside a real browser's: the same answers to the same servers.
//!
//! `cookies/cases.toml` is the table. `case` reads it, `echo` is the server that says what the
//! table says and writes down what it is sent, `visit` drives the browser, `infer` the jar,
//! `report` prints docs/src/browser-cookies.md. One browser answers all cases, with its jar
//! cleared in between.

mod case;
mod echo;
mod infer;
mod report;
mod visit;

use std::fmt::Write as _;
use std::{fs, thread};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use super::chrome::Chrome;
use super::engine::{Browser, Engine};
use super::firefox::Firefox;
use super::programs::Programs;
use case::Case;
use echo::Echo;

/// One browser, and what it said to each case.
struct Asked {
    engine: Engine,
    product: String,
    answers: Vec<Vec<u8>>,
}

/// Asks all three every case, and compares what they say with the table, and the table with the
/// book.
pub(crate) fn compare(programs: &Programs) -> Result<()> {
    let cases = case::table()?;
    let echo = Echo::open()?;
    let ask = |engine| ask(programs, engine, &cases, &echo);
    let asked = thread::scope(|scope| {
        let chromium = scope.spawn(|| ask(Engine::Chromium));
        let firefox = ask(Engine::Firefox);
        let chromium = chromium.join().expect("nothing in it panics");
        anyhow::Ok([chromium?, firefox?])
    })?;
    let mut wrong = String::new();
    for (at, case) in cases.iter().enumerate() {
        let mut differs = |who: &str, said: &[u8], meant: &[u8]| {
            if said != meant {
                let (said, meant) = (said.escape_ascii(), meant.escape_ascii());
                let _ = write!(
                    wrong,
                    "\n{} ({}): {who} sends `{said}`, not `{meant}`",
                    case.id, case.what
                );
            }
        };
        differs("the jar", &infer::answer(case, &echo)?, &case.sent());
        for Asked {
            engine, answers, ..
        } in &asked
        {
            differs(&engine.to_string(), &answers[at], &case.sent_by(*engine));
        }
    }
    ensure!(wrong.is_empty(), "{wrong}");
    let products = asked.map(|asked| asked.product);
    check_page(&cases, &products.join(" and "))
}

fn ask(programs: &Programs, engine: Engine, cases: &[Case], echo: &Echo) -> Result<Asked> {
    let browser = start(programs, engine)?;
    let tab = browser.tab();
    let answers = cases.iter().map(|case| {
        visit::answer(case, echo, tab)
            .with_context(|| format!("{engine}, {}: {}", case.id, case.what))
    });
    Ok(Asked {
        engine,
        answers: answers.collect::<Result<_>>()?,
        product: tab.product()?,
    })
}

/// What SameSite does is seen only where other sites' cookies are not blocked altogether.
fn start(programs: &Programs, engine: Engine) -> Result<Browser> {
    Ok(match engine {
        Engine::Chromium => {
            let preferences = json!({ "profile.cookie_controls_mode": 0 });
            Browser::Chromium(Chrome::start_with(programs, &FLAGS, &preferences)?)
        }
        Engine::Firefox => {
            let preference = "user_pref(\"network.cookie.cookieBehavior\", 0);\n";
            Browser::Firefox(Firefox::start(programs.firefox()?, preference)?)
        }
    })
}

/// Names that are not loopback's by themselves, and a certificate that nobody has signed.
const FLAGS: [&str; 3] = [
    "--host-resolver-rules=MAP *.test 127.0.0.1, MAP *.co.uk 127.0.0.1, MAP * ~NOTFOUND, \
     EXCLUDE *.localhost, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    "--ignore-certificate-errors",
    // http is meant here, also where https would be had.
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
];

/// The page is the outcome; only the browser's version may be another one than here.
fn check_page(cases: &[Case], product: &str) -> Result<()> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../docs/src/browser-cookies.md"
    );
    if std::env::var_os("STATELAB_WRITE").is_some() {
        fs::write(path, report::page(cases, product))?;
        return Ok(());
    }
    let there = fs::read_to_string(path).unwrap_or_default();
    if report::without_version(&there) != report::without_version(&report::page(cases, product)) {
        bail!(
            "docs/src/browser-cookies.md is stale; write it with STATELAB_WRITE=1 cargo test -p tests --test browser cookies"
        );
    }
    Ok(())
}
