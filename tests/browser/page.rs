//! The page, as somebody uses it: presses its buttons, reads what it shows.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fantoccini::Locator;
use serde::Deserialize;
use serde_json::{Value, json};

use super::chrome::Chrome;

/// Longer than any step takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// One column, read off the page.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Column {
    pub(crate) id: String,
    pub(crate) word: String,
    pub(crate) action: String,
    pub(crate) user: Option<String>,
    pub(crate) stolen: bool,
    pub(crate) items: Vec<Item>,
    pub(crate) exchanges: usize,
}

/// One thing that the browser is said to hold.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Item {
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) attributes: Vec<String>,
    pub(crate) until: Option<f64>,
    pub(crate) exposed: bool,
}

const READ: &str = r#"
const text = (root, selector) => root.querySelector(selector)?.textContent ?? null;
return [...document.querySelectorAll("lab-column")].map((column) => ({
  id: column.dataset.column,
  word: column.querySelector("lab-verdict").dataset.word ?? "",
  action: column.querySelector("lab-verdict").dataset.action ?? "",
  user: text(column, ".chip.in"),
  stolen: column.querySelector(".chip.stolen") !== null,
  exchanges: column.querySelectorAll("li.exchange").length,
  items: [...column.querySelectorAll("lab-browser li.item")].map((item) => ({
    kind: item.dataset.kind,
    name: text(item, ".name"),
    value: text(item, ".raw"),
    attributes: [...item.querySelectorAll(".chip.term")].map((chip) => chip.textContent),
    until: item.querySelector("lab-countdown") === null ? null : Number(item.querySelector("lab-countdown").getAttribute("until")),
    exposed: item.querySelector(".reach.exposed") !== null,
  })),
}));"#;

/// The page in its tab.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub(crate) chrome: &'a Chrome,
    origin: &'a str,
}

impl<'a> Page<'a> {
    /// Nothing is opened yet.
    pub(crate) fn of(chrome: &'a Chrome, origin: &'a str) -> Self {
        Self { chrome, origin }
    }

    /// Opens it with a query (`lang=zh&theme=dark`) and waits for its three columns.
    pub(crate) async fn show(&self, query: &str) -> Result<()> {
        self.chrome
            .tab
            .goto(&format!("{}/?{query}", self.origin))
            .await?;
        self.until("three columns", |columns| columns.len() == 3)
            .await?;
        Ok(())
    }

    /// Sets the size of the window's inside.
    pub(crate) async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.chrome
            .cdp("Emulation.setDeviceMetricsOverride", size)
            .await?;
        Ok(())
    }

    /// Chooses an account; its password comes with it.
    pub(crate) async fn choose(&self, account: &str) -> Result<()> {
        let select = self.chrome.tab.find(Locator::Id("account")).await?;
        select.select_by_value(account).await?;
        Ok(())
    }

    /// Presses a button and waits until it has done its work.
    pub(crate) async fn press(&self, action: &str) -> Result<()> {
        let button = format!("[data-action={action}]:not([aria-disabled=true])");
        let button = Locator::Css(&button);
        self.chrome
            .tab
            .wait()
            .at_most(PATIENCE)
            .for_element(button)
            .await
            .with_context(|| format!("{action} stays disabled"))?
            .click()
            .await?;
        self.idle().await
    }

    /// Presses something that is not one of the actions.
    pub(crate) async fn press_css(&self, selector: &str) -> Result<()> {
        let element = self.chrome.tab.find(Locator::Css(selector)).await?;
        Ok(element.click().await?)
    }

    /// Waits until nothing is under way.
    pub(crate) async fn idle(&self) -> Result<()> {
        self.wait_for("return document.querySelector('[data-running]') === null")
            .await
    }

    /// Waits until a script in the page returns true.
    pub(crate) async fn wait_for(&self, script: &str) -> Result<()> {
        let started = Instant::now();
        while self.script(script).await? != json!(true) {
            if started.elapsed() > PATIENCE {
                bail!("never became true: {script}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Presses, and waits for what came of it: the verdict's action and its three words.
    pub(crate) async fn expect(&self, action: &str, words: [&str; 3]) -> Result<Vec<Column>> {
        self.press(action).await?;
        self.verdicts(action, words).await
    }

    /// Waits for three verdicts.
    pub(crate) async fn verdicts(&self, action: &str, words: [&str; 3]) -> Result<Vec<Column>> {
        self.until(&format!("{action}: {words:?}"), |columns| {
            columns
                .iter()
                .zip(words)
                .all(|(column, word)| column.word == word && column.action == action)
        })
        .await
    }

    /// Waits until the columns are so, or says how they are.
    pub(crate) async fn until(
        &self,
        what: &str,
        so: impl Fn(&[Column]) -> bool,
    ) -> Result<Vec<Column>> {
        let started = Instant::now();
        loop {
            let columns = self.columns().await?;
            if so(&columns) {
                return Ok(columns);
            }
            if started.elapsed() > PATIENCE {
                bail!("expected {what}, and the page shows {columns:#?}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// What the page shows now.
    pub(crate) async fn columns(&self) -> Result<Vec<Column>> {
        Ok(serde_json::from_value(self.script(READ).await?)?)
    }

    /// Runs a script in the page.
    pub(crate) async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.chrome.tab.execute(script, Vec::new()).await?)
    }
}
