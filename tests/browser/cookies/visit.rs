//! What a real browser says to a case.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::json;

use super::super::session::Session;
use super::case::{Ask, Case, How};
use super::echo::Echo;

/// Longer than a page takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) fn answer(case: &Case, echo: &Echo, tab: &Session) -> Result<Vec<u8>> {
    tab.clear_cookies()?;
    for ask in case.settings() {
        if ask.how == How::Script {
            let (url, _) = echo.expect(&ask.url, &[]);
            tab.go_to(&url)?;
            for line in &ask.lines {
                let line = json!(str::from_utf8(line)?);
                tab.script(&format!("document.cookie = {line}"))?;
            }
        } else {
            perform(&ask, echo, tab)?;
        }
    }
    let question = case.question();
    let heard = perform(&question, echo, tab)?;
    if question.how == How::Script {
        let said = tab.script("return document.cookie")?;
        return Ok(said.as_str().context("no text")?.as_bytes().to_vec());
    }
    Ok(heard)
}

/// Makes the request, waits until its answer has been taken in, and says what was sent along.
fn perform(ask: &Ask, echo: &Echo, tab: &Session) -> Result<Vec<u8>> {
    let (url, number) = echo.expect(&ask.url, &ask.lines);
    if let Some(from) = &ask.from {
        tab.go_to(&echo.address(from))?;
    }
    let target = json!(url);
    match ask.how {
        How::Typed | How::Script => tab.go_to(&url)?,
        How::Fetch => {
            tab.script_that_calls_back(&format!(
                "const done = arguments[arguments.length - 1];
                 fetch({target}, {{ mode: 'no-cors', credentials: 'include' }}).then(() => done(), (error) => done(String(error)))"
            ))?;
        }
        How::Frame => {
            tab.script_that_calls_back(&format!(
                "const done = arguments[arguments.length - 1];
                 const frame = document.createElement('iframe');
                 frame.onload = () => done();
                 frame.src = {target};
                 document.body.append(frame)"
            ))?;
        }
        How::Link => {
            tab.script(&format!(
                "const link = document.createElement('a');
                 link.href = {target};
                 document.body.append(link);
                 link.click()"
            ))?;
            arrive(tab, &url)?;
        }
        How::Post => {
            tab.script(&format!(
                "const form = document.createElement('form');
                 form.method = 'post';
                 form.action = {target};
                 document.body.append(form);
                 form.submit()"
            ))?;
            arrive(tab, &url)?;
        }
    }
    echo.heard(number)
}

/// Waits until the page that a link or form leads to is there.
fn arrive(tab: &Session, url: &str) -> Result<()> {
    let started = Instant::now();
    let script = "return document.readyState === 'complete' ? location.href : ''";
    // Between two pages a script has nowhere to run.
    while tab.script(script).ok().as_ref().and_then(|at| at.as_str()) != Some(url) {
        if started.elapsed() > PATIENCE {
            bail!("{url} is never there");
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}
