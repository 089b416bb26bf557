//! The attacks: tried from the page, with their evidence.

use anyhow::{Context, Result, bail, ensure};
use lab::Profile;
use serde_json::json;

use super::looks::{BARE_KEYS, check_projector, fits_in_width};
use super::page::Page;
use super::stage::Stage;

/// The words in the row of an attack.
fn words(name: &str) -> String {
    format!(
        "return [...document.querySelectorAll('[data-attack={name}] td')].map((cell) => cell.querySelector('.outcome [lang]')?.textContent ?? '')"
    )
}

fn becomes(page: &Page<'_>, name: &str, expected: [&str; 3]) -> Result<()> {
    let expected = json!(expected);
    page.wait_for(&format!(
        "const words = (() => {{ {} }})(); return JSON.stringify(words) === '{expected}'",
        words(name)
    ))
}

fn try_row(page: &Page<'_>, name: &str, expected: [&str; 3]) -> Result<()> {
    page.click(&format!("[data-attack={name}] .try"))?;
    becomes(page, name, expected)
}

/// Each profile has its own outcomes, and a cell shows how it was tried. What is on the other
/// view stays as it is.
pub(crate) fn attacks(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.expect("login", ["ALLOWED"; 3])?;
    page.click("a[href='#attacks']")?;
    page.wait_for("return document.querySelectorAll('[data-attack]').length > 15")?;
    try_row(&page, "replay", ["DENIED"; 3])?;
    try_row(&page, "alg-none", ["", "", "DENIED"])?;
    page.click("[data-attack=replay] [data-column=jwt] button")?;
    page.wait_for("return document.querySelector('.evidence')?.innerText.includes('D04')")?;
    let shown = page.tab.script("return [document.querySelectorAll('.trail li').length > 2, document.querySelector('.trail').textContent.includes('POST /login'), document.querySelector('.trail').textContent.includes('wonderland')]")?;
    ensure!(
        shown == json!([true, true, false]),
        "the evidence is {shown}"
    );
    check_projector(&page)?;
    stage.picture("hardened")?;

    // The other profile has other outcomes: those from before are gone.
    page.click("input[value=stateless] + span")?;
    page.wait_for(&format!(
        "const words = (() => {{ {} }})(); return words.join('') === ''",
        words("replay")
    ))?;
    try_row(&page, "replay", ["ALLOWED", "DENIED", "ALLOWED"])?;
    stage.picture("stateless")?;
    page.click("a[href='#state']")?;
    page.wait_for("return document.querySelector('.chip.in')?.checkVisibility() === true")?;
    variants(stage, &page)?;
    stopped(&page)
}

/// The attacked server runs as its column does, the evidence has the switch that decides, and
/// what is known of the other columns stays.
fn variants(stage: &Stage, page: &Page<'_>) -> Result<()> {
    page.click("a[href='#attacks']")?;
    try_row(page, "edit", ["DENIED"; 3])?;
    page.wait_for("return document.querySelector('.again')?.textContent.includes('plain')")?;
    page.click(".again")?;
    becomes(page, "edit", ["FORGED", "DENIED", "DENIED"])?;
    let runs = "return ['thead', '[data-attack=edit]'].map((row) => document.querySelector(row + ' [data-column=cookie] .runs').textContent)";
    let runs = page.tab.script(runs)?;
    ensure!(
        runs == json!(["stateless, plain", "plain"]),
        "it ran as {runs}"
    );
    page.resize(390, 844)?;
    let wide = "return document.documentElement.scrollWidth - innerWidth";
    let wide = page.tab.script(wide)?;
    ensure!(wide == json!(0), "the phone's page is {wide} px too wide");
    stage.picture("plain 390")?;
    page.resize(1280, 720)?;
    check_projector(page)?;
    stage.picture("plain")?;
    page.click(".again")?;
    becomes(page, "edit", ["DENIED"; 3])?;
    // A token that no browser sends by itself is nothing that another site can use.
    try_row(page, "form", ["DENIED", "DENIED", ""])?;
    page.click("[data-attack=form] [data-column=jwt] button")?;
    page.wait_for(
        "return document.querySelector('.evidence').textContent.includes('no browser sends')",
    )
}

