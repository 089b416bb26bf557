//! The flow that everything else stands on: log in once, look, log out, replay.

use anyhow::{Result, ensure};
use lab::Profile;

use super::jar;
use super::page::Column;
use super::stage::Stage;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];

/// One press logs in at all three servers, and each knows the visitor afterwards.
pub(crate) async fn log_in(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("").await?;
    page.choose("alice").await?;
    let columns = page.expect("login", ALLOWED).await?;
    for column in &columns {
        ensure!(
            column.user.as_deref() == Some("alice"),
            "{} shows {:?}",
            column.id,
            column.user
        );
        ensure!(column.stolen, "no copy was taken in {}", column.id);
        ensure!(!column.items.is_empty(), "{} left nothing", column.id);
    }
    page.expect("visit", ALLOWED).await?;
    page.expect("admin", ["DENIED"; 3]).await?;
    stage.picture("logged in").await
}

/// What the page says the browser holds is what the browser holds.
pub(crate) async fn the_jar(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("").await?;
    jar::compare(&page).await?;
    page.expect("login", ALLOWED).await?;
    jar::compare(&page).await?;
    page.expect("visit", ALLOWED).await?;
    jar::compare(&page).await?;
    page.expect("logout", ALLOWED).await?;
    page.until("nothing held", nothing_held).await?;
    jar::compare(&page).await?;
    // A login that outlives the browser has an expiry to compare.
    page.press_css("#remember").await?;
    page.expect("login", ALLOWED).await?;
    jar::compare(&page).await?;
    page.press("reset").await?;
    page.until("nothing held", nothing_held).await?;
    jar::compare(&page).await
}

fn nothing_held(columns: &[Column]) -> bool {
    columns.iter().all(|column| column.items.is_empty())
}

/// A thief's copy after the logout: dead where anything is looked up, alive where not.
pub(crate) async fn replay(stage: &Stage, profile: Profile) -> Result<()> {
    let page = stage.page("").await?;
    page.choose("alice").await?;
    page.expect("login", ALLOWED).await?;
    page.expect("replay", ALLOWED).await?;
    page.expect("logout", ALLOWED).await?;
    let words = match profile {
        Profile::Hardened => ["REVOKED"; 3],
        Profile::Stateless => ["STALE", "REVOKED", "STALE"],
    };
    page.expect("replay", words).await?;
    stage.picture("replayed").await?;
    // The owner is out in any case.
    page.expect("visit", ["DENIED"; 3]).await?;
    Ok(())
}

/// An admin who is one no more: what the credential says is believed until somebody looks.
pub(crate) async fn demote(stage: &Stage, profile: Profile) -> Result<()> {
    let page = stage.page("").await?;
    page.choose("root").await?;
    page.expect("login", ALLOWED).await?;
    page.expect("admin", ALLOWED).await?;
    page.press("roles").await?;
    let words = match profile {
        Profile::Hardened => ["DENIED"; 3],
        Profile::Stateless => ["STALE", "DENIED", "STALE"],
    };
    page.expect("admin", words).await?;
    stage.picture("demoted").await?;
    page.press("roles").await?;
    page.expect("admin", ALLOWED).await?;
    Ok(())
}

/// Reset leaves nothing: no login, no copy, no role changed, nothing on the wire.
pub(crate) async fn reset(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("").await?;
    page.choose("root").await?;
    page.expect("login", ALLOWED).await?;
    page.press("roles").await?;
    page.press("reset").await?;
    page.until("everything cleared", |columns| {
        columns.iter().all(|column| {
            column.user.is_none()
                && !column.stolen
                && column.items.is_empty()
                && column.word.is_empty()
                && column.exchanges == 0
        })
    })
    .await?;
    page.expect("login", ALLOWED).await?;
    page.expect("admin", ALLOWED).await?;
    Ok(())
}

/// The switch on the page turns the servers, and the verdicts with them.
pub(crate) async fn switch_profile(stage: &Stage, profile: Profile) -> Result<()> {
    let (to, words) = match profile {
        Profile::Hardened => ("stateless", ["STALE", "REVOKED", "STALE"]),
        Profile::Stateless => ("hardened", ["REVOKED"; 3]),
    };
    let page = stage.page("").await?;
    page.script(&format!(
        "document.querySelector('input[value={to}]').click()"
    ))
    .await?;
    page.wait_for(&format!(
        "return document.querySelector('input[value={to}]').checked"
    ))
    .await?;
    page.choose("alice").await?;
    page.expect("login", ALLOWED).await?;
    page.expect("logout", ALLOWED).await?;
    page.expect("replay", words).await?;
    Ok(())
}
