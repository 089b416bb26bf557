//! How the page looks and is used: languages, themes, sizes, keys.

use anyhow::{Result, bail, ensure};
use lab::Profile;
use serde_json::json;

use super::page::{Column, Page};
use super::stage::Stage;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];

/// Keys of the catalogue that stand on the page in place of their text.
pub(super) const BARE_KEYS: &str = r#"
const done = arguments[arguments.length - 1];
fetch("/i18n/en.json").then((answer) => answer.json()).then((texts) => {
  const shown = document.body.innerText + document.title
    + [...document.querySelectorAll("[title], [aria-label]")].map((one) => one.title + one.ariaLabel).join();
  done(Object.keys(texts).filter((key) => key.includes(".") && shown.includes(key)));
});"#;

/// Both languages and both themes show the whole flow, each in its own words and colours.
pub(crate) fn languages_and_themes(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.expect("login", ALLOWED)?;
    let mut seen = Vec::new();
    for (lang, tag) in [("en", "en"), ("zh", "zh-CN")] {
        for theme in ["light", "dark"] {
            page.show(&format!("lang={lang}&theme={theme}"))?;
            page.verdicts("login", ALLOWED)?;
            let said = page.tab.script("return [document.documentElement.lang, document.querySelector('[data-action=login]').innerText, getComputedStyle(document.body).backgroundColor]")?;
            ensure!(said[0] == tag, "the language is {said:?}");
            ensure!(!seen.contains(&said), "{lang} {theme} looks like another");
            seen.push(said);
            let bare = page.tab.script_that_calls_back(BARE_KEYS)?;
            ensure!(bare == json!([]), "{lang} has no text for {bare}");
            stage.picture(&format!("{lang} {theme}"))?;
        }
    }
    // The button on the page does the same without loading it anew.
    page.show("")?;
    page.click("button[data-language=zh]")?;
    page.wait_for("return document.documentElement.lang === 'zh-CN'")?;
    page.verdicts("login", ALLOWED)?;
    page.expect("visit", ALLOWED)?;
    Ok(())
}

/// On a projector nothing scrolls; on a phone nothing scrolls sideways, and all three verdicts
/// stay in sight.
pub(crate) fn sizes(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    for lang in ["en", "zh"] {
        page.resize(1280, 720)?;
        page.show(&format!("lang={lang}"))?;
        page.choose("root")?;
        page.expect("login", ALLOWED)?;
        page.expect("admin", ALLOWED)?;
        check_projector(&page)?;
        // With news on the page as well.
        for _ in ["demote", "promote"] {
            // The button says the other thing once the page has heard of it.
            let says = "document.querySelector('[data-action=roles] .text').textContent";
            let before = page.tab.script(&format!("return {says}"))?;
            page.press("roles")?;
            page.wait_for(&format!(
                "return {says} !== {before} && !document.querySelector('.notice').hidden"
            ))?;
            check_projector(&page)?;
        }
        page.expect("admin", ALLOWED)?;
        for width in [390, 320] {
            page.resize(width, 844)?;
            check_phone(&page)?;
            stage.picture(&format!("{lang} {width}"))?;
        }
    }
    Ok(())
}

