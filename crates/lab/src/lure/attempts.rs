//! What is under way: each attempt has a name that nobody guesses, and is one of a few.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::judge::{Finding, Seen, judge};
use super::{CONTROL, Lure, MARK, Way};
use crate::board::{Exchange, Record, State};
use crate::clock;
use crate::column::Column;
use crate::export::{Export, Secrets, Sources};
use crate::hosts::Hosts;
use crate::stolen;

/// Attempts that are remembered; a page tries one after the other.
const AT_ONCE: usize = 32;
/// What a page reports first is on the board a moment later, or it was never sent.
const GRACE: Duration = Duration::from_millis(1500);
/// Things that a report may name.
const MAX_ITEMS: usize = 20;

/// The attacker's own credential, which he plants. Never printed.
#[derive(Clone)]
pub(crate) struct Planted {
    pub(crate) name: &'static str,
    pub(crate) value: String,
}

/// What the attacker's script sends home.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    /// What it could read.
    #[serde(default)]
    items: Vec<Item>,
    /// What it was told.
    #[serde(default)]
    said: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    name: String,
    value: String,
}

/// One attempt.
pub(crate) struct Attempt {
    id: String,
    pub(crate) lure: &'static Lure,
    pub(crate) column: Column,
    pub(crate) planted: Option<Planted>,
    begun: Instant,
    report: Option<(Instant, Report)>,
    /// What was planted is nobody's any more.
    is_over: bool,
}

/// Something that reached the attacker's host.
#[derive(Clone, Debug, Serialize)]
pub struct Received {
    /// Its name.
    pub name: String,
    /// How long it is.
    pub bytes: usize,
}

/// What came of a lure on one column.
#[derive(Clone, Debug, Serialize)]
pub struct Lured {
    /// Its name.
    pub attack: &'static str,
    /// Where.
    pub column: Column,
    /// The verdict.
    #[serde(flatten)]
    pub finding: Finding,
    /// What reached the attacker's host.
    pub received: Vec<Received>,
    /// What the attacker's script was told.
    pub said: Option<String>,
    /// The requests that it caused, credentials masked.
    pub exchanges: Vec<String>,
    /// How long it took.
    pub took_ms: u64,
}

/// The same, the evidence not written yet: that can take long, and the board is locked while this
/// is made.
pub(crate) struct Outcome {
    lured: Lured,
    exchanges: Vec<Arc<Exchange>>,
    sources: Sources,
}

impl Outcome {
    /// With its evidence.
    pub(crate) fn told(self, hosts: Hosts) -> Lured {
        let export = Export {
            column: self.lured.column,
            origin: hosts.column(self.lured.column),
            masked: Some(Secrets::of(&self.sources)),
        };
        let written = self.exchanges.iter().map(|one| export.transcript(one));
        Lured {
            exchanges: written.collect(),
            ..self.lured
        }
    }
}

/// All of them.
#[derive(Default)]
pub(crate) struct Attempts(Mutex<VecDeque<Attempt>>);

impl Attempts {
    /// Begins one, and names it.
    pub(crate) fn begin(
        &self,
        lure: &'static Lure,
        column: Column,
        planted: Option<Planted>,
    ) -> String {
        let mut bytes = [0; 12];
        getrandom::fill(&mut bytes).expect("the system has random numbers");
        let id = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let mut attempts = self.lock();
        if attempts.len() == AT_ONCE {
            attempts.pop_front();
        }
        attempts.push_back(Attempt {
            id: id.clone(),
            lure,
            column,
            planted,
            begun: Instant::now(),
            report: None,
            is_over: false,
        });
        id
    }

    /// Reads one; `None` when there is none of this name.
    pub(crate) fn read<T>(&self, id: &str, read: impl FnOnce(&Attempt) -> T) -> Option<T> {
        self.lock().iter().find(|one| one.id == id).map(read)
    }

    /// Takes the first report; `false` when there is no attempt of this name.
    pub(crate) fn report(&self, id: &str, mut report: Report) -> bool {
        let mut attempts = self.lock();
        let Some(attempt) = attempts.iter_mut().find(|one| one.id == id) else {
            return false;
        };
        report.items.truncate(MAX_ITEMS);
        attempt.report.get_or_insert((Instant::now(), report));
        true
    }

    /// What was planted for an attempt that is over; said once.
    pub(crate) fn over(&self, id: &str) -> Option<(Column, Planted)> {
        let mut attempts = self.lock();
        let attempt = attempts.iter_mut().find(|one| one.id == id)?;
        let planted = attempt.planted.clone().filter(|_| !attempt.is_over);
        attempt.is_over = true;
        Some((attempt.column, planted?))
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Attempt>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt {
    /// What came of it; `None` while nothing has.
    pub(crate) fn outcome(&self, state: &State) -> Option<Outcome> {
        let exchanges: Vec<Arc<Exchange>> = state
            .column(self.column)
            .history()
            .filter(|exchange| self.is_mine(exchange))
            .cloned()
            .collect();
        let has_arrived = !exchanges.is_empty();
        let is_told = |after| {
            let told = self.report.as_ref();
            told.is_some_and(|(when, _)| when.elapsed() >= after)
        };
        let is_over = match self.lure.way {
            Way::Read => is_told(Duration::ZERO),
            Way::Form | Way::Link => has_arrived,
            // Only after the answer is it certain that no second request follows.
            _ => is_told(GRACE) || (has_arrived && is_told(Duration::ZERO)),
        };
        is_over.then(|| Outcome {
            lured: self.lured(state, &exchanges),
            sources: Sources::of(state),
            exchanges,
        })
    }

    fn lured(&self, state: &State, exchanges: &[Arc<Exchange>]) -> Lured {
        let report = self.report.as_ref().map(|(_, report)| report);
        let items = report.iter().flat_map(|report| &report.items);
        let said = report.map(|report| report.said.chars().take(200).collect::<String>());
        Lured {
            attack: self.lure.name,
            column: self.column,
            finding: judge(self.lure.way, &self.seen(state, exchanges)),
            received: items
                .map(|item| Received {
                    name: item.name.chars().take(80).collect(),
                    bytes: item.value.len(),
                })
                .collect(),
            said: said.filter(|text| !text.is_empty()),
            exchanges: Vec::new(),
            took_ms: u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }

    fn seen(&self, state: &State, exchanges: &[Arc<Exchange>]) -> Seen {
        let memory = state.column(self.column);
        let last = exchanges.last().map(|exchange| &exchange.record);
        let named = |name: &str, value: Option<&str>| {
            let cookies = last.into_iter().flat_map(Record::cookies);
            cookies
                .filter(|(found, _)| *found == name)
                .any(|(_, found)| value.is_none_or(|value| value == found))
        };
        let report = self.report.iter().flat_map(|(_, report)| &report.items);
        let stolen = memory.stolen.as_ref();
        Seen {
            rides: memory.rides(clock::now_ms()),
            arrived: last.map(Record::status),
            is_preflight: last.is_some_and(|record| record.request.method == "OPTIONS"),
            carried: last.is_some_and(|record| stolen::presented(self.column, record).is_some()),
            control: named(CONTROL, None),
            planted: self
                .planted
                .as_ref()
                .is_some_and(|planted| named(planted.name, Some(&planted.value))),
            read: report
                .into_iter()
                .any(|item| stolen.is_some_and(|stolen| stolen.is(&item.value))),
        }
    }

    fn is_mine(&self, exchange: &Exchange) -> bool {
        let target = &exchange.record.request.target;
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.any(|(name, value)| name == MARK && value == self.id)
    }
}
