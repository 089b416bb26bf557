//! The flow that everything else stands on: log in once, look, log out, replay.

use anyhow::Result;
use lab::Profile;

use super::jar;
use super::page::Column;
use super::stage::Stage;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];

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
    page.choose("alice")?;
    page.expect("login", ALLOWED)?;
    page.expect("logout", ALLOWED)?;
    page.expect("replay", words)?;
    Ok(())
}
