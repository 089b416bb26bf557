//! The attacker's own pages, opened by the page, in this browser: what it sends along, what it
//! takes, what it lets script read. Nothing of it can be tried anywhere else.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use lab::Profile;
use serde_json::json;

use super::looks::{BARE_KEYS, check_projector};
use super::page::Page;
use super::stage::Stage;
use super::watch;

const BLOCKED: &str = "BLOCKED BY BROWSER";
const IN: &str = "ALLOWED";
const OUT: &str = "DENIED";

/// What a browser of today makes of each, on cookie, session and token.
const EXPECTED: [(&str, [&str; 3]); 10] = [
    ("form-elsewhere", [BLOCKED, BLOCKED, OUT]),
    ("link-elsewhere", [IN, IN, OUT]),
    ("image-elsewhere", [BLOCKED, BLOCKED, OUT]),
    ("fetch-elsewhere", [BLOCKED, BLOCKED, BLOCKED]),
    ("form-sibling", [OUT, OUT, OUT]),
    ("fetch-sibling", [BLOCKED, BLOCKED, BLOCKED]),
    ("toss", [BLOCKED, BLOCKED, ""]),
    ("fixate", [BLOCKED, BLOCKED, ""]),
    ("script-read", [BLOCKED, BLOCKED, IN]),
    ("script-ride", [IN, IN, IN]),
];

const WORDS: &str = "return [...document.querySelectorAll('.lures [data-attack]')].map((row) => [row.dataset.attack, [...row.querySelectorAll('td')].map((cell) => cell.querySelector('.outcome [lang]')?.textContent ?? '')])";

/// All of them with one click, each as it has to come out; and what was planted is gone again.
pub(crate) fn all(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    page.expect("login", [IN; 3])?;
    page.click("a[href='#attacks']")?;
    page.wait_for("return document.querySelectorAll('.lures [data-attack]').length > 5")?;
    stopped(&page)?;
    page.click(".lures .all")?;
    let expected = json!(EXPECTED);
    page.wait_for(&format!(
        "const words = (() => {{ {WORDS} }})(); return words.every(([, row], at) => row.every((word, column) => word !== '' || {expected}[at][1][column] === ''))"
    ))?;
    let words = page.tab.script(WORDS)?;
    ensure!(words == expected, "it came out as {words}");
    ensure!(in_the_book()?, "docs/src/start.md says otherwise");

    // The cookie came along with the sibling's form, and the server saw whose form it is.
    let shown = evidence(&page, "form-sibling", "cookie")?;
    for line in [
        "> POST /logout?attempt=",
        "> Origin: http://evil.lab.localhost:",
        "> Sec-Fetch-Site: same-site",
        "> Cookie: __Host-login=[masked",
        "< HTTP/1.1 403",
    ] {
        ensure!(shown.contains(line), "{line} is missing in {shown}");
    }
    stage.picture("evidence")?;
    // With that of another site none came.
    let shown = evidence(&page, "form-elsewhere", "session")?;
    ensure!(
        shown.contains("> Sec-Fetch-Site: cross-site") && !shown.contains("> Cookie:"),
        "{shown}"
    );
    // What script took home is named, and not shown.
    let shown = evidence(&page, "script-read", "jwt")?;
    ensure!(shown.contains("access ("), "{shown}");
    // The visitor's session alone is in the store: the attacker's own have ended, and so has the one
    // that an attack on a visitor without a login had to end.
    page.click("a[href='#state']")?;
    page.wait_for("return [...document.querySelectorAll('[data-column=session] lab-server .keys .raw')].filter((key) => key.textContent.startsWith('statelab:session:')).length === 1")?;
    let mut kept = page.tab.cookies()?;
    kept.retain(|cookie| !cookie.name.starts_with("__Host-"));
    ensure!(kept.is_empty(), "left behind: {kept:?}");
    // The attacker's pages complain that they were not let in.
    watch::overlook(page.tab)
}

