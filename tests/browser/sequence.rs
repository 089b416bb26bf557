//! The sequence of the last step, and Back to an earlier one.

use anyhow::{Result, ensure};
use lab::Profile;
use serde_json::json;

use super::looks::{BARE_KEYS, check_projector};
use super::page::Page;
use super::stage::Stage;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];

/// The kinds of the hops that each column shows, and whether its store stands apart.
const HOPS: &str = "[...document.querySelectorAll('lab-sequence .panel')].map((panel) => [
  [...panel.querySelectorAll('.hops > li')].map((hop) => hop.dataset.kind).join(' '),
  panel.querySelectorAll('.drawing .hop').length,
  panel.querySelector('.lane.absent') !== null,
])";

/// An arrow for each hop that the taps saw, and no arrow where nothing went.
pub(crate) fn sequence(stage: &Stage, profile: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.expect("login", ALLOWED)?;
    page.click("a[href='#sequence']")?;
    page.expect("visit", ALLOWED)?;
    let asked = json!(["request command reply answer", 4, false]);
    let not_asked = json!(["request answer", 2, true]);
    let expected = match profile {
        Profile::Hardened => json!([asked, asked, asked]),
        Profile::Stateless => json!([not_asked, asked, not_asked]),
    };
    page.wait_for(&format!(
        "return JSON.stringify({HOPS}) === '{expected}' || 'no: ' + JSON.stringify({HOPS})"
    ))?;
    // A click on an arrow opens its bytes in the list.
    page.tab.script("document.querySelector('[data-column=session] .hop.of-command .target').dispatchEvent(new MouseEvent('click', { bubbles: true }))")?;
    page.wait_for("return document.querySelector('[data-column=session] li[data-kind=command] details[open] .raw')?.textContent.includes('session:') === true")?;
    let mermaid = page.tab.script_that_calls_back("const done = arguments[arguments.length - 1]; fetch(document.querySelector('[data-column=session] a.save').href).then((answer) => answer.text()).then(done, (error) => done(String(error)))")?;
    let text = mermaid.as_str().unwrap_or_default();
    ensure!(
        text.starts_with("sequenceDiagram") && text.matches("->>").count() == 4,
        "the diagram is {text}"
    );
    stage.picture("visit")?;
    // What an administrator does behind the servers' backs goes over no wire.
    page.press("roles")?;
    page.wait_for("return document.querySelectorAll('lab-sequence .panel .empty').length === 3")?;
    Ok(())
}

/// Back shows what was, sends nothing, and says so; whatever is done next is done live.
pub(crate) fn back(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.choose("alice")?;
    page.expect("login", ALLOWED)?;
    page.expect("visit", ALLOWED)?;
    differences(&page)?;
    page.expect("logout", ALLOWED)?;
    let exchanges = page.columns()?.iter().map(|column| column.exchanges).max();
    page.key("\u{e012}")?;
    page.verdicts("visit", ALLOWED)?;
    page.wait_for("return document.querySelector('lab-page').hasAttribute('data-past') && document.querySelector('.chip.in') !== null")?;
    let said = page
        .tab
        .script("return document.querySelector('lab-steps .where').textContent")?;
    ensure!(
        said == json!("Viewing 2, Visit /me; live is 3"),
        "the banner says {said}"
    );
    stage.picture("past")?;
    page.key("\u{e012}")?;
    page.verdicts("login", ALLOWED)?;
    for _ in 0..2 {
        page.key("\u{e014}")?;
    }
    let live = page.verdicts("logout", ALLOWED)?;
    ensure!(
        live.iter().map(|column| column.exchanges).max() == exchanges,
        "something was sent"
    );
    // From an earlier step, an action goes back to what is: nobody is logged in there.
    page.click("lab-steps [aria-keyshortcuts=ArrowLeft]")?;
    page.wait_for("return document.querySelector('lab-page').hasAttribute('data-past')")?;
    page.expect("visit", ["DENIED"; 3])?;
    page.wait_for("return !document.querySelector('lab-page').hasAttribute('data-past')")
}

/// The same request three times: what differs is the credential, and what carries it.
fn differences(page: &Page<'_>) -> Result<()> {
    let marked = "[...document.querySelectorAll('lab-wire')].map((card) => [...card.querySelectorAll('.exchange:first-child .leg:first-of-type .differs')].map((line) => line.querySelector('.differ').textContent + ' ' + line.querySelector('.raw').textContent.split(':')[0].toLowerCase()).join())";
    let expected = json!([
        "differs cookie",
        "differs cookie",
        "only here authorization"
    ]);
    page.wait_for(&format!(
        "return JSON.stringify({marked}) === '{expected}' || JSON.stringify({marked})"
    ))
}

