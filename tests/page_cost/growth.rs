//! What a tab that is open for an hour holds: thousands of actions without a pause, and memory
//! after a collection of garbage every so often. Growth is what comes after the warm-up, and the
//! warm-up is printed too.

use std::fmt;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::clicks::CLICK;
use super::laboratory::Laboratory;
use crate::browser::page::Page;

/// Rounds of the warm-up, between two of its points. The histories are bounded: they are full
/// at its end. The last is the list of the store's keys, fifty a column: each logout leaves one.
/// The browser has compiled by then most of what is run often.
const WARM_UP: [usize; 3] = [20; 3];
/// Points at which memory is read after that.
const POINTS: usize = 12;
/// Looks at the memory for each point, and the time between two.
const LOOKS: usize = 5;
const PAUSE: Duration = Duration::from_millis(200);
/// More than this for each thousand actions is no noise any more: KiB, nodes, listeners, KiB.
const HEAP_LIMIT: f64 = 100.0;
const NODES_LIMIT: f64 = 100.0;
const LISTENERS_LIMIT: f64 = 10.0;
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

/// Prints each point when it is reached: it takes long.
pub(crate) fn measure(page: &Page<'_>, lab: &Laboratory, actions: usize) -> Result<Growth> {
    page.tab.cdp("Performance.enable", &json!({}))?;
    page.press("reset")?;
    println!("Memory of a tab and of the lab\n");
    println!("| actions | tab's heap, KiB | nodes | listeners | lab, resident KiB |");
    println!("|---|---|---|---|---|");
    let rounds = actions.div_ceil(ROUND.len() * POINTS).max(1);
    let (mut done, mut points) = (0, Vec::new());
    for rounds in [0].into_iter().chain(WARM_UP).chain([rounds; POINTS]) {
        go_round(page, rounds)?;
        done += rounds * ROUND.len();
        let point = read(page, lab, done)?;
        println!("{point}");
        points.push(point);
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

/// What is held: the least of some looks. One collection misses what the page has in hand at that
/// moment, and the second finds what the first one's finalizers have let go.
fn read(page: &Page<'_>, lab: &Laboratory, actions: usize) -> Result<Point> {
    let mut least = look(page, lab, actions)?;
    for _ in 1..LOOKS {
        std::thread::sleep(PAUSE);
        let point = look(page, lab, actions)?;
        if point.heap_kib < least.heap_kib {
            least = point;
        }
    }
    Ok(least)
}

fn look(page: &Page<'_>, lab: &Laboratory, actions: usize) -> Result<Point> {
    page.tab.cdp("HeapProfiler.collectGarbage", &json!({}))?;
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
        self.slopes().iter().all(|(_, slope, limit)| slope < limit)
    }

    /// What of, how much for each thousand actions, and the limit of it.
    fn slopes(&self) -> [(&str, f64, f64); 4] {
        [
            (
                "KiB of the tab's heap",
                self.slope(|point| point.heap_kib),
                HEAP_LIMIT,
            ),
            ("nodes", self.slope(|point| point.nodes), NODES_LIMIT),
            (
                "listeners",
                self.slope(|point| point.listeners),
                LISTENERS_LIMIT,
            ),
            (
                "KiB of the lab",
                self.slope(|point| point.lab_kib),
                LAB_LIMIT,
            ),
        ]
    }

    /// From the end of the warm-up on.
    fn judged(&self) -> &[Point] {
        &self.0[WARM_UP.len()..]
    }

    /// For each thousand actions, by least squares.
    #[expect(clippy::cast_precision_loss, reason = "thousands")]
    fn slope(&self, of: impl Fn(&Point) -> f64) -> f64 {
        let points = self.judged();
        let n = points.len() as f64;
        let x = |point: &Point| point.actions as f64 / 1_000.0;
        let mean_x = points.iter().map(x).sum::<f64>() / n;
        let mean_y = points.iter().map(&of).sum::<f64>() / n;
        let both = |point: &Point| (x(point) - mean_x) * (of(point) - mean_y);
        let square = |point: &Point| (x(point) - mean_x).powi(2);
        points.iter().map(both).sum::<f64>() / points.iter().map(square).sum::<f64>()
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            actions,
            heap_kib,
            nodes,
            listeners,
            lab_kib,
        } = self;
        write!(
            f,
            "| {actions} | {heap_kib:.0} | {nodes} | {listeners} | {lab_kib:.0} |"
        )
    }
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let warm = self.judged()[0].actions;
        writeln!(f, "\nFor each 1,000 actions after the first {warm}:\n")?;
        for (what, slope, limit) in self.slopes() {
            writeln!(f, "- {slope:+.1} {what} (limit {limit:.0})")?;
        }
        Ok(())
    }
}
