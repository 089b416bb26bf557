//! What goes wrong around the servers, switched on the page.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use lab::Profile;

use super::page::Page;
use super::stage::Stage;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];

fn line(page: &Page<'_>, state: &str) -> Result<()> {
    page.click(&format!("input[name=line][value={state}] + span"))?;
    page.wait_for(&format!(
        "return document.querySelector('lab-fault-bar').dataset.line === '{state}'"
    ))
}

fn fault(page: &Page<'_>, name: &str) -> Result<()> {
    page.click(&format!("[data-fault={name}]"))?;
    // The verdicts go with the situation that they were about.
    page.until("no verdict", |columns| {
        columns.iter().all(|column| column.word.is_empty())
    })?;
    Ok(())
}

/// Visits until it is so: each server mends its own line.
fn visits(page: &Page<'_>, words: [&str; 3]) -> Result<()> {
    let started = Instant::now();
    loop {
        page.press("visit")?;
        let columns = page.until("three visits", |columns| {
            columns.iter().all(|column| column.action == "visit")
        })?;
        if columns
            .iter()
            .zip(words)
            .all(|(one, word)| one.word == word)
        {
            return Ok(());
        }
        if started.elapsed() > Duration::from_secs(20) {
            bail!("expected {words:?}, and the page shows {columns:#?}");
        }
    }
}

pub(crate) fn faults(stage: &Stage, profile: Profile) -> Result<()> {
    let looked_up = |word| match profile {
        Profile::Hardened => [word; 3],
        Profile::Stateless => ["ALLOWED", word, "ALLOWED"],
    };
    let page = stage.page("")?;
    page.expect("login", ALLOWED)?;
    line(&page, "slow")?;
    visits(&page, ALLOWED)?;
    for state in ["hung", "cut"] {
        line(&page, state)?;
        visits(&page, looked_up("UNAVAILABLE"))?;
        stage.picture(state)?;
        line(&page, "well")?;
        visits(&page, ALLOWED)?;
    }
    fault(&page, "restart")?;
    visits(&page, ALLOWED)?;
    fault(&page, "flush")?;
    // The cookie needs nothing of the store but what has ended.
    let gone = match profile {
        Profile::Hardened => ["ALLOWED", "DENIED", "DENIED"],
        Profile::Stateless => ["ALLOWED", "DENIED", "ALLOWED"],
    };
    visits(&page, gone)?;
    page.expect("login", ALLOWED)?;
    fault(&page, "rekey")?;
    visits(&page, ["DENIED"; 3])?;
    // Reset mends the line, or nothing could be reset.
    line(&page, "cut")?;
    page.press("reset")?;
    page.wait_for("return document.querySelector('lab-fault-bar').dataset.line === 'well'")?;
    page.expect("login", ALLOWED)?;
    before_a_hall(stage, &page)
}

/// The same in presenter mode, where the button says what is broken while its panel is folded.
fn before_a_hall(stage: &Stage, page: &Page<'_>) -> Result<()> {
    page.show("present=session")?;
    for (state, said) in [("cut", "Redis is cut off"), ("well", "What goes wrong")] {
        page.click(".faults")?;
        line(page, state)?;
        page.wait_for(&format!(
            "return document.querySelector('.faults').textContent === '{said}'"
        ))?;
        stage.picture(&format!("presenting {state}"))?;
        page.key("\u{e00c}")?;
    }
    Ok(())
}
