//! The scoreboard: what was counted here, and what a round in a second lab has measured.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Query};
use futures_util::future::join_all;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::Shared;
use crate::asker::asker;
use crate::column::Column;
use crate::lessons::cost::{Cost, Measure};
use crate::scores::{self, Measurement, Scores};
use crate::start::Options;
use crate::variants::Variants;

/// One round at a time, whichever room of a class asks for it: each starts three servers, and two
/// at once would measure each other. Those who wait get it in the order in which they came.
static TURN: Semaphore = Semaphore::const_new(1);
/// As long as a few rounds take: who waited that long is told so.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the last round came to.
pub(super) struct Rounds {
    /// As the lab was started; what was switched since then is looked up.
    started_with: Options,
    last: Mutex<Option<Measurement>>,
    /// One of this lab: a room that asks again and again stands in the queue once.
    own: Arc<Semaphore>,
}

/// A round may be done as long as this is held, and it is held until the round has ended.
#[derive(Debug)]
struct Turn {
    _own: OwnedSemaphorePermit,
    _all: SemaphorePermit<'static>,
}

impl Rounds {
    pub(super) fn of(started_with: Options) -> Self {
        Self {
            started_with,
            last: Mutex::new(None),
            own: Arc::new(Semaphore::new(1)),
        }
    }

    /// Waits for those who came before; or says why not.
    async fn turn(&self) -> Result<Turn, &'static str> {
        let Ok(own) = Arc::clone(&self.own).try_acquire_owned() else {
            return Err("A round is under way already. Try again in a few seconds.");
        };
        match timeout(PATIENCE, TURN.acquire()).await {
            Ok(Ok(all)) => Ok(Turn {
                _own: own,
                _all: all,
            }),
            _ => Err("Other rooms are being measured. Try again in a minute."),
        }
    }

    /// The last round, if it was of these settings.
    fn last(&self, variants: Variants) -> Option<Measurement> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone().filter(|last| last.variants == variants)
    }

    /// As if none had been.
    pub(super) fn forget(&self) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = None;
    }

    fn keep(&self, measurement: Measurement) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(measurement);
    }
}

/// `GET /__lab/scoreboard`
pub(super) async fn show(shared: Data<Shared>) -> HttpResponse {
    let (variants, live) = live(&shared);
    let memory = memory(&shared).await;
    HttpResponse::Ok().json(json!({
        "settings": scores::settings(variants),
        "live": live,
        "memory": memory,
        "measured": shared.rounds.last(variants),
    }))
}

/// What was counted here.
fn live(shared: &Shared) -> (Variants, [Scores; 3]) {
    let over_a_wire = shared.store.is_redis();
    shared.board.read(|state, _| {
        let variants = state.variants;
        let scores = Column::ALL.map(|column| {
            let wired = over_a_wire && !variants.has(column, "embedded");
            state.column(column).scores(variants, wired)
        });
        (variants, scores)
    })
}

async fn memory(shared: &Shared) -> Vec<Option<u64>> {
    join_all(Column::ALL.map(|column| shared.stores.memory(column))).await
}

/// Which figures.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    measure: Measure,
}

/// `GET /__lab/cost?measure=…`: what the last step of a lesson cost in each column.
pub(super) async fn cost(asked: Query<Asked>, shared: Data<Shared>) -> HttpResponse {
    let memory = memory(&shared).await;
    let counted = shared
        .board
        .read(|state, _| Column::ALL.map(|column| asked.measure.of(state.column(column))));
    let figures = Column::ALL.map(|column| match asked.measure {
        Measure::Kept => memory.get(column.index()).copied().flatten(),
        _ => counted[column.index()],
    });
    let visits = live(&shared).1.map(|scores| scores.visit_us);
    let cost = Cost::of(figures, visits.map(|visit| visit.map(|figure| figure.p50)));
    HttpResponse::Ok().json(cost)
}

/// `POST /__lab/measure`: does a round with the settings of this moment.
pub(super) async fn measure(shared: Data<Shared>) -> HttpResponse {
    let failed = |sentence: String| {
        HttpResponse::ServiceUnavailable().json(json!({ "ok": false, "sentence": sentence }))
    };
    let turn = match shared.rounds.turn().await {
        Ok(turn) => turn,
        Err(sentence) => return failed(sentence.to_owned()),
    };
    let options = options_now(&shared);
    let (_present, asker) = asker();
    let rounds = shared.clone();
    let measured = web::block(move || {
        let measured = scores::measure(options, &asker);
        drop(turn);
        measured.map(|measurement| rounds.rounds.keep(measurement))
    });
    match measured.await {
        Ok(Ok(())) => show(shared).await,
        Ok(Err(error)) => {
            log::warn!("{error}");
            failed(error.to_string())
        }
        Err(_) => failed("The lab is stopping.".to_owned()),
    }
}

/// The settings of this moment, for a second lab.
fn options_now(shared: &Shared) -> Options {
    let variants = shared.board.read(|state, _| state.variants);
    let words = Column::ALL.into_iter().flat_map(|column| {
        let chosen = variants.of(column);
        chosen.map(move |(_, choice)| (column, choice.word.to_owned()))
    });
    Options {
        variants: words.collect(),
        ..shared.rounds.started_with.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    #[tokio::test]
    async fn a_room_that_asks_again_and_again_stands_in_the_queue_once() {
        let [busy, next, last] = [0; 3].map(|_| Rounds::of(Options::default()));
        let turn = busy.turn().await.unwrap();
        let mut waiting = Box::pin(next.turn());
        let mut context = Context::from_waker(Waker::noop());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        for _ in 0..5 {
            let again = busy.turn().await.unwrap_err();
            assert!(again.starts_with("A round is under way"), "{again}");
        }
        drop(turn);
        let mut after = Box::pin(last.turn());
        let mut again = Box::pin(busy.turn());
        assert!(after.as_mut().poll(&mut context).is_pending());
        assert!(again.as_mut().poll(&mut context).is_pending());
        // In the order in which they came.
        drop(waiting.await.unwrap());
        assert!(matches!(again.as_mut().poll(&mut context), Poll::Pending));
        drop(after.await.unwrap());
        again.await.unwrap();
    }
}
