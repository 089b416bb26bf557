//! What a tab that is open for an hour holds: thousands of actions without a pause, and memory
//! after a collection of garbage every so often.

use std::fmt;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::clicks::CLICK;
use super::laboratory::Laboratory;
use crate::browser::page::Page;

/// Points at which memory is read, after the first.
const POINTS: usize = 6;
/// Rounds before the first point.
const WARM_UP: usize = 20;
/// More than this for each thousand actions is no noise any more.
const HEAP_LIMIT: f64 = 100.0;
const LAB_LIMIT: f64 = 1_000.0;

/// A login, looks and a logout, with a thief behind it.
const ROUND: [&str; 15] = [
    "login", "visit", "visit", "visit", "visit", "visit", "visit", "visit", "visit", "visit",
    "visit", "admin", "logout", "replay", "visit",
];

/// How much there is, after so many actions.
#[derive(Clone, Copy, Debug)]
struct Point {
    actions: usize,
    heap_kib: f64,
    nodes: f64,
    listeners: f64,
    lab_kib: f64,
}

/// One after the other.
#[derive(Debug)]
pub(crate) struct Growth(Vec<Point>);

pub(crate) fn measure(page: &Page<'_>, lab: &Laboratory, actions: usize) -> Result<Growth> {
    page.tab.cdp("Performance.enable", &json!({}))?;
    page.press("reset")?;
    let rounds = actions.div_ceil(ROUND.len() * POINTS).max(1);
    // The histories are bounded: they are to be full at the first point.
    go_round(page, WARM_UP)?;
    let mut done = 0;
    let mut points = vec![read(page, lab, done)?];
    for _ in 0..POINTS {
        go_round(page, rounds)?;
        done += rounds * ROUND.len();
        points.push(read(page, lab, done)?);
    }
    Ok(Growth(points))
}

/// Few at a time: a driver does not wait for ever.
fn go_round(page: &Page<'_>, rounds: usize) -> Result<()> {
    let round = json!(ROUND);
    for _ in 0..rounds {
        let said = page.tab.script_that_calls_back(&format!(
            "{CLICK}
            (async () => {{
              for (const action of {round}) {{
                await idle();
                await click(action);
              }}
              await idle();
            }})().then(() => done('done'), (error) => done(String(error)));"
        ))?;
        ensure!(said == "done", "the page says {said}");
    }
    Ok(())
}

fn read(page: &Page<'_>, lab: &Laboratory, actions: usize) -> Result<Point> {
    // The second finds what the first one's finalizers have let go.
    for _ in 0..2 {
        page.tab.cdp("HeapProfiler.collectGarbage", &json!({}))?;
    }
    let answer = page.tab.cdp("Performance.getMetrics", &json!({}))?;
    let metric = |name: &str| -> Result<f64> {
        answer["metrics"]
            .as_array()
            .and_then(|all| all.iter().find(|one| one["name"] == name))
            .and_then(|one: &Value| one["value"].as_f64())
            .with_context(|| format!("Chromium does not say {name}"))
    };
    Ok(Point {
        actions,
        heap_kib: metric("JSHeapUsedSize")? / 1_024.0,
        nodes: metric("Nodes")?,
        listeners: metric("JSEventListeners")?,
        lab_kib: lab.resident_kib()?,
    })
}

impl Growth {
    pub(crate) fn is_flat(&self) -> bool {
        self.slope(|point| point.heap_kib) < HEAP_LIMIT
            && self.slope(|point| point.lab_kib) < LAB_LIMIT
    }

    /// KiB for each thousand actions, by least squares.
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    fn slope(&self, of: impl Fn(&Point) -> f64) -> f64 {
        let n = self.0.len() as f64;
        let x = |point: &Point| point.actions as f64 / 1_000.0;
        let mean_x = self.0.iter().map(x).sum::<f64>() / n;
        let mean_y = self.0.iter().map(&of).sum::<f64>() / n;
        let both = |point: &Point| (x(point) - mean_x) * (of(point) - mean_y);
        let square = |point: &Point| (x(point) - mean_x).powi(2);
        self.0.iter().map(both).sum::<f64>() / self.0.iter().map(square).sum::<f64>()
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Memory of a tab and of the lab\n")?;
        writeln!(
            f,
            "| actions | tab's heap, KiB | nodes | listeners | lab, resident KiB |\n|---|---|---|---|---|"
        )?;
        for point in &self.0 {
            let Point {
                actions,
                heap_kib,
                nodes,
                listeners,
                lab_kib,
            } = point;
            writeln!(
                f,
                "| {actions} | {heap_kib:.0} | {nodes} | {listeners} | {lab_kib:.0} |"
            )?;
        }
        let heap = self.slope(|point| point.heap_kib);
        let lab = self.slope(|point| point.lab_kib);
        writeln!(
            f,
            "\nKiB for each 1,000 actions: {heap:.1} in the tab (limit {HEAP_LIMIT:.0}), {lab:.1} in the lab (limit {LAB_LIMIT:.0})"
        )
    }
}
