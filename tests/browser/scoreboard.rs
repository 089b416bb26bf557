//! The scoreboard, and the report that takes it away.

use anyhow::{Context, Result, bail, ensure};
use lab::Profile;
use serde_json::json;

use super::page::Page;
use super::sequence::{fits, well_made};
use super::stage::Stage;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];

/// What stands large in a row, and where it is from.
fn row(name: &str) -> String {
    format!(
        "[...document.querySelectorAll('[data-row={name}] td')].map((cell) => [cell.dataset.source, cell.querySelector('.large').textContent])"
    )
}

fn sources(page: &Page<'_>, name: &str, expected: &str) -> Result<()> {
    let row = row(name);
    page.wait_for(&format!(
        "return {row}.length === 3 && {row}.every(([source]) => source === '{expected}')"
    ))
}

fn large(page: &Page<'_>, name: &str) -> Result<Vec<String>> {
    let cells = page
        .tab
        .script(&format!("return {}.map(([, text]) => text)", row(name)))?;
    Ok(serde_json::from_value(cells)?)
}

/// Nothing is claimed before it was seen: first nothing, then what was seen here, then a round.
pub(crate) fn scoreboard(stage: &Stage, profile: Profile) -> Result<()> {
    let page = stage.page("#scoreboard")?;
    sources(&page, "visit_us", "none")?;
    page.click("a[href='#state']")?;
    page.expect("login", ALLOWED)?;
    page.expect("visit", ALLOWED)?;
    page.click("a[href='#scoreboard']")?;
    sources(&page, "visit_us", "here")?;
    sources(&page, "demotion", "none")?;
    measure(&page)?;
    for name in ["visit_us", "login_bytes", "logout", "demotion", "flush"] {
        sources(&page, name, "round")?;
    }
    let never = |texts: &[String]| -> Vec<bool> {
        texts.iter().map(|text| text.starts_with("never")).collect()
    };
    let expected = match profile {
        Profile::Hardened => [false; 3],
        Profile::Stateless => [true, false, true],
    };
    for name in ["logout", "demotion"] {
        let texts = large(&page, name)?;
        ensure!(never(&texts) == expected, "{name}: {texts:?}");
    }
    ensure!(large(&page, "rekey")? == ["is lost"; 3]);
    ensure!(large(&page, "flush")?[1] == "is lost");
    well_made(&page)?;
    stage.picture("measured")?;
    // The visitor's own logins were not touched by that.
    page.click("a[href='#state']")?;
    page.expect("visit", ALLOWED)?;
    report(&page)?;
    // Reset forgets what was measured, also where the scoreboard is looked at meanwhile.
    page.click("a[href='#scoreboard']")?;
    sources(&page, "visit_us", "round")?;
    page.tab
        .script("document.querySelector('[data-action=reset]').click()")?;
    sources(&page, "visit_us", "none")
}

/// Rounds go one after the other; another trial of this process may have the turn.
fn measure(page: &Page<'_>) -> Result<()> {
    for _ in 0..5 {
        page.click("lab-scoreboard .bar .all")?;
        page.wait_for(
            "return document.querySelector('lab-scoreboard .bar .all').ariaDisabled === 'false'",
        )?;
        let done = format!(
            "return {}.every(([source]) => source === 'round')",
            row("visit_us")
        );
        if page.tab.script(&done)? == json!(true) {
            return Ok(());
        }
    }
    bail!("no round came to an end")
}

/// The file has what was done, foretold and measured, and no credential.
fn report(page: &Page<'_>) -> Result<()> {
    page.tab.script("const make = URL.createObjectURL; URL.createObjectURL = (file) => { file.text().then((text) => { window.saved = text; }); return make(file); };")?;
    page.click("lab-steps .report")?;
    page.wait_for("return typeof window.saved === 'string'")?;
    let saved = page.tab.script("return window.saved")?;
    let text = saved.as_str().context("no text")?;
    for part in [
        "# Lab report",
        "| 2. Visit /me | ALLOWED | ALLOWED | ALLOWED |",
        "n = 60",
        "> GET /me HTTP/1.1",
    ] {
        ensure!(text.contains(part), "{part} is missing in {text}");
    }
    let columns = page.columns()?;
    let secrets = columns.iter().flat_map(|column| &column.items);
    for secret in secrets.filter(|item| item.value.len() > 30) {
        ensure!(
            !text.contains(&secret.value),
            "{} is in the report",
            secret.name
        );
    }
    Ok(())
}

/// In each language and theme, on a projector and on a phone.
pub(crate) fn looks(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.expect("login", ALLOWED)?;
    page.expect("visit", ALLOWED)?;
    for (lang, theme) in [("en", "light"), ("zh", "dark")] {
        page.resize(1280, 720)?;
        page.show(&format!("lang={lang}&theme={theme}#scoreboard"))?;
        sources(&page, "visit_us", "here")?;
        let rows = page
            .tab
            .script("return document.querySelectorAll('lab-scoreboard .caveat').length")?;
        ensure!(rows == json!(15), "{rows} caveats");
        well_made(&page)?;
        stage.picture(&format!("{lang} {theme}"))?;
        page.resize(390, 844)?;
        fits(&page)?;
        stage.picture(&format!("{lang} 390"))?;
    }
    Ok(())
}
