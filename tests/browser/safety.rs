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

/// A page of another site, open in the same browser, asks for the stream in each way that it
/// has. A window of its own is the one that would keep one: a browser ends the others itself.
pub(crate) fn another_site_takes_no_stream(stage: &Stage, _: Profile) -> Result<()> {
    let take = format!(
        "const done = arguments[arguments.length - 1], places = Array.from({{ length: 8 }});
        const address = '{}/__lab/events';
        const windows = places.map(() => open(address));
        const streams = places.map(() => new EventSource(address));
        const images = places.map(() => Object.assign(new Image(), {{ src: address }}));
        const ends = (one) => new Promise((end) => one.addEventListener('error', end));
        const arrives = async (one) => {{
          try {{ while (one.location.href) await new Promise((next) => setTimeout(next, 20)); }} catch {{ }}
        }};
        const patience = new Promise((end) => setTimeout(end, 5000));
        Promise.race([Promise.all([...[...streams, ...images].map(ends), ...windows.map(arrives)]), patience])
          .then(() => done([windows.includes(null), ...streams.map((one) => one.readyState)]));",
        stage.origin
    );
    let page = stage.page("")?;
    for host in ["evil.localhost", "evil.lab.localhost"] {
        let address = stage.origin.replace("lab.localhost", host);
        // A file of the attacker's: a page of his needs an attempt, and its policy forbids this.
        page.tab.go_to(&format!("{address}/icon.svg"))?;
        let states = page.tab.script_that_calls_back(&take)?;
        let open = json!([false, 2, 2, 2, 2, 2, 2, 2, 2]);
        ensure!(states == open, "{host}: {states}");
        page.tab
            .script(&format!("location.href = '{}/?lang=en'", stage.origin))?;
        page.wait_for("return document.querySelectorAll('lab-column').length === 3")?;
    }
    page.expect("login", ALLOWED)?;
    // The browser complains that the attacker was not let in.
    watch::overlook(page.tab)
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
