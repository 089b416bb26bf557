//! The page, as somebody uses it: presses its buttons, reads what it shows.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde::Deserialize;
use serde_json::json;

use super::session::Session;

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
  action: column.querySelector("lab-verdict").dataset.asked ?? "",
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
    pub(crate) tab: &'a Session,
    origin: &'a str,
}

impl<'a> Page<'a> {
    /// Nothing is opened yet.
    pub(crate) fn of(tab: &'a Session, origin: &'a str) -> Self {
        Self { tab, origin }
    }

    /// Opens it with a query (`lang=zh&theme=dark`) and waits for its three columns.
    pub(crate) fn show(&self, query: &str) -> Result<()> {
        self.tab.go_to(&format!("{}/?{query}", self.origin))?;
        self.until("three columns", |columns| columns.len() == 3)?;
        Ok(())
    }

    /// Sets the size of the window's inside.
    pub(crate) fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.tab.resize(width, height)
    }

    /// Chooses an account; its password comes with it.
    pub(crate) fn choose(&self, account: &str) -> Result<()> {
        let select = self.tab.find("#account")?;
        self.tab.type_into(&select, account)
    }

    /// Presses one of the seven buttons and waits until it has done its work.
    pub(crate) fn press(&self, action: &str) -> Result<()> {
        let button = format!("[data-action={action}]");
        self.wait_for(&format!(
            "return document.querySelector('{button}').ariaDisabled === 'false'"
        ))?;
        self.click(&button)?;
        self.idle()
    }

    /// Presses what a CSS selector names, as soon as it can be seen: a link changes the view a
    /// moment after it was pressed.
    pub(crate) fn click(&self, selector: &str) -> Result<()> {
        let selector_text = serde_json::to_string(selector)?;
        self.wait_for(&format!(
            "return document.querySelector({selector_text})?.checkVisibility() === true"
        ))?;
        self.tab.click(&self.tab.find(selector)?)
    }

    /// Types where no field has the focus.
    pub(crate) fn key(&self, key: &str) -> Result<()> {
        self.tab.type_into(&self.tab.find("main")?, key)?;
        self.idle()
    }

    /// A lesson that would take something away asks first: it may.
    pub(crate) fn begin_lesson(&self) -> Result<()> {
        let ready = "document.querySelector('button.go')?.ariaDisabled === 'false'";
        self.wait_for(&format!("return {ready}"))?;
        self.tab
            .script("document.querySelector('button.go.begin')?.click()")?;
        self.wait_for(&format!(
            "return document.querySelector('.begin') === null && {ready}"
        ))
    }

    /// Waits until nothing is under way.
    pub(crate) fn idle(&self) -> Result<()> {
        self.wait_for("return document.querySelector('[data-running]') === null")
    }

    /// Waits until a script in the page returns true.
    pub(crate) fn wait_for(&self, script: &str) -> Result<()> {
        let started = Instant::now();
        while self.tab.script(script)? != json!(true) {
            if started.elapsed() > PATIENCE {
                bail!("never became true: {script}");
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Presses, and waits for what came of it: the verdict's action and its three words.
    pub(crate) fn expect(&self, action: &str, words: [&str; 3]) -> Result<Vec<Column>> {
        self.press(action)?;
        self.verdicts(action, words)
    }

    /// Waits for three verdicts.
    pub(crate) fn verdicts(&self, action: &str, words: [&str; 3]) -> Result<Vec<Column>> {
        self.until(&format!("{action}: {words:?}"), |columns| {
            columns
                .iter()
                .zip(words)
                .all(|(column, word)| column.word == word && column.action == action)
        })
    }

    /// Waits until the columns are so, or says how they are.
    pub(crate) fn until(&self, what: &str, so: impl Fn(&[Column]) -> bool) -> Result<Vec<Column>> {
        let started = Instant::now();
        loop {
            let columns = self.columns()?;
            if so(&columns) {
                return Ok(columns);
            }
            if started.elapsed() > PATIENCE {
                bail!("expected {what}, and the page shows {columns:#?}");
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// What the page shows now.
    pub(crate) fn columns(&self) -> Result<Vec<Column>> {
        Ok(serde_json::from_value(self.tab.script(READ)?)?)
    }
}