/// The columns stand where they stood, whatever there is to say and whatever the step is called.
pub(crate) fn still(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    let top = "document.querySelector('.columns').getBoundingClientRect().top";
    for (width, height) in [(1280, 720), (1440, 900)] {
        page.resize(width, height)?;
        for lang in ["en", "zh"] {
            page.show(&format!("lang={lang}"))?;
            page.tab
                .script("document.querySelector('.notice:not([hidden]) .dismiss')?.click()")?;
            page.wait_for("return document.querySelector('.notice').hidden")?;
            let before = page.tab.script(&format!("return {top}"))?;
            // Without and, on a laptop, with the sequence beside the columns.
            let stands = |what: &str| -> Result<()> {
                let now = page.tab.script(&format!("return {top}"))?;
                ensure!(
                    now == before,
                    "{lang} {width}, {what}: from {before} to {now}"
                );
                let wide = page.tab.script("const wide = [...document.querySelectorAll('lab-top-bar, .around')].map((bar) => bar.scrollWidth - bar.clientWidth); return Math.max(...wide)")?;
                ensure!(
                    wide == json!(0),
                    "{lang} {width}, {what}: {wide} px too wide"
                );
                Ok(())
            };
            page.press("login")?;
            stands("a login")?;
            let notice = "document.querySelector('.notice:not([hidden])')?.textContent";
            for seconds in [300, 604_800] {
                let old = page.tab.script(&format!("return {notice} ?? null"))?;
                page.click(&format!("[data-ahead='{seconds}']"))?;
                page.wait_for(&format!("return ({notice} ?? {old}) !== {old}"))?;
                stands("a moved clock")?;
            }
            // What two lines cannot hold is a press away, and lies over the page.
            page.tab
                .script("document.querySelector('.notice [aria-expanded]').click()")?;
            page.wait_for("const said = document.querySelector('.said'); return said.scrollHeight <= said.clientHeight + 1")?;
            stands("all of the notice")?;
            stage.picture(&format!("{lang} {width}"))?;
            page.press("replay")?;
            let label = page.tab.script("const where = document.querySelector('lab-steps .where'); return where.title === where.textContent && where.title.length > 8")?;
            ensure!(label == json!(true), "the step's whole name is its title");
            stands("a long name")?;
            page.click("lab-steps [aria-keyshortcuts=ArrowLeft]")?;
            stands("an earlier step")?;
            page.click("lab-steps .to-live")?;
            page.press("roles")?;
            page.wait_for(&format!("return {notice} !== undefined"))?;
            stands("a change of roles")?;
        }
    }
    page.resize(1280, 720)?;
    page.show("cookie=bogus&jwt=eddsa&foo=1")?;
    page.wait_for("return document.querySelector('.notice').classList.contains('trouble')")?;
    let lines = page.tab.script("const said = document.querySelector('.said'); return Math.round(said.clientHeight / parseFloat(getComputedStyle(said).lineHeight))")?;
    ensure!(lines == json!(2), "the trouble takes {lines} lines");
    check_projector(&page)
}

pub(super) fn check_projector(page: &Page<'_>) -> Result<()> {
    // A page behind the attacker's has no frames, so nothing of it is laid out anew.
    page.tab.bring_to_front()?;
    let over = page.tab.script("const page = document.documentElement; return [page.scrollWidth - page.clientWidth, page.scrollHeight - innerHeight]")?;
    ensure!(over == json!([0, 0]), "1280 x 720 scrolls by {over}");
    // What is cut off makes nothing scroll.
    let cut = page.tab.script("return [...document.querySelectorAll('lab-column > *')].filter((part) => part.checkVisibility() && part.getBoundingClientRect().right > part.parentElement.getBoundingClientRect().right).map((part) => part.className || part.tagName)")?;
    ensure!(cut == json!([]), "wider than their column: {cut}");
    // What is laid out is painted a frame later.
    page.tab.script_that_calls_back(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true))); setTimeout(() => done(true), 3000)",
    )?;
    whole_lines(page)
}

/// Texts across the lower edge of what is painted of a card, and texts below it without a word
/// that there are more.
const SLICED: &str = r#"
const parts = [...document.querySelectorAll(".body, .strip")]
  .filter((part) => part.checkVisibility() && getComputedStyle(part).overflowY !== "visible");
return parts.flatMap((part) => {
  const left_out = /^inset\(\S+ \S+ (\S+)\)$/.exec(getComputedStyle(part).clipPath)?.[1] ?? "0";
  const edge = part.getBoundingClientRect().bottom - parseFloat(left_out);
  const says = part.parentElement.querySelector(":scope > .more")?.checkVisibility() ?? false;
  const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const found = [];
  while (texts.nextNode()) {
    const { data, parentElement: around } = texts.currentNode;
    // The lines that a fold leaves out have a place of their own.
    if (!around.checkVisibility({ contentVisibilityAuto: true }) || around.closest(".hidden, .clip > summary") !== null) continue;
    range.selectNodeContents(texts.currentNode);
    for (const { top, bottom, width } of range.getClientRects()) {
      if (width > 0 && top < edge - 1 && bottom > edge + 1) found.push(`sliced: ${data}`);
      if (width > 0 && bottom > edge + 1 && !says) found.push(`nothing says that there is: ${data}`);
    }
  }
  return found;
});"#;

