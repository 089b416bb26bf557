//! Walks through a lesson against a lab that runs, by what the page itself uses: the columns'
//! hosts, the buttons, the view.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thiserror::Error;

use super::cost::{Cost, Measure};
use super::script::{Act, Lesson, Step, Switch};
use super::traffic::{self, Hop};
use super::visitor::Visitor;
use crate::column::Column;
use crate::profile::Profile;
use crate::running::{OrderError, RunningLab};
use crate::stores::StoreKind;
use crate::verdict::Word;

/// How long a verdict may take after its answer; and how long a line takes to be mended.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(10);

/// The accounts of the start.
const ACCOUNTS: [(&str, &str); 3] = [
    ("alice", "wonderland"),
    ("bob", "builder"),
    ("root", "toor-toor"),
];

/// A step, done.
#[derive(Debug)]
pub struct Played<'a> {
    /// Which.
    pub step: &'a Step,
    /// The verdicts that came, where something was asked.
    pub words: Option<[Word; 3]>,
    /// What was sent for them, a request for each column.
    pub hops: Vec<Hop>,
    /// Those that the lesson names.
    pub expected: Option<[Word; 3]>,
    /// What was measured after it.
    pub cost: Option<Cost>,
    /// Verdicts and order are those that the lesson names.
    pub as_expected: bool,
}

/// What came of a step.
struct Seen {
    words: [Word; 3],
    hops: Vec<Hop>,
}

/// Why a lesson could not be played.
#[derive(Debug, Error)]
pub enum PlayError {
    /// The lab refused an order.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// The servers do not answer, or the view shows nothing of it.
    #[error("{0}")]
    Silent(String),
}

/// Plays a lesson from a clean start, as far as that goes without a Redis where there is none;
/// `told` hears of each step.
///
/// # Errors
/// When the lab does not answer. A verdict that is another one is no error: see
/// [`Played::as_expected`].
pub fn play<'a>(
    lab: &RunningLab,
    lesson: &'a Lesson,
    profile: Profile,
    mut told: impl FnMut(&Played<'a>),
) -> Result<bool, PlayError> {
    lab.order(&json!({ "action": "reset", "usual": true }))?;
    let mut visitors = Vec::new();
    for column in Column::ALL {
        visitors.push(Visitor::before(column, lab.hosts()).map_err(PlayError::Silent)?);
    }
    let has_redis = lab.view()?["store"]["kind"] != json!(StoreKind::Embedded);
    let mut all = true;
    for step in lesson.possible(has_redis) {
        let expected = step.expect.map(|expected| expected.of(profile));
        if step.act == Act::Watch {
            told(&Played::for_the_learner(step));
            continue;
        }
        let seen = match (order(step), expected) {
            (Some(order), expected) => {
                let before = newest(&lab.view()?);
                lab.order(&order)?;
                let asked = expected.map(|_| verdicts(lab, step.act, before));
                asked.transpose()?
            }
            (None, _) => Some(ask(lab, &mut visitors, step, expected)?),
        };
        let words = seen.as_ref().map(|seen| seen.words);
        let cost = step.measure.map(|measure| measured(lab, measure));
        let cost = cost.transpose()?;
        let most = step.most.as_ref().map(|most| most.of(profile));
        // A Redis that keeps its figures to itself refutes nothing.
        let is_most = cost
            .as_ref()
            .is_none_or(|cost| !cost.is_known() || Some(&*cost.most) == most);
        let as_expected = words == expected && is_most;
        all &= as_expected;
        told(&Played {
            step,
            words,
            hops: seen.map(|seen| seen.hops).unwrap_or_default(),
            expected,
            cost,
            as_expected,
        });
    }
    Ok(all)
}

impl<'a> Played<'a> {
    /// What only the learner can do is told, and not done.
    fn for_the_learner(step: &'a Step) -> Self {
        Self {
            step,
            words: None,
            hops: Vec::new(),
            expected: None,
            cost: None,
            as_expected: true,
        }
    }
}

