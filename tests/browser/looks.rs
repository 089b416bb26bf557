//! How the page looks and is used: languages, themes, sizes, keys.

use anyhow::{Result, ensure};
use fantoccini::Locator;
use lab::Profile;
use serde_json::json;

use super::page::Page;
use super::stage::Stage;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];

/// Keys of the catalogue that stand on the page in place of their text.
const BARE_KEYS: &str = r#"
const done = arguments[arguments.length - 1];
fetch("/i18n/en.json").then((answer) => answer.json()).then((texts) => {
  const shown = document.body.innerText + document.title
    + [...document.querySelectorAll("[title], [aria-label]")].map((one) => one.title + one.ariaLabel).join();
  done(Object.keys(texts).filter((key) => key.includes(".") && shown.includes(key)));
});"#;

/// Both languages and both themes show the whole flow, each in its own words and colours.
pub(crate) async fn languages_and_themes(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("").await?;
    page.expect("login", ALLOWED).await?;
    let mut seen = Vec::new();
    for (lang, tag) in [("en", "en"), ("zh", "zh-CN")] {
        for theme in ["light", "dark"] {
            page.show(&format!("lang={lang}&theme={theme}")).await?;
            page.verdicts("login", ALLOWED).await?;
            let said = page
                .script("return [document.documentElement.lang, document.querySelector('[data-action=login]').innerText, getComputedStyle(document.body).backgroundColor]")
                .await?;
            ensure!(said[0] == tag, "the language is {said:?}");
            ensure!(!seen.contains(&said), "{lang} {theme} looks like another");
            seen.push(said);
            let bare = stage
                .chrome
                .tab
                .execute_async(BARE_KEYS, Vec::new())
                .await?;
            ensure!(bare == json!([]), "{lang} has no text for {bare}");
            stage.picture(&format!("{lang} {theme}")).await?;
        }
    }
    // The button on the page does the same without loading it anew.
    page.show("").await?;
    page.press_css("button[data-language=zh]").await?;
    page.wait_for("return document.documentElement.lang === 'zh-CN'")
        .await?;
    page.verdicts("login", ALLOWED).await?;
    page.expect("visit", ALLOWED).await?;
    Ok(())
}

/// On a projector nothing scrolls; on a phone nothing scrolls sideways, and all three verdicts
/// stay in sight.
pub(crate) async fn sizes(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("").await?;
    page.choose("root").await?;
    for lang in ["en", "zh"] {
        page.resize(1280, 720).await?;
        page.show(&format!("lang={lang}")).await?;
        page.expect("login", ALLOWED).await?;
        page.expect("admin", ALLOWED).await?;
        let fits = "const page = document.documentElement; return page.scrollHeight <= innerHeight && page.scrollWidth <= innerWidth";
        ensure!(
            page.script(fits).await? == json!(true),
            "1280 x 720 scrolls"
        );
        for width in [390, 320] {
            page.resize(width, 844).await?;
            check_phone(&page).await?;
            stage.picture(&format!("{lang} {width}")).await?;
        }
    }
    Ok(())
}

async fn check_phone(page: &Page<'_>) -> Result<()> {
    page.wait_for("return document.querySelectorAll('lab-column:not([hidden])').length === 1")
        .await?;
    let wide = page
        .script("return document.documentElement.scrollWidth - innerWidth")
        .await?;
    ensure!(
        wide.as_i64() == Some(0),
        "the phone's page is {wide} px too wide"
    );
    let verdicts = page
        .script("return [...document.querySelectorAll('[role=tab]')].filter((tab) => tab.checkVisibility()).map((tab) => tab.querySelector('.word').textContent)")
        .await?;
    ensure!(verdicts == json!(ALLOWED), "the tabs show {verdicts}");
    for id in ["session", "jwt", "cookie"] {
        page.press_css(&format!("#tab-{id}")).await?;
        page.wait_for(&format!(
            "return document.querySelector('#column-{id}').checkVisibility()"
        ))
        .await?;
    }
    Ok(())
}

/// The whole flow by keyboard alone: 1 to 7, and not while somebody types.
pub(crate) async fn keys(stage: &Stage, _: Profile) -> Result<()> {
    let page = stage.page("").await?;
    let body = stage.chrome.tab.find(Locator::Css("main")).await?;
    body.send_keys("1").await?;
    page.idle().await?;
    page.verdicts("login", ALLOWED).await?;
    body.send_keys("2").await?;
    page.idle().await?;
    page.verdicts("visit", ALLOWED).await?;
    let password = stage.chrome.tab.find(Locator::Id("password")).await?;
    password.send_keys("5").await?;
    page.script("document.querySelector('[data-toggle=shortcuts]').click()")
        .await?;
    body.send_keys("5").await?;
    page.idle().await?;
    page.script("document.querySelector('[data-toggle=shortcuts]').click()")
        .await?;
    page.expect("visit", ALLOWED).await?;
    body.send_keys("5").await?;
    page.idle().await?;
    page.verdicts("logout", ALLOWED).await?;
    body.send_keys("6").await?;
    page.idle().await?;
    page.verdicts("replay", ["REVOKED"; 3]).await?;
    Ok(())
}
