//! The clock moved ahead: what is marked, what counts down, what the browser still holds.

use anyhow::{Result, ensure};
use lab::Profile;
use serde_json::{Value, json};

use super::jar;
use super::looks::{BARE_KEYS, check_projector, fits_in_width};
use super::page::Page;
use super::stage::Stage;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];
const MINUTES: u64 = 300;
const WEEK: u64 = 604_800;

/// Presses the button, and waits until it is so far ahead in all and the old verdicts are gone.
fn press(page: &Page<'_>, seconds: u64, in_all: u64) -> Result<()> {
    page.click(&format!("[data-ahead='{seconds}']"))?;
    page.wait_for(&format!(
        "return document.querySelector('lab-fault-bar').dataset.ahead === '{}'",
        in_all * 1000
    ))?;
    page.until("no verdict", |columns| {
        columns.iter().all(|column| column.word.is_empty())
    })?;
    Ok(())
}

/// Waits until the first of these shows such a text: a regular expression.
fn shows(page: &Page<'_>, selector: &str, pattern: &str) -> Result<()> {
    let (selector, pattern) = (json!(selector), json!(pattern));
    page.wait_for(&format!(
        "return new RegExp({pattern}).test(document.querySelector({selector})?.textContent ?? '')"
    ))
}

fn count(page: &Page<'_>, selector: &str) -> Result<Value> {
    let selector = json!(selector);
    page.tab.script(&format!(
        "return document.querySelectorAll({selector}).length"
    ))
}

const MARK: &str = "lab-fault-bar .simulated";
const SESSION: &str = "#column-session lab-server lab-countdown";
const COOKIE: &str = "#column-cookie lab-browser lab-countdown";
const TOKEN: &str = "#column-jwt lab-browser li[data-kind=local-storage] lab-countdown";

pub(crate) fn moved(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.click("label.check:has(#remember)")?;
    page.expect("login", ALLOWED)?;
    ensure!(
        count(&page, ".simulated")? == json!(0),
        "nothing is simulated yet"
    );
    shows(&page, SESSION, "^1[34] d ")?;

    press(&page, MINUTES, MINUTES)?;
    shows(&page, MARK, r"^simulated \+5 min$")?;
    shows(&page, TOKEN, "^over$")?;
    let marked = "#column-jwt lab-browser li[data-kind=local-storage] .simulated";
    shows(&page, marked, r"\+5 min")?;
    // The cookie's end is by the browser's clock, and says so.
    shows(&page, COOKIE, "^1[34] d ")?;
    ensure!(count(&page, "#column-cookie lab-browser .expiry .simulated")? == json!(0));
    shows(
        &page,
        "#column-cookie lab-browser .own-clock",
        "browser’s own clock",
    )?;
    jar::compare(&page)?;
    // The page has a refresh token, and uses it.
    page.expect("visit", ALLOWED)?;
    shows(&page, "#column-jwt lab-wire .simulated-note", "5 min")?;
    jar::compare(&page)?;
    check_projector(&page)?;
    stage.picture("5 min")?;
    page.resize(1600, 900)?;
    shows(&page, "lab-sequence .simulated-note", "5 min")?;
    stage.picture("wide")?;
    page.resize(1280, 720)?;

    press(&page, WEEK, MINUTES + WEEK)?;
    shows(&page, SESSION, "^([67]) d ")?;
    press(&page, WEEK, MINUTES + 2 * WEEK)?;
    shows(&page, COOKIE, "^1[34] d ")?;
    jar::compare(&page)?;
    page.expect("visit", ["DENIED"; 3])?;
    shows(
        &page,
        "#column-cookie lab-verdict .sentence",
        "its time is up",
    )?;
    shows(
        &page,
        "#column-session lab-verdict .simulated",
        "14 d 5 min",
    )?;
    jar::compare(&page)?;
    stage.picture("over")?;

    // An earlier step has its own clock; the bar is live.
    let back = "lab-steps button[aria-keyshortcuts=ArrowLeft]";
    for _ in 0..5 {
        page.click(back)?;
    }
    page.wait_for("return document.querySelector('lab-page').hasAttribute('data-past')")?;
    ensure!(
        count(&page, "lab-column .simulated")? == json!(0),
        "no step was simulated then"
    );
    shows(&page, MARK, "14 d 5 min")?;
    page.click("lab-steps .to-live")?;
    shows(
        &page,
        "#column-session lab-verdict .simulated",
        "14 d 5 min",
    )?;

    page.press("reset")?;
    page.wait_for("return document.querySelector('lab-fault-bar').dataset.ahead === '0'")?;
    page.expect("login", ALLOWED)?;
    ensure!(
        count(&page, ".simulated, .own-clock")? == json!(0),
        "Reset sets it back"
    );
    shows(&page, TOKEN, "^[45]:")?;
    jar::compare(&page)
}

/// In the other language, dark, and on a phone.
pub(crate) fn looks(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("lang=zh&theme=dark")?;
    page.click("label.check:has(#remember)")?;
    page.expect("login", ALLOWED)?;
    press(&page, WEEK, WEEK)?;
    page.expect("visit", ["ALLOWED", "ALLOWED", "DENIED"])?;
    shows(&page, MARK, r"^模拟 \+7 d$")?;
    let bare = page.tab.script_that_calls_back(BARE_KEYS)?;
    ensure!(bare == json!([]), "there is no text for {bare}");
    check_projector(&page)?;
    stage.picture("zh dark")?;
    page.resize(390, 844)?;
    fits_in_width(&page)?;
    stage.picture("zh 390")
}
