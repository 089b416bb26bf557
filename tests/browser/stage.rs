//! A lab and a browser for one trial.

use std::cell::RefCell;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use lab::Lab;
use tokio::runtime::Runtime;

use super::engine::{Browser, Engine};
use super::page::Page;
use super::programs::Programs;
use super::session::Session;
use super::setting::Setting;

/// Everything that a trial needs; it ends with the trial.
pub(crate) struct Stage {
    browser: Browser,
    pub(crate) origin: String,
    name: String,
    setting: Setting,
    /// `None` between two starts.
    lab: RefCell<Option<Lab>>,
    /// The lab runs on its threads, and the trial on its own.
    runtime: Runtime,
}

impl Stage {
    /// Starts the lab on a free port, and a browser with an empty profile.
    pub(crate) fn set(
        programs: &Programs,
        engine: Engine,
        setting: Setting,
        name: &str,
    ) -> Result<Self> {
        let runtime = Runtime::new()?;
        let lab = start(&runtime, setting, 0)?;
        Ok(Self {
            browser: Browser::start(programs, engine)?,
            origin: lab.address(),
            name: name.to_owned(),
            setting,
            lab: RefCell::new(Some(lab)),
            runtime,
        })
    }

    /// What is driven.
    pub(crate) fn tab(&self) -> &Session {
        self.browser.tab()
    }

    /// The page in a window of 1280 x 720, which is a projector's.
    pub(crate) fn page(&self, query: &str) -> Result<Page<'_>> {
        let page = Page::of(self.tab(), &self.origin);
        page.resize(1280, 720)?;
        page.tab.hold_still()?;
        page.show(query)?;
        Ok(page)
    }

    /// Keeps a picture of the window in target/screenshots.
    pub(crate) fn picture(&self, what: &str) -> Result<()> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
        fs::create_dir_all(&folder)?;
        let name = format!("{}-{what}.png", self.name.replace("::", "-"));
        fs::write(folder.join(name), self.tab().picture()?)?;
        Ok(())
    }

    /// Stops the lab and starts another one on its port, with an errand in between.
    pub(crate) fn restart(&self, meanwhile: impl Fn() -> Result<()>) -> Result<()> {
        let lab = self.lab.take().context("no lab runs")?;
        let port = lab.port;
        self.runtime.block_on(lab.stop());
        meanwhile()?;
        self.lab
            .replace(Some(start(&self.runtime, self.setting, port)?));
        Ok(())
    }

    /// Ends the browser, then the lab.
    pub(crate) fn strike(self) {
        drop(self.browser);
        if let Some(lab) = self.lab.take() {
            self.runtime.block_on(lab.stop());
        }
    }
}

fn start(runtime: &Runtime, setting: Setting, port: u16) -> Result<Lab> {
    let lab = runtime
        .block_on(lab::start(setting.options(port)))
        .context("the lab does not start")?;
    let store = &lab.store;
    ensure!(store.kind == setting.kind(), "the lab took {store:?}");
    Ok(lab)
}
