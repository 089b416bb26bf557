//! From a click to the page that shows what came of it in all three columns.

use std::fmt;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::browser::page::Page;

/// What a reader takes for "at once".
const LIMIT_MS: f64 = 100.0;
/// Clicks between two questions to the browser.
const AT_ONCE: usize = 25;

/// Answers with the milliseconds of each click: until every column's newest exchange is another
/// one, and the frame with them is painted. A person pauses in between, and not in step with
/// anything.
pub(super) const CLICK: &str = r#"
const newest = () => [...document.querySelectorAll("lab-column")]
  .map((column) => column.querySelector("li.exchange")?.dataset.key);
const click = (action) => new Promise((resolve) => {
  const before = newest();
  const started = performance.now();
  const look = new MutationObserver(() => {
    if (!newest().every((key, at) => key !== before[at])) return;
    look.disconnect();
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - started)));
  });
  look.observe(document.querySelector("main"), { childList: true, subtree: true });
  document.querySelector(`[data-action=${action}]`).click();
});
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const idle = async () => {
  while (document.querySelector("[data-running]") !== null) await pause(1);
};
const done = arguments[arguments.length - 1];
"#;

/// The times, sorted.
#[derive(Debug)]
pub(crate) struct Clicks(Vec<f64>);

pub(crate) fn measure(page: &Page<'_>, count: usize) -> Result<Clicks> {
    page.press("login")?;
    page.verdicts("login", ["ALLOWED"; 3])?;
    // What is compiled and fetched once is not what a click costs.
    few(page, AT_ONCE)?;
    let mut times = Vec::new();
    while times.len() < count {
        times.extend(few(page, AT_ONCE.min(count - times.len()))?);
    }
    times.sort_by(f64::total_cmp);
    Ok(Clicks(times))
}

fn few(page: &Page<'_>, count: usize) -> Result<Vec<f64>> {
    // Not in step with the lab's own pauses.
    let times = page.tab.script_that_calls_back(&format!(
        "{CLICK}
        const times = [];
        (async () => {{
          for (let at = 0; at < {count}; at += 1) {{
            await idle();
            await pause(150 + Math.random() * 150);
            times.push(await click('visit'));
          }}
          return times;
        }})().then(done, (error) => done(String(error)));"
    ))?;
    let times: Vec<f64> = serde_json::from_value(times)?;
    ensure!(
        times.len() == count,
        "{count} clicks, {} times",
        times.len()
    );
    Ok(times)
}

impl Clicks {
    pub(crate) fn is_quick(&self) -> bool {
        self.at(0.5) < LIMIT_MS
    }

    /// The nearest rank.
    fn at(&self, part: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "between nought and the last"
        )]
        let rank = (part * last as f64).round() as usize;
        self.0.get(rank).copied().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Clicks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = Duration::from_secs_f64(LIMIT_MS / 1_000.0);
        writeln!(
            f,
            "From click to updated page, ms (limit for the median: {limit:?})\n"
        )?;
        writeln!(f, "| n | median | p95 | slowest |\n|---|---|---|---|")?;
        let (n, median, p95) = (self.0.len(), self.at(0.5), self.at(0.95));
        writeln!(f, "| {n} | {median:.0} | {p95:.0} | {:.0} |", self.at(1.0))
    }
}
