//! The attacks: tried from the page, with their evidence.

use anyhow::{Result, ensure};
use lab::Profile;
use serde_json::json;

use super::looks::{BARE_KEYS, check_projector};
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
    page.wait_for("return document.querySelector('.chip.in')?.checkVisibility() === true")
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
        stage.picture(&format!("{lang} {theme}"))?;
        for width in [390, 320] {
            page.resize(width, 844)?;
            let wide = page
                .tab
                .script("return document.documentElement.scrollWidth - document.documentElement.clientWidth")?;
            ensure!(wide == json!(0), "the phone's page is {wide} px too wide");
            stage.picture(&format!("{lang} {width}"))?;
        }
    }
    Ok(())
}
