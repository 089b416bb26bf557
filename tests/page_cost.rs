//! What the page costs: how long from a click to the page that shows what came of it, and
//! whether a tab that is open for long grows.
//!
//! `cargo bench -p tests --bench page_cost` prints both, measured in a real Chromium against a
//! lab in a process of its own, with every tap on. It ends with 1 where a figure is over its
//! limit.

// The browser's trials use the rest of what is said here to a browser.
#[path = "browser"]
#[allow(dead_code, reason = "modules shared with the browser's trials")]
mod browser {
    pub(crate) mod bidi;
    pub(crate) mod chrome;
    pub(crate) mod driver;
    pub(crate) mod engine;
    pub(crate) mod firefox;
    pub(crate) mod page;
    pub(crate) mod programs;
    pub(crate) mod session;
    pub(crate) mod webdriver;
}

mod page_cost {
    pub(crate) mod clicks;
    pub(crate) mod growth;
    pub(crate) mod laboratory;
}

use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use browser::chrome::Chrome;
use browser::page::Page;
use browser::programs::Programs;
use page_cost::laboratory::{self, Laboratory};
use page_cost::{clicks, growth};

/// Measures the page in a real Chromium.
#[derive(Debug, Parser)]
#[command(bin_name = "cargo bench -p tests --bench page_cost --")]
struct Arguments {
    /// Clicks that are timed, one after the other with a pause, as a person makes them.
    #[arg(long, default_value_t = 300)]
    clicks: usize,
    /// Actions without a pause while memory is watched, after 900 to warm up. 3,600 are an hour
    /// with one a second.
    #[arg(long, default_value_t = 3_600)]
    actions: usize,
    /// Run a lab and nothing else: how this program starts what it measures.
    #[arg(long, hide = true)]
    laboratory: bool,
    /// Cargo says this to every benchmark.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    if arguments.laboratory {
        laboratory::run()?;
        return Ok(ExitCode::SUCCESS);
    }
    let lab = Laboratory::start()?;
    let chrome = Chrome::start_unrecorded(&Programs::find())?;
    let page = Page::of(&chrome.tab, &lab.origin);
    page.resize(1280, 720)?;
    page.show("")?;
    let build = if cfg!(debug_assertions) {
        "debug"
    } else {
        "release"
    };
    println!(
        "{}, {build} build, store: {}\n",
        chrome.tab.product()?,
        lab.store
    );

    let clicks = clicks::measure(&page, arguments.clicks)?;
    println!("{clicks}");
    let growth = growth::measure(&page, &lab, arguments.actions)?;
    println!("{growth}");
    Ok(if clicks.is_quick() && growth.is_flat() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
