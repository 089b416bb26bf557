//! Each step has what was done in it: what an attacker's page or somebody else does is another.

use anyhow::{Context, Result, ensure};
use lab::Profile;
use serde_json::json;

use super::looks::check_projector;
use super::page::Page;
use super::stage::Stage;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];
const DENIED: [&str; 3] = ["DENIED"; 3];

/// As another tab does it, or a terminal: not by this page's buttons.
const RESET: &str = "fetch('/__lab/control', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Lab-Token': document.querySelector('meta[name=lab-token]').content }, body: JSON.stringify({ action: 'reset' }) }); return true";

pub(crate) fn own(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("cookie=bogus&foo=1")?;
    page.expect("login", ALLOWED)?;
    page.expect("admin", DENIED)?;

    page.click("a[href='#attacks']")?;
    page.click("[data-attack=link-elsewhere] [data-column=session] .outcome")?;
    page.wait_for("return document.querySelector('[data-attack=link-elsewhere] [data-column=session] [lang]')?.textContent === 'ALLOWED'")?;
    page.click("a[href='#state']")?;
    stands(&page, "Step 3: Another site links to a page")?;
    // A long name costs the columns no line.
    check_projector(&page)?;
    let height = page
        .tab
        .script("return document.querySelector('.around').clientHeight < 40")?;
    ensure!(height == json!(true), "two lines of steps");
    stage.picture("lured")?;
    let rows = [
        "| 0. As this page found it |  |  |  |",
        "| 2. Open /admin | DENIED | DENIED | DENIED |",
        "| 3. Another site links to a page |  | ALLOWED |  |",
    ];
    reports(&page, &rows)?;

    // Nobody in this tab sends it.
    let frame = page.tab.find("iframe[title=cookie]")?;
    page.tab
        .script_in_frame(&frame, "fetch('/me'); return true")?;
    stands(&page, "Step 4: Done elsewhere")?;
    page.tab.script(RESET)?;
    stands(&page, "Step 5: Reset elsewhere")?;
    page.wait_for(
        "return document.querySelector('lab-top-bar').textContent.includes('Everything is as at the start')",
    )?;
    reports(&page, &rows)?;
    stage.picture("reset elsewhere")?;

    // A Reset of its own is where the history begins, and what one has typed is gone.
    let password = page.tab.find("#password")?;
    page.tab.clear(&password)?;
    page.tab.type_into(&password, "wrong")?;
    page.click("label.check:has(#remember)")?;
    page.press("reset")?;
    stands(&page, "Step 0: Reset")?;
    page.expect("login", ALLOWED)?;
    let form = page.tab.script("return [document.querySelector('#password').value, document.querySelector('#remember').checked]")?;
    ensure!(form == json!(["wonderland", false]), "the form has {form}");
    reports(&page, &["| 0. Reset |  |  |  |"])?;

    // A page that is loaded anew has found what there is, and marks it on the wire.
    page.expect("logout", ALLOWED)?;
    page.show("")?;
    stands(&page, "Step 0: As this page found it")?;
    reports(
        &page,
        &["| 0. As this page found it | ALLOWED | ALLOWED | ALLOWED |"],
    )?;
    page.wait_for("return [...document.querySelectorAll('lab-wire')].every((card) => card.querySelector('mark') !== null)")
}

/// Where one is.
fn stands(page: &Page<'_>, at: &str) -> Result<()> {
    let at = json!(at);
    page.wait_for(&format!(
        "return document.querySelector('lab-steps .where').textContent === {at}"
    ))
}

/// The saved report has these rows.
fn reports(page: &Page<'_>, rows: &[&str]) -> Result<()> {
    page.tab.script("window.saved = null; window.make ??= URL.createObjectURL.bind(URL); URL.createObjectURL = (file) => { file.text().then((text) => { window.saved = text; }); return window.make(file); };")?;
    page.click("lab-steps .report")?;
    page.wait_for("return typeof window.saved === 'string'")?;
    let saved = page.tab.script("return window.saved")?;
    let text = saved.as_str().context("no text")?;
    for row in rows {
        ensure!(text.contains(row), "{row} is missing in {text}");
    }
    Ok(())
}
