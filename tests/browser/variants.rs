//! The switches of a column, presenter mode, and what the page says of itself.

use anyhow::{Result, ensure};
use lab::Profile;
use serde_json::json;

use super::jar;
use super::looks::{BARE_KEYS, check_projector};
use super::page::Page;
use super::stage::Stage;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];

/// Turns a switch and waits until the column says what it has done.
fn switch(page: &Page<'_>, column: &str, setting: &str, choice: &str) -> Result<()> {
    let select = format!("#column-{column} [data-setting={setting}]");
    page.tab.script(&format!(
        "const select = document.querySelector('{select}');
         select.value = '{choice}';
         select.dispatchEvent(new Event('change'))"
    ))?;
    page.wait_for(&format!(
        "return document.querySelector('{select} option:checked').value === '{choice}'
           && document.querySelector('#column-{column} lab-verdict [role=status]') !== null"
    ))
}

/// What the browser card of a column says that can be read in the first thing that it holds.
fn parts(page: &Page<'_>, column: &str) -> Result<serde_json::Value> {
    page.tab.script(&format!(
        "return [...document.querySelectorAll('#column-{column} lab-browser li.item:first-child dt')].map((one) => one.textContent)"
    ))
}

/// Each column runs as it was switched, and the page shows what is so then.
pub(crate) fn live(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.expect("login", ALLOWED)?;
    switch(&page, "cookie", "protection", "signed")?;
    switch(&page, "jwt", "delivery", "cookie")?;
    page.until("no token in the browser", |columns| {
        columns[2].items.is_empty()
    })?;
    stage.picture("switched")?;
    page.expect("login", ALLOWED)?;
    let signed = parts(&page, "cookie")?;
    ensure!(signed == json!(["contents", "signature"]), "{signed}");
    let token = parts(&page, "jwt")?;
    ensure!(token == json!(["header", "claims", "signature"]), "{token}");
    // Script holds nothing, and what the browser holds is what the page says.
    let frame = page.tab.find("iframe[title=jwt]")?;
    let held = page
        .tab
        .script_in_frame(&frame, "return [localStorage.length, document.cookie]")?;
    ensure!(held == json!([0, ""]), "script holds {held}");
    jar::compare(&page)?;
    page.expect("visit", ALLOWED)?;
    let apart = page.tab.script(
        "return document.querySelector('#column-jwt li.exchange .apart code').textContent",
    )?;
    ensure!(apart == json!("__Host-access"), "taken apart: {apart}");
    stage.picture("in cookies")?;
    page.expect("logout", ALLOWED)?;
    page.expect("replay", ["REVOKED"; 3])?;
    jar::compare(&page)?;
    let address = page.tab.script("return location.search")?;
    ensure!(address == json!("?cookie=signed&jwt=cookie"), "{address}");
    page.press("reset")?;
    page.wait_for(
        "return location.search === '' && document.querySelector('[data-unusual]') === null
           && document.querySelector('.notice').textContent.includes('history and variants.')",
    )
}

/// An address rebuilds what it names. A lesson begins as usual, whatever the address says.
pub(crate) fn address(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("cookie=plain&jwt=cookie,eddsa")?;
    let on =
        "return [...document.querySelectorAll('[data-unusual]')].map((one) => one.value).join()";
    page.wait_for(&format!(
        "return (() => {{ {on} }})() === 'plain,cookie,eddsa'"
    ))?;
    // What three switches say leaves the cards their room, and the rest of it is a press away.
    page.wait_for("return document.querySelector('#column-jwt lab-verdict .more')?.checkVisibility() === true")?;
    let highest = page.tab.script("return Math.max(...[...document.querySelectorAll('lab-verdict')].map((one) => one.offsetHeight))")?;
    ensure!(
        highest.as_u64().is_some_and(|height| height <= 150),
        "a verdict is {highest} px high"
    );
    stage.picture("switched by the address")?;
    page.expect("login", ALLOWED)?;
    page.expect("visit", ALLOWED)?;
    // It asks for what is so already: the logins stay.
    page.show("jwt=eddsa,cookie&cookie=plain")?;
    page.expect("visit", ALLOWED)?;
    // A wrong word is named, changes nothing, and takes no right one with it.
    let named = |said: &str| {
        format!(
            "return !document.querySelector('.notice').hidden && document.querySelector('.notice').textContent.includes('{said}')"
        )
    };
    page.show("cookie=rot13")?;
    page.wait_for(&named(
        "cookie=rot13, and there may stand: hardened, stateless, private, signed, plain",
    ))?;
    page.wait_for("return location.search === '?cookie=plain&jwt=cookie,eddsa'")?;
    page.show("cookie=rot13,signed&jwt=eddsa")?;
    page.wait_for(&named("cookie=rot13"))?;
    page.wait_for("return location.search === '?cookie=signed&jwt=eddsa'")?;
    page.click(".notice .dismiss")?;
    page.wait_for("return document.querySelector('.notice').hidden")?;
    page.tab.script("location.hash = '#lesson/nosuch'")?;
    page.wait_for(&named("nosuch"))?;
    page.wait_for("return document.querySelector('lab-lessons').checkVisibility()")?;
    page.tab.script("location.hash = '#lesson/replay'")?;
    page.begin_lesson()?;
    page.wait_for(&format!("return (() => {{ {on} }})() === ''"))
}

