//! Every view of the page, in both languages and themes, on a projector and on a phone, against
//! the rules of axe-core. A view that joins the navigation is looked at from then on.

use anyhow::{Context, Result, ensure};
use lab::Profile;
use lab::lessons::lessons;
use serde_json::json;

use super::axe;
use super::page::Page;
use super::stage::Stage;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];
/// Width and height.
type Size = (u32, u32);
/// A language, a theme, and where it is looked at.
type Look = (&'static str, &'static str, &'static [Size]);

const PROJECTOR: Size = (1280, 720);
/// Where the sequence stands beside the columns.
const LAPTOP: Size = (1440, 900);
const PHONE: Size = (390, 844);
/// Each language and each theme, and both of them on a phone.
const LOOKS: [Look; 4] = [
    ("en", "light", &[PROJECTOR, LAPTOP, PHONE]),
    ("en", "dark", &[PROJECTOR]),
    ("zh", "light", &[PROJECTOR]),
    ("zh", "dark", &[PROJECTOR, PHONE]),
];

/// No view breaks a rule, empty or in use.
pub(crate) fn no_violation(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("")?;
    axe::inject(page.tab)?;
    look(&page, &[PROJECTOR, PHONE], "nothing has happened")?;
    page.choose("root")?;
    page.expect("login", ALLOWED)?;
    page.expect("logout", ALLOWED)?;
    page.expect("replay", ["REVOKED"; 3])?;
    page.expect("login", ALLOWED)?;
    // What is simulated is marked.
    page.click("[data-ahead='60']")?;
    page.wait_for("return document.querySelector('.simulated') !== null")?;
    page.expect("admin", ALLOWED)?;
    for (lang, theme, sizes) in LOOKS {
        page.show(&format!("lang={lang}&theme={theme}"))?;
        page.verdicts("admin", ALLOWED)?;
        axe::inject(page.tab)?;
        for view in views(&page)? {
            enter(&page, &view)?;
            look(&page, sizes, &format!("{lang} {theme} {view}"))?;
        }
        page.show(&format!("lang={lang}&theme={theme}&present=jwt"))?;
        page.wait_for("return document.documentElement.hasAttribute('data-present')")?;
        axe::inject(page.tab)?;
        look(&page, sizes, &format!("{lang} {theme} presenter mode"))?;
    }
    // A lesson begins with a reset.
    let lesson = lessons().first().context("there are lessons")?;
    for (lang, theme, sizes) in LOOKS {
        page.show(&format!("lang={lang}&theme={theme}#lesson/{}", lesson.name))?;
        axe::inject(page.tab)?;
        page.begin_lesson()?;
        look(&page, sizes, &format!("{lang} {theme} lesson, question"))?;
        page.tab
            .script("document.querySelector('button.go').click()")?;
        page.wait_for("return document.querySelector('.insight') !== null")?;
        look(&page, sizes, &format!("{lang} {theme} lesson, answer"))?;
    }
    attacked(&page)?;
    bites(&page)
}

/// An attack with its evidence, on a column that is not as usual, and one that is under way.
fn attacked(page: &Page<'_>) -> Result<()> {
    for (lang, theme, sizes) in [LOOKS[0], LOOKS[3]] {
        page.show(&format!("lang={lang}&theme={theme}&cookie=plain#attacks"))?;
        axe::inject(page.tab)?;
        page.wait_for("return document.querySelector('thead .runs')?.textContent === 'plain'")?;
        page.click("[data-attack=edit] [data-column=cookie] button")?;
        page.wait_for("return document.querySelector('.again') !== null")?;
        look(page, sizes, &format!("{lang} {theme} attacks, evidence"))?;
        page.click(".bar .all")?;
        page.wait_for("return !document.querySelector('.bar lab-progress').hidden")?;
        look(
            page,
            &[PROJECTOR],
            &format!("{lang} {theme} attacks, running"),
        )?;
        page.click(".bar .stop")?;
        page.wait_for("return document.querySelector('.bar lab-progress').hidden")?;
    }
    Ok(())
}

/// The addresses in the navigation: what the page itself calls its views.
pub(crate) fn views(page: &Page<'_>) -> Result<Vec<String>> {
    let found = page.tab.script(
        "return [...document.querySelectorAll('nav.views a')].map((link) => link.getAttribute('href'))",
    )?;
    let views: Vec<String> = serde_json::from_value(found)?;
    ensure!(views.len() > 2, "the navigation has {views:?}");
    Ok(views)
}

/// Turns to a view, and opens what it has to be opened.
fn enter(page: &Page<'_>, view: &str) -> Result<()> {
    page.tab.script(&format!("location.hash = '{view}'"))?;
    page.wait_for(&format!(
        "return document.querySelector(\"nav.views a[href='{view}']\").ariaCurrent === 'page'"
    ))?;
    if view == "#attacks" {
        page.wait_for("return document.querySelectorAll('[data-attack]').length > 15")?;
        page.click("[data-attack=edit] [data-column=cookie] button")?;
        page.wait_for("return document.querySelector('.trail') !== null")?;
    }
    page.tab
        .script("for (const one of document.querySelectorAll('main details')) one.open = true")
        .map(drop)
}

fn look(page: &Page<'_>, sizes: &[Size], what: &str) -> Result<()> {
    for &(width, height) in sizes {
        page.resize(width, height)?;
        axe::check(page.tab, &format!("{what}, {width} px"))?;
    }
    page.resize(PROJECTOR.0, PROJECTOR.1)
}

/// A button without a name is found, or the rest would say nothing.
fn bites(page: &Page<'_>) -> Result<()> {
    let made = page.tab.script(
        "document.querySelector('main').append(document.createElement('button')); return true",
    )?;
    ensure!(made == json!(true), "no button was made");
    ensure!(
        axe::check(page.tab, "on purpose").is_err(),
        "a button without a name is no violation"
    );
    Ok(())
}