/// A laptop has room for the sequence beside the columns: in a drawer that stays as it was left.
pub(crate) fn drawer(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    let drawings = |count: usize| {
        format!(
            "const shown = [...document.querySelectorAll('lab-sequence .drawing')].filter((one) => one.checkVisibility());
             return shown.length === {count} || shown.length"
        )
    };
    page.expect("login", ALLOWED)?;
    page.expect("visit", ALLOWED)?;
    page.wait_for(&drawings(0))?;
    page.resize(1440, 900)?;
    page.wait_for(&drawings(3))?;
    for (lang, theme) in [("en", "light"), ("zh", "dark")] {
        page.show(&format!("lang={lang}&theme={theme}"))?;
        page.expect("visit", ALLOWED)?;
        page.wait_for(&drawings(3))?;
        well_made(&page)?;
        legible(&page)?;
        stage.picture(&format!("{lang} {theme}"))?;
    }
    // An arrow leads to its bytes; an earlier step has its own arrows.
    page.tab.script("document.querySelector('[data-column=session] .hop.of-command .target').dispatchEvent(new MouseEvent('click', { bubbles: true }))")?;
    page.wait_for("return document.querySelector('lab-sequence [data-column=session] li[data-kind=command] details[open] .raw')?.checkVisibility() === true")?;
    let first = "document.querySelector('lab-sequence .hop .what').textContent";
    page.expect("logout", ALLOWED)?;
    page.wait_for(&format!("return {first} === 'POST /logout'"))?;
    page.key("\u{e012}")?;
    page.wait_for(&format!("return {first} === 'GET /me'"))?;
    page.key("\u{e014}")?;
    // Closed by keyboard, it stays closed when the page is loaded anew; and it opens again.
    let button = page.tab.find("button.drawer")?;
    page.tab.type_into(&button, "\u{e007}")?;
    page.wait_for(&drawings(0))?;
    page.show("")?;
    page.wait_for("return document.querySelector('button.drawer').ariaExpanded === 'false'")?;
    page.wait_for(&drawings(0))?;
    page.click("button.drawer")?;
    page.wait_for("return document.querySelector('button.drawer').ariaExpanded === 'true'")?;
    page.expect("visit", ["DENIED"; 3])?;
    page.wait_for(&drawings(3))?;
    // It is of State, and of a window that has room for it.
    page.show("present=jwt")?;
    page.wait_for("return document.documentElement.hasAttribute('data-present')")?;
    page.wait_for(&drawings(0))?;
    page.resize(1280, 720)?;
    page.show("")?;
    page.wait_for(&drawings(0))?;
    page.wait_for("return !document.querySelector('button.drawer').checkVisibility()")?;
    well_made(&page)
}

/// In each language and theme, on a projector and on a phone.
pub(crate) fn looks(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    for (lang, theme) in [("en", "light"), ("zh", "dark")] {
        page.resize(1280, 720)?;
        page.show(&format!("lang={lang}&theme={theme}#sequence"))?;
        page.expect("login", ALLOWED)?;
        page.wait_for("return document.querySelectorAll('lab-sequence .drawing').length === 3")?;
        well_made(&page)?;
        legible(&page)?;
        stage.picture(&format!("{lang} {theme}"))?;
        page.click("lab-steps [aria-keyshortcuts=ArrowLeft]")?;
        well_made(&page)?;
        stage.picture(&format!("{lang} {theme} past"))?;
        page.click("lab-steps .to-live")?;
        page.resize(390, 844)?;
        fits(&page)?;
        // It is drawn anew a frame after the window has changed.
        page.wait_for("const { width } = document.querySelector('.place').getBoundingClientRect(); return Math.abs(width - document.querySelector('svg.drawing').viewBox.baseVal.width) < 2")?;
        legible(&page)?;
        stage.picture(&format!("{lang} 390"))?;
    }
    Ok(())
}

/// Letters that can be read, in pixels on the screen, and none of them on a lane.
fn legible(page: &Page<'_>) -> Result<()> {
    let bad = page.tab.script("
      return [...document.querySelectorAll('lab-sequence svg.drawing')].filter((one) => one.checkVisibility()).flatMap((drawing) => {
        const scale = drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
        const lanes = [...drawing.querySelectorAll('.lane path')].map((lane) => lane.getBoundingClientRect().left);
        const small = [...drawing.querySelectorAll('text')].filter((text) => parseFloat(getComputedStyle(text).fontSize) * scale < 12);
        const across = [...drawing.querySelectorAll('.hop text')].filter((text) => {
          const { left, right } = text.getBoundingClientRect();
          return lanes.some((lane) => left < lane + 1 && right > lane - 1);
        });
        return [...small, ...across].map((text) => text.textContent);
      });")?;
    ensure!(bad == json!([]), "too small, or on a lane: {bad}");
    Ok(())
}

pub(super) fn well_made(page: &Page<'_>) -> Result<()> {
    check_projector(page)?;
    let bare = page.tab.script_that_calls_back(BARE_KEYS)?;
    ensure!(bare == json!([]), "there is no text for {bare}");
    Ok(())
}

pub(super) fn fits(page: &Page<'_>) -> Result<()> {
    let wide = page
        .tab
        .script("return [document.documentElement.scrollWidth, innerWidth]")?;
    // A page that is too wide is shown smaller, and the window counts as larger then.
    ensure!(
        wide == json!([390, 390]),
        "the phone's page is {wide} px wide"
    );
    Ok(())
}
