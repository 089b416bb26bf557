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
use std::fs;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use super::chrome::Chrome;
use super::programs::Programs;
use case::Case;
use echo::Echo;

/// What both said to one case.
struct Answers {
    jar: Vec<u8>,
    browser: Vec<u8>,
}

/// Asks both every case, and compares what they say with the table, and the table with the book.
pub(crate) fn compare(programs: &Programs) -> Result<()> {
    let cases = case::table()?;
    let echo = Echo::open()?;
    // What SameSite does is seen only where other sites' cookies are not blocked altogether.
    let preferences = json!({ "profile.cookie_controls_mode": 0 });
    let chrome = Chrome::start_with(programs, &FLAGS, &preferences)?;
    let mut wrong = String::new();
    for case in &cases {
        let answers = Answers {
            jar: infer::answer(case, &echo)?,
            browser: visit::answer(case, &echo, &chrome.tab)
                .with_context(|| format!("{}: {}", case.id, case.what))?,
        };
        for (who, said, meant) in [
            ("the jar", answers.jar, case.sent()),
            ("the browser", answers.browser, case.chromium()),
        ] {
            if said != meant {
                let (said, meant) = (said.escape_ascii(), meant.escape_ascii());
                let _ = write!(
                    wrong,
                    "\n{} ({}): {who} sends `{said}`, not `{meant}`",
                    case.id, case.what
                );
            }
        }
    }
    ensure!(wrong.is_empty(), "{wrong}");
    check_page(&cases, &chrome.tab.product()?)
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