/// A card ends with a whole line, and says so where there is more.
pub(super) fn whole_lines(page: &Page<'_>) -> Result<()> {
    let none = format!("return (() => {{ {SLICED} }})().length === 0");
    page.wait_for(&none)
        .or_else(|_| bail!("{}", page.tab.script(SLICED)?))
}

/// Nothing scrolls sideways.
pub(super) fn fits_in_width(page: &Page<'_>) -> Result<()> {
    let wide = page.tab.script(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth",
    )?;
    ensure!(wide == json!(0), "the phone's page is {wide} px too wide");
    Ok(())
}

fn check_phone(page: &Page<'_>) -> Result<()> {
    page.wait_for("return document.querySelectorAll('lab-column:not([hidden])').length === 1")?;
    fits_in_width(page)?;
    let verdicts = page.tab.script("return [...document.querySelectorAll('[role=tab]')].filter((tab) => tab.checkVisibility()).map((tab) => tab.querySelector('.word').textContent)")?;
    ensure!(verdicts == json!(ALLOWED), "the tabs show {verdicts}");
    for id in ["session", "jwt", "cookie"] {
        page.click(&format!("#tab-{id}"))?;
        page.wait_for(&format!(
            "return document.querySelector('#column-{id}').checkVisibility()"
        ))?;
    }
    Ok(())
}

/// The whole flow by keyboard alone: 1 to 7, and not while somebody types.
pub(crate) fn keys(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.choose("root")?;
    page.key("1")?;
    page.verdicts("login", ALLOWED)?;
    page.key("2")?;
    page.verdicts("visit", ALLOWED)?;
    // 5 would log out.
    page.tab.type_into(&page.tab.find("#password")?, "5")?;
    page.click("[data-toggle=shortcuts]")?;
    page.key("5")?;
    page.click("[data-toggle=shortcuts]")?;
    page.expect("admin", ALLOWED)?;
    page.key("5")?;
    page.verdicts("logout", ALLOWED)?;
    page.key("6")?;
    page.verdicts("replay", ["REVOKED"; 3])?;
    let reset = |columns: &[Column]| columns.iter().all(|column| column.word.is_empty());
    page.key("7")?;
    page.until("no verdict", reset)?;
    // Her password comes with her, whatever was typed there before.
    page.choose("alice")?;
    page.key("1")?;
    page.verdicts("login", ALLOWED)?;
    // The list of them lies over the page, and takes them all.
    let open = |is: bool| format!("return document.querySelector('dialog.key-list').open === {is}");
    page.key("?")?;
    page.wait_for(&open(true))?;
    page.tab
        .type_into(&page.tab.find("dialog.key-list")?, "7")?;
    page.tab
        .type_into(&page.tab.find("dialog.key-list button")?, "\u{e00c}")?;
    page.wait_for(&open(false))?;
    page.expect("visit", ALLOWED)?;
    page.key("r")?;
    page.until("no verdict", reset)?;
    page.click("[data-toggle=keys]")?;
    page.wait_for(&open(true))?;
    page.click("dialog.key-list button")?;
    page.wait_for(&open(false))?;
    // Space does a step of a lesson, and goes on to the next; on a button it is the button's.
    let step = "return document.querySelector('lab-lesson .insight') !== null";
    page.show("#lesson/replay")?;
    page.begin_lesson()?;
    let before = page
        .tab
        .script("return document.querySelector('lab-lesson').textContent")?;
    page.key(" ")?;
    page.wait_for(&format!(
        "return (() => {{ {step} }})() || document.querySelector('lab-lesson').textContent !== {before}"
    ))?;
    page.verdicts("login", ALLOWED).map(drop)
}
