//! The browser's own jar, which script never sees, beside the one that the page infers.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::page::{Column, Item, Page};
use super::session::{Cookie, Session};

/// How far apart the two clocks may be: the lab adds `Max-Age` to the time when it saw the answer.
const SLACK_MS: f64 = 2_000.0;

/// Longer than a view takes to reach the page.
const PATIENCE: Duration = Duration::from_secs(10);

/// Fails with the difference that stays between what the page shows and what the browser has.
pub(crate) fn compare(page: &Page<'_>) -> Result<()> {
    let started = Instant::now();
    loop {
        let columns = page.columns()?;
        let Err(difference) = compare_once(page.tab, &columns) else {
            return Ok(());
        };
        if started.elapsed() > PATIENCE {
            return Err(difference);
        }
        thread::sleep(Duration::from_millis(100));
    }
}

fn compare_once(tab: &Session, columns: &[Column]) -> Result<()> {
    let jar = tab.cookies()?;
    for column in columns {
        let host = format!("{}.lab.localhost", column.id);
        let kept: Vec<&Cookie> = jar
            .iter()
            .filter(|cookie| cookie.domain.trim_start_matches('.') == host)
            .collect();
        let shown: Vec<&Item> = of_kind(column, "cookie");
        ensure!(
            kept.len() == shown.len(),
            "{}: the browser holds {kept:?}, the page shows {shown:?}",
            column.id
        );
        for cookie in kept {
            let item = shown
                .iter()
                .find(|item| item.name == cookie.name)
                .with_context(|| format!("{}: the page does not show {cookie:?}", column.id))?;
            same(item, cookie).with_context(|| format!("{}: {cookie:?}, {item:?}", column.id))?;
        }
        compare_storage(tab, column)?;
    }
    let strangers: Vec<&Cookie> = jar
        .iter()
        .filter(|cookie| !cookie.domain.ends_with(".lab.localhost"))
        .collect();
    ensure!(strangers.is_empty(), "cookies of no column: {strangers:?}");
    Ok(())
}

fn same(item: &Item, cookie: &Cookie) -> Result<()> {
    let has = |wanted: &str| {
        item.attributes
            .iter()
            .any(|attribute| attribute.eq_ignore_ascii_case(wanted))
    };
    ensure!(item.value == cookie.value, "the values differ");
    ensure!(has("HttpOnly") == cookie.http_only, "HttpOnly differs");
    ensure!(
        item.exposed != cookie.http_only,
        "what script can read differs"
    );
    ensure!(has("Secure") == cookie.secure, "Secure differs");
    ensure!(has(&format!("Path={}", cookie.path)), "Path differs");
    match &cookie.same_site {
        Some(mode) => ensure!(has(&format!("SameSite={mode}")), "SameSite differs"),
        None => ensure!(
            !item
                .attributes
                .iter()
                .any(|one| one.starts_with("SameSite")),
            "SameSite differs"
        ),
    }
    // A domain with a dot in front is for subdomains too.
    let has_domain = item
        .attributes
        .iter()
        .any(|attribute| attribute.to_ascii_lowercase().starts_with("domain="));
    ensure!(
        has_domain == cookie.domain.starts_with('.'),
        "whose cookie it is differs"
    );
    match (item.until, cookie.expires) {
        (None, None) => {}
        (Some(until), Some(expires)) => {
            let apart = (until - expires * 1_000.0).abs();
            ensure!(apart <= SLACK_MS, "the expiry is {apart} ms off");
        }
        _ => bail!("who ends with the browser differs"),
    }
    Ok(())
}

/// The iframe's own look at its storage, beside what the page says that it reported.
fn compare_storage(tab: &Session, column: &Column) -> Result<()> {
    let frame = tab.find(&format!("iframe[title={}]", column.id))?;
    let stored = tab.script_in_frame(&frame, "return Object.entries(localStorage)")?;
    let mut stored: Vec<(String, String)> = serde_json::from_value(stored)?;
    let mut shown: Vec<(String, String)> = of_kind(column, "local-storage")
        .into_iter()
        .map(|item| (item.name.clone(), item.value.clone()))
        .collect();
    stored.sort();
    shown.sort();
    if stored != shown {
        bail!(
            "{}: localStorage has {stored:?}, the page shows {shown:?}",
            column.id
        );
    }
    Ok(())
}

fn of_kind<'a>(column: &'a Column, kind: &str) -> Vec<&'a Item> {
    column
        .items
        .iter()
        .filter(|item| item.kind == kind)
        .collect()
}