/// All at once says how many that are and how far it is, and can be stopped.
fn stopped(page: &Page<'_>) -> Result<()> {
    let cells = "document.querySelectorAll('tbody:not(.lures) .outcome').length";
    let named = "Number(document.querySelector('.bar .all').textContent.match(/[0-9]+/)[0])";
    let counts = page.tab.script(&format!("return [{cells}, {named}]"))?;
    ensure!(counts[0] == counts[1], "cells and label: {counts}");
    page.click(".bar .all")?;
    // How far it is counts what the button counts.
    let named = counts[1].as_u64().context("the button has no count")?;
    page.wait_for(&format!(
        "return /^[0-9]+ of {named}: /.test(document.querySelector('.bar [role=status]').textContent)"
    ))?;
    page.click(".bar .stop")?;
    page.wait_for("return document.querySelector('.bar lab-progress').hidden")?;
    // So does the sum, whose parts are the cells that say what came out.
    let sum = "return [document.querySelector('.bar .sum').textContent.match(/[0-9]+/g).map(Number), document.querySelectorAll('.outcome:has([lang=en], .idle)').length, document.querySelectorAll('.lures .outcome').length]";
    let sum = page.tab.script(sum)?;
    let parts: Vec<u64> = serde_json::from_value(sum[0].clone())?;
    let [run, lab, 0, lures, out @ ..] = parts.as_slice() else {
        bail!("the sum is {sum}");
    };
    ensure!(
        json!(run) == sum[1]
            && *lab == named
            && json!(lures) == sum[2]
            && out.iter().sum::<u64>() == *run,
        "of {named}, and the sum is {sum}"
    );
    let left = "return document.querySelectorAll('tbody:not(.lures) [data-tone=none]').length";
    let left = page.tab.script(left)?;
    ensure!(left.as_u64() > Some(20), "only {left} were left out");
    Ok(())
}

/// In each language and theme, on a projector and on a phone.
pub(crate) fn looks(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    for (lang, theme) in [("en", "light"), ("zh", "dark")] {
        page.resize(1280, 720)?;
        page.show(&format!("lang={lang}&theme={theme}#attacks"))?;
        page.wait_for("return document.querySelectorAll('[data-attack]').length > 15")?;
        try_row(&page, "edit", ["DENIED"; 3])?;
        page.click("[data-attack=edit] [data-column=cookie] button")?;
        page.wait_for("return document.querySelector('.trail') !== null")?;
        check_projector(&page)?;
        let bare = page.tab.script_that_calls_back(BARE_KEYS)?;
        ensure!(bare == json!([]), "{lang} has no text for {bare}");
        aligned(&page)?;
        stage.picture(&format!("{lang} {theme}"))?;
        for width in [390, 320] {
            page.resize(width, 844)?;
            fits_in_width(&page)?;
            stage.picture(&format!("{lang} {width}"))?;
        }
    }
    Ok(())
}

/// What stands over a column begins where its cells begin.
fn aligned(page: &Page<'_>) -> Result<()> {
    let apart = page.tab.script(
        "const range = document.createRange();
         const left = (node) => { range.selectNodeContents(node); return range.getBoundingClientRect().left; };
         const heads = [...document.querySelectorAll('.range thead th')].slice(0, 4).map(left);
         const cells = [...document.querySelectorAll('[data-attack=edit] button')].map(left);
         return [heads.length, heads.filter((at, index) => Math.abs(at - cells[index]) > 1).length]",
    )?;
    ensure!(apart == json!([4, 0]), "columns, out of line: {apart}");
    Ok(())
}
