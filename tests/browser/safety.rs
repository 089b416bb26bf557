//! The page among strangers: what it shows stays text, whom it obeys, and that the checks at the
//! end of every trial can fail.

use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use lab::Profile;
use serde_json::json;

use super::stage::Stage;
use super::watch;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];

/// What somebody sends stands on the wire's card as they sent it, and does nothing.
pub(crate) fn text_stays_text(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    let hostile = "<img src=x onerror=console.error(1)><b id=planted>";
    let password = page.tab.find("#password")?;
    page.tab.clear(&password)?;
    page.tab.type_into(&password, hostile)?;
    page.expect("login", ["DENIED"; 3])?;
    let seen = page.tab.script("return [document.querySelectorAll('img, #planted').length, [...document.querySelectorAll('.payload')].some((one) => one.textContent.includes('<b id=planted>'))]")?;
    ensure!(seen == json!([0, true]), "markup and text: {seen}");
    Ok(())
}

/// A column's iframe does what the page says and nobody else, be they on a host next door.
pub(crate) fn a_column_obeys_the_page_alone(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    let before = page.expect("login", ALLOWED)?;
    let jwt = page.tab.find("iframe[title=jwt]")?;
    let send = "for (const frame of [parent.frames[0], parent.frames[1]]) frame.postMessage({ id: 1, do: 'logout' }, '*'); return true";
    let sent = page.tab.script_in_frame(&jwt, send)?;
    ensure!(sent == json!(true), "the message was not sent");
    page.expect("visit", ALLOWED)?;
    // Time for what must not happen.
    thread::sleep(Duration::from_millis(500));
    let after = page.columns()?;
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
pub(crate) fn the_checks_bite(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    ensure!(
        !watch::requests(page.tab)?.is_empty(),
        "the page's own requests were not seen"
    );
    watch::check(page.tab)?;
    page.tab.script("console.error('on purpose')")?;
    ensure!(
        watch::check(page.tab).is_err(),
        "an error in the console was not seen"
    );
    // Ends in an error page: the browser knows no such name.
    let _ = page.tab.go_to("http://statelab.example/");
    ensure!(
        watch::check(page.tab).is_err(),
        "a request for elsewhere was not seen"
    );
    watch::overlook(page.tab)
}
