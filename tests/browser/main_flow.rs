//! The flow that the page is there for, in each language, with the browser's jar beside the
//! inferred one after each step. This is what both engines are held to.

use anyhow::{Result, ensure};
use lab::Profile;
use serde_json::json;

use super::jar;
use super::looks::BARE_KEYS;
use super::stage::Stage;

const ALLOWED: [&str; 3] = ["ALLOWED"; 3];
const DENIED: [&str; 3] = ["DENIED"; 3];

/// An admin logs in, is demoted and logs out; then somebody sends the copy.
pub(crate) fn in_each_language(stage: &Stage, profile: Profile) -> Result<()> {
    let hardened = profile == Profile::Hardened;
    let demoted = if hardened {
        DENIED
    } else {
        ["STALE", "DENIED", "STALE"]
    };
    let replayed = if hardened {
        ["REVOKED"; 3]
    } else {
        ["STALE", "REVOKED", "STALE"]
    };
    let page = stage.page("")?;
    for (lang, tag) in [("en", "en"), ("zh", "zh-CN")] {
        page.show(&format!("lang={lang}"))?;
        page.choose("root")?;
        let steps = [
            ("login", ALLOWED),
            ("visit", ALLOWED),
            ("admin", ALLOWED),
            ("roles", ALLOWED),
            ("admin", demoted),
            ("logout", ALLOWED),
            ("replay", replayed),
            ("visit", DENIED),
        ];
        for (action, words) in steps {
            if action == "roles" {
                page.press(action)?;
            } else {
                page.expect(action, words)?;
            }
            jar::compare(&page)?;
        }
        let said = page.tab.script("return document.documentElement.lang")?;
        ensure!(said == tag, "the language is {said}");
        let bare = page.tab.script_that_calls_back(BARE_KEYS)?;
        ensure!(bare == json!([]), "{lang} has no text for {bare}");
        stage.picture(lang)?;
        page.press("reset")?;
        page.until("everything cleared", |columns| {
            columns.iter().all(|column| column.items.is_empty())
        })?;
        jar::compare(&page)?;
    }
    Ok(())
}
