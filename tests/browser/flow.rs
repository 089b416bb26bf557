//! The flow that everything else stands on: log in once, look, log out, replay.

use anyhow::{Result, ensure};
use lab::Profile;
use serde_json::json;

use super::jar;
use super::page::Column;
use super::stage::Stage;
use super::watch;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];

/// The newest exchange of each column, as HAR without and with credentials: is the credential
/// that the page shows only in the second?
const SAVED: &str = r#"
const done = arguments[arguments.length - 1];
const text = async (link) => {
  const answer = await fetch(link.href);
  return [answer.status, await answer.text()];
};
Promise.all([...document.querySelectorAll("lab-column")].map(async (column) => {
  const [masked, shown] = [...column.querySelectorAll("li.exchange")[0].querySelectorAll(".exports a")].slice(-2);
  const secret = column.querySelector("lab-browser li.item .raw").textContent;
  const [status, whole] = await text(shown);
  return [status, whole.includes(secret), (await text(masked))[1].includes(secret)];
})).then(done, (error) => done(String(error)));"#;

/// One press logs in at all three servers, and each knows the visitor afterwards.
pub(crate) fn log_in(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.choose("alice")?;
    page.expect("login", ALLOWED)?;
    page.until("alice, a copy and something held in each", |columns| {
        columns.iter().all(|column| {
            column.user.as_deref() == Some("alice") && column.stolen && !column.items.is_empty()
        })
    })?;
    page.expect("visit", ALLOWED)?;
    page.expect("admin", ["DENIED"; 3])?;
    let saved = page.tab.script_that_calls_back(SAVED)?;
    let well = json!([200, true, false]);
    ensure!(saved == json!([well, well, well]), "exports: {saved}");
    stage.picture("logged in")
}

/// What the page says the browser holds is what the browser holds.
pub(crate) fn the_jar(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    jar::compare(&page)?;
    page.expect("login", ALLOWED)?;
    jar::compare(&page)?;
    page.expect("visit", ALLOWED)?;
    jar::compare(&page)?;
    page.expect("logout", ALLOWED)?;
    page.until("nothing held", nothing_held)?;
    jar::compare(&page)?;
    // A login that outlives the browser has an expiry to compare.
    page.click("#remember")?;
    page.expect("login", ALLOWED)?;
    jar::compare(&page)?;
    page.press("reset")?;
    page.until("nothing held", nothing_held)?;
    jar::compare(&page)
}

fn nothing_held(columns: &[Column]) -> bool {
    columns.iter().all(|column| column.items.is_empty())
}

/// A thief's copy after the logout: dead where anything is looked up, alive where not.
pub(crate) fn replay(stage: &Stage, profile: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.choose("alice")?;
    page.expect("login", ALLOWED)?;
    page.expect("replay", ALLOWED)?;
    page.expect("logout", ALLOWED)?;
    let words = match profile {
        Profile::Hardened => ["REVOKED"; 3],
        Profile::Stateless => ["STALE", "REVOKED", "STALE"],
    };
    page.expect("replay", words)?;
    stage.picture("replayed")?;
    // The owner is out in any case.
    page.expect("visit", ["DENIED"; 3])?;
    Ok(())
}

/// An admin who is one no more: what the credential says is believed until somebody looks.
pub(crate) fn demote(stage: &Stage, profile: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.choose("root")?;
    page.expect("login", ALLOWED)?;
    page.expect("admin", ALLOWED)?;
    page.press("roles")?;
    let words = match profile {
        Profile::Hardened => ["DENIED"; 3],
        Profile::Stateless => ["STALE", "DENIED", "STALE"],
    };
    page.expect("admin", words)?;
    stage.picture("demoted")?;
    page.press("roles")?;
    page.expect("admin", ALLOWED)?;
    Ok(())
}

/// Reset leaves nothing: no login, no copy, no role changed, nothing on the wire.
pub(crate) fn reset(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.choose("root")?;
    page.expect("login", ALLOWED)?;
    page.press("roles")?;
    page.press("reset")?;
    page.until("everything cleared", |columns| {
        columns.iter().all(|column| {
            column.user.is_none()
                && !column.stolen
                && column.items.is_empty()
                && column.word.is_empty()
                && column.exchanges == 0
        })
    })?;
    page.expect("login", ALLOWED)?;
    page.expect("admin", ALLOWED)?;
    Ok(())
}

/// The switch on the page turns the servers, and the verdicts with them.
pub(crate) fn switch_profile(stage: &Stage, profile: Profile) -> Result<()> {
    let (to, words) = match profile {
        Profile::Hardened => ("stateless", ["STALE", "REVOKED", "STALE"]),
        Profile::Stateless => ("hardened", ["REVOKED"; 3]),
    };
    let page = stage.page("")?;
    page.tab.script(&format!(
        "document.querySelector('input[value={to}]').click()"
    ))?;
    page.wait_for(&format!(
        "return document.querySelector('input[value={to}]').checked"
    ))?;
    page.choose("bob")?;
    page.expect("login", ALLOWED)?;
    page.expect("logout", ALLOWED)?;
    page.expect("replay", words)?;
    // Reset says what stays.
    page.press("reset")?;
    page.wait_for(&format!(
        "return document.querySelector('.notice').textContent.endsWith('the profile stays {to}.')"
    ))
}

/// While one action is under way nothing can be pressed: the columns are in lockstep.
pub(crate) fn one_at_a_time(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.choose("root")?;
    let before = page.expect("login", ALLOWED)?;
    let busy = page.tab.script(
        "const buttons = [...document.querySelectorAll('[data-action]')];
         buttons[1].click(); buttons[1].click(); buttons[4].click();
         return buttons.every((button) => button.ariaDisabled === 'true')",
    )?;
    ensure!(busy == json!(true), "a button can be pressed meanwhile");
    page.idle()?;
    let after = page.expect("admin", ALLOWED)?;
    for (before, after) in before.iter().zip(&after) {
        ensure!(
            after.exchanges == before.exchanges + 2,
            "{} did more than one visit",
            after.id
        );
    }
    Ok(())
}

/// The page says that the lab is gone, finds the next one by itself, and obeys it.
pub(crate) fn restart(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.expect("login", ALLOWED)?;
    stage.restart(|| {
        page.wait_for("return document.querySelector('.notice').classList.contains('trouble')")
    })?;
    page.until("a page that knows nothing yet", |columns| {
        columns.len() == 3 && columns.iter().all(|column| column.word.is_empty())
    })?;
    // The browser still has its cookies, and has sent them with the frames.
    page.until("the cookies from before", |columns| {
        columns.len() == 3
            && columns[..2]
                .iter()
                .all(|column| column.items.iter().any(|item| item.kind == "cookie"))
    })?;
    page.expect("visit", ["DENIED"; 3])?;
    page.choose("root")?;
    page.expect("login", ALLOWED)?;
    // An order needs the token of the new start.
    page.press("roles")?;
    page.expect("admin", ["DENIED"; 3])?;
    // While the lab was gone the console had much to say.
    watch::overlook(page.tab)
}