/// On a projector no letter is smaller than 22 px, nothing scrolls, and the verdicts of all three
/// are in sight; in each language and theme.
pub(crate) fn presenter(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.choose("root")?;
    page.expect("login", ALLOWED)?;
    page.expect("admin", ALLOWED)?;
    for (lang, theme, focus) in [
        ("en", "light", "cookie"),
        ("en", "dark", "session"),
        ("zh", "light", "jwt"),
        ("zh", "dark", "cookie"),
    ] {
        page.show(&format!("lang={lang}&theme={theme}&present={focus}"))?;
        page.verdicts("admin", ALLOWED)?;
        check_stage(&page, focus)?;
        page.press("roles")?;
        page.wait_for("return !document.querySelector('.notice').hidden")?;
        check_stage(&page, focus)?;
        page.press("roles")?;
        page.expect("admin", ALLOWED)?;
        stage.picture(&format!("{lang} {theme}"))?;
        let bare = page.tab.script_that_calls_back(BARE_KEYS)?;
        ensure!(bare == json!([]), "{lang} has no text for {bare}");
    }
    folded_faults(&page)?;
    // A tab turns to another column, the button and the key turn it off and on.
    page.click("#tab-session")?;
    page.wait_for("return location.search.includes('present=session')")?;
    let on =
        |on: bool| format!("return document.documentElement.hasAttribute('data-present') === {on}");
    page.key("p")?;
    page.wait_for(&on(false))?;
    page.wait_for("return document.querySelectorAll('lab-column:not([hidden])').length === 3")?;
    page.key("p")?;
    page.wait_for(&on(true))?;
    page.click("[data-toggle=present]")?;
    page.wait_for(&on(false))?;
    page.click("[data-toggle=shortcuts]")?;
    page.key("p")?;
    page.wait_for(&on(false))?;
    page.click("[data-toggle=shortcuts]")?;
    // A lesson is a slide as well.
    page.show("present=jwt#lesson/replay")?;
    page.wait_for("return document.querySelector('button.go')?.ariaDisabled === 'false'")?;
    check_stage(&page, "jwt")
}

/// What goes wrong waits behind a button, lies over the page as large as the rest, and goes with
/// the next press beside it, which does its work all the same.
fn folded_faults(page: &Page<'_>) -> Result<()> {
    let open = |open: bool| {
        page.wait_for(&format!(
            "return document.querySelector('lab-fault-bar').checkVisibility() === {open}"
        ))
    };
    open(false)?;
    page.click(".faults")?;
    open(true)?;
    check_stage(page, "cookie")?;
    let inside = page.tab.script(
        "const panel = document.querySelector('lab-fault-bar');
         const { left, top, right, bottom } = panel.getBoundingClientRect();
         return left > 0 && top > 0 && right <= innerWidth && bottom <= innerHeight && panel.scrollWidth <= panel.clientWidth",
    )?;
    ensure!(inside == json!(true), "the faults reach out of the window");
    page.click("[data-ahead='60']")?;
    page.wait_for("return document.querySelector('lab-fault-bar .simulated') !== null")?;
    page.press("visit")?;
    page.verdicts("visit", ALLOWED)?;
    open(false)
}

fn check_stage(page: &Page<'_>, focus: &str) -> Result<()> {
    check_projector(page)?;
    let seen = page.tab.script(
        "const inside = (one) => { const box = one.getBoundingClientRect(); return one.checkVisibility() && box.top >= 0 && box.bottom <= innerHeight && box.right <= innerWidth; };
         const shown = [...document.querySelectorAll('lab-column')].filter((one) => one.checkVisibility()).map((one) => one.dataset.column);
         const row = [...document.querySelectorAll('lab-column:not([hidden]) [data-card]')].map((one) => one.getBoundingClientRect().top);
         return [shown, new Set(row).size, row.length,
           [...document.querySelectorAll('[role=tab] .word')].filter(inside).length,
           inside(document.querySelector('lab-column:not([hidden]) lab-verdict'))]",
    )?;
    ensure!(
        seen == json!([[focus], 1, 3, 3, true]),
        "column, rows, cards, verdicts, the verdict in focus: {seen}"
    );
    let small = page.tab.script(
        "const written = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
         return [...document.body.querySelectorAll('*')]
           .filter((one) => one.checkVisibility() && one.closest('.hidden, .skip') === null && written(one))
           .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 22)
           .map((one) => `${one.tagName} ${one.textContent}`)",
    )?;
    ensure!(small == json!([]), "too small for a hall: {small}");
    Ok(())
}

/// Before the first view there is nothing to press; a notice goes by its button or with the next
/// action; in a low window the verdicts are in sight.
pub(crate) fn quiet(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    let first = page.tab.script(
        "const early = document.createElement('lab-page');
         document.body.append(early);
         const shown = (selector) => early.querySelector(selector).checkVisibility();
         const seen = [shown('.loading'), shown('lab-action-bar'), shown('.columns')];
         early.remove();
         return seen",
    )?;
    ensure!(first == json!([true, false, false]), "at first: {first}");
    let loading = page
        .tab
        .script("return document.querySelector('.loading').hidden")?;
    ensure!(loading == json!(true), "it still says that it waits");
    page.expect("login", ALLOWED)?;
    let gone = "return document.querySelector('.notice').hidden";
    let there = "return !document.querySelector('.notice').hidden";
    page.press("roles")?;
    page.wait_for(there)?;
    page.click(".notice .dismiss")?;
    page.wait_for(gone)?;
    page.press("roles")?;
    page.wait_for(there)?;
    page.expect("visit", ALLOWED)?;
    page.wait_for(gone)?;
    for height in [640, 560, 480] {
        page.resize(1280, height)?;
        page.wait_for(&format!(
            "return [...document.querySelectorAll('lab-verdict')].every((one) => one.getBoundingClientRect().bottom <= {height})"
        ))?;
    }
    Ok(())
}