/// What a step cost, as the page is told.
fn measured(lab: &RunningLab, measure: Measure) -> Result<Cost, PlayError> {
    let cost = lab.ask(&format!("/__lab/cost?measure={}", measure.name()))?;
    serde_json::from_value(cost).map_err(|error| PlayError::Silent(error.to_string()))
}

/// What is told to the lab; `None` for what the visitors do.
fn order(step: &Step) -> Option<Value> {
    Some(match step.act {
        Act::Login | Act::Visit | Act::Admin | Act::Logout => return None,
        Act::Link | Act::Foreign | Act::Sibling | Act::Watch => return None,
        Act::Switch => {
            let Switch { column, choice } = step.switch.as_ref()?;
            json!({ "action": "variant", "column": column, "choice": choice })
        }
        Act::Replay => json!({ "action": "replay" }),
        Act::Forge => json!({ "action": "forge" }),
        Act::Demote => json!({ "action": "demote" }),
        Act::Promote => json!({ "action": "promote" }),
        Act::Flush => json!({ "action": "flush" }),
        Act::Restart => json!({ "action": "restart", "new_keys": false }),
        Act::Rekey => json!({ "action": "restart", "new_keys": true }),
        Act::Cut => json!({ "action": "line", "line": "cut" }),
        Act::Mend => json!({ "action": "line", "line": "well" }),
        Act::Ahead => json!({ "action": "ahead", "seconds": step.span }),
    })
}

/// All three visitors do the same. Once more where a server has not mended its line yet.
fn ask(
    lab: &RunningLab,
    visitors: &mut [Visitor],
    step: &Step,
    expected: Option<[Word; 3]>,
) -> Result<Seen, PlayError> {
    let account = step.account.as_deref().unwrap_or_default();
    let known = ACCOUNTS.iter().find(|(name, _)| *name == account);
    let password = known.map_or("", |(_, password)| password);
    let started = Instant::now();
    loop {
        let before = newest(&lab.view()?);
        for visitor in visitors.iter_mut() {
            let done = visitor.act(step.act, account, password);
            done.map_err(PlayError::Silent)?;
        }
        let seen = verdicts(lab, step.act, before)?;
        let mends = seen.words.contains(&Word::Unavailable)
            && expected.is_some_and(|words| !words.contains(&Word::Unavailable));
        if !mends || started.elapsed() > PATIENCE {
            return Ok(seen);
        }
        thread::sleep(PAUSE);
    }
}

/// The newest exchange of each column.
fn newest(view: &Value) -> [u64; 3] {
    Column::ALL.map(|column| {
        let exchanges = view["columns"][column.index()]["wire"]["exchanges"].as_array();
        let last = exchanges.and_then(|list| list.last());
        last.and_then(|last| last["id"].as_u64()).unwrap_or(0)
    })
}

/// Waits until each column has a verdict on something newer.
fn verdicts(lab: &RunningLab, act: Act, before: [u64; 3]) -> Result<Seen, PlayError> {
    let started = Instant::now();
    loop {
        let view = lab.view()?;
        let now = newest(&view);
        let words = Column::ALL.map(|column| {
            let verdict = &view["columns"][column.index()]["verdict"];
            let is_new = now[column.index()] > before[column.index()];
            let word = serde_json::from_value(verdict["word"].clone()).ok();
            word.filter(|_| is_new && verdict["action"] == act.name())
        });
        if let [Some(cookie), Some(session), Some(jwt)] = words {
            let words = [cookie, session, jwt];
            let hops = Column::ALL.into_iter().zip(words);
            let hops = hops.filter_map(|(column, word)| traffic::newest(&view, column, word));
            return Ok(Seen {
                words,
                hops: hops.collect(),
            });
        }
        if started.elapsed() > PATIENCE {
            let waited = format!("no verdict on `{}` came: {words:?}", act.name());
            return Err(PlayError::Silent(waited));
        }
        thread::sleep(PAUSE);
    }
}
