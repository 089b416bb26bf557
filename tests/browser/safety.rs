//! The page among strangers: what it shows stays text, whom it obeys, and that the checks at the
//! end of every trial can fail.

use anyhow::{Result, ensure};
use fantoccini::Locator;
use lab::Profile;
use serde_json::json;

use super::stage::Stage;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];

/// What somebody sends stands on the wire's card as they sent it, and does nothing.
pub(crate) async fn text_stays_text(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("").await?;
    let hostile = "<img src=x onerror=console.error(1)><b id=planted>";
    let password = stage.chrome.tab.find(Locator::Id("password")).await?;
    password.clear().await?;
    password.send_keys(hostile).await?;
    page.expect("login", ["DENIED"; 3]).await?;
    let seen = page
        .script("return [document.querySelectorAll('img, #planted').length, [...document.querySelectorAll('.payload')].some((one) => one.textContent.includes('<b id=planted>'))]")
        .await?;
    ensure!(seen == json!([0, true]), "markup and text: {seen}");
    Ok(())
}

/// A column's iframe does what the page says and nobody else, be they on a host next door.
pub(crate) async fn a_column_obeys_the_page_alone(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("").await?;
    let before = page.expect("login", ALLOWED).await?;
    let jwt = stage
        .chrome
        .tab
        .find(Locator::Css("iframe[title=jwt]"))
        .await?;
    jwt.enter_frame().await?;
    let sent = stage
        .chrome
        .tab
        .execute(
            "for (const frame of [parent.frames[0], parent.frames[1]]) frame.postMessage({ id: 1, do: 'logout' }, '*'); return true",
            Vec::new(),
        )
        .await;
    stage.chrome.tab.enter_parent_frame().await?;
    ensure!(sent? == json!(true), "the message was not sent");
    let after = page.expect("visit", ALLOWED).await?;
    for (before, after) in before.iter().zip(&after) {
        ensure!(
            after.exchanges == before.exchanges + 1,
            "{} did something for a stranger",
            after.id
        );
    }
    Ok(())
}

/// The checks that every trial ends with do see what they are there for.
pub(crate) async fn the_checks_bite(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("").await?;
    stage.check().await?;
    page.script("console.error('on purpose')").await?;
    ensure!(
        stage.check().await.is_err(),
        "an error in the console was not seen"
    );
    // Ends in an error page: the browser knows no such name.
    let _ = stage.chrome.tab.goto("http://statelab.example/").await;
    ensure!(
        stage.check().await.is_err(),
        "a request for elsewhere was not seen"
    );
    Ok(())
}