/// It says how far it is, and ends after the page that is open.
fn stopped(page: &Page<'_>) -> Result<()> {
    page.click(".lures .all")?;
    page.wait_for(
        "return document.querySelector('.lures [role=status]').textContent.startsWith('1 of 28: ')",
    )?;
    // Not by the pointer: the attacker's tab lies before the page.
    page.tab
        .script("document.querySelector('.lures .stop').click()")?;
    page.wait_for("return document.querySelector('.lures lab-progress').hidden")?;
    let tried = "return [document.querySelectorAll('.lures .outcome [lang=en]').length < 4, document.querySelector('.lures').textContent.includes('running')]";
    let tried = page.tab.script(tried)?;
    ensure!(tried == json!([true, false]), "after Stop: {tried}");
    Ok(())
}

/// The table of the book has these words, row by row.
fn in_the_book() -> Result<bool> {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/src/start.md");
    let text = fs::read_to_string(book)?;
    let (_, table) = text
        .split_once("| the attacker's page |")
        .context("the book has no table of the attacker's pages")?;
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let rows: Vec<Vec<&str>> = rows
        .map(|row| row.split('|').skip(2).map(str::trim).take(3).collect())
        .collect();
    Ok(rows == EXPECTED.map(|(_, words)| words.to_vec()))
}

fn evidence(page: &Page<'_>, attack: &str, column: &str) -> Result<String> {
    page.click(&format!(
        "[data-attack={attack}] [data-column={column}] button"
    ))?;
    page.wait_for(&format!(
        "return document.querySelector('[data-attack={attack}] [data-column={column}] button').ariaPressed === 'true'"
    ))?;
    let text = page
        .tab
        .script("return document.querySelector('.evidence').textContent")?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// The rows, their evidence, and the attacker's page itself, in each language, on a projector and
/// on a phone.
pub(crate) fn looks(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    for (lang, theme) in [("en", "light"), ("zh", "dark")] {
        page.resize(1280, 720)?;
        page.show(&format!("lang={lang}&theme={theme}#attacks"))?;
        page.wait_for("return document.querySelectorAll('.lures [data-attack]').length > 5")?;
        page.click("[data-attack=form-sibling] .try")?;
        page.wait_for("return document.querySelectorAll('[data-attack=form-sibling] .outcome [lang]').length === 3")?;
        page.tab
            .script("document.querySelector('.lures').scrollIntoView()")?;
        check_projector(&page)?;
        let bare = page.tab.script_that_calls_back(BARE_KEYS)?;
        ensure!(bare == json!([]), "{lang} has no text for {bare}");
        stage.picture(&format!("{lang} {theme}"))?;
        page.resize(390, 844)?;
        let wide = page
            .tab
            .script("return document.documentElement.scrollWidth - innerWidth")?;
        ensure!(wide == json!(0), "the phone's page is {wide} px too wide");
        page.tab
            .script("document.querySelector('.lures').scrollIntoView()")?;
        stage.picture(&format!("{lang} 390"))?;
    }
    attackers_page(stage, &page)?;
    watch::overlook(page.tab)
}

/// It says in red what it is. Held, so that it does nothing while it is looked at.
fn attackers_page(stage: &Stage, page: &Page<'_>) -> Result<()> {
    for (lure, lang, theme, scheme) in [
        ("form-elsewhere", "en", "dark", "dark"),
        ("toss", "zh", "system", "light dark"),
        ("script-read", "en", "dark", "dark"),
    ] {
        page.resize(1280, 720)?;
        page.show("")?;
        let begun = page.tab.script_that_calls_back(&format!(
            "const done = arguments[0]; fetch('/__lab/lure', {{ method: 'POST', headers: {{ 'Content-Type': 'application/json', 'X-Lab-Token': document.querySelector('meta[name=lab-token]').content }}, body: JSON.stringify({{ lure: '{lure}', column: 'cookie' }}) }}).then((answer) => answer.json()).then(done)"
        ))?;
        let address = begun["page"].as_str().unwrap_or_default();
        page.tab
            .go_to(&format!("{address}&lang={lang}&theme={theme}&hold=5000"))?;
        page.wait_for("return document.querySelector('.banner') !== null")?;
        page.wait_for(&format!(
            "return getComputedStyle(document.documentElement).colorScheme === '{scheme}'"
        ))?;
        stage.picture(&format!("page {lure}"))?;
        page.resize(390, 844)?;
        let wide = page
            .tab
            .script("return document.documentElement.scrollWidth - innerWidth")?;
        ensure!(wide == json!(0), "{lure} is {wide} px too wide on a phone");
    }
    Ok(())
}
