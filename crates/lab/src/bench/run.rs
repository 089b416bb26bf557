//! Goes round all targets several times, a short while each, so that what else happens on the
//! machine hits all of them.

use std::io;
use std::time::Duration;

use thiserror::Error;

use super::child::Running;
use super::plan::Target;
use super::report::{Report, Sample};
use super::{cpu, load};
use crate::error::LabError;
use crate::stores::{RedisServer, StoreChoice};

const ROUNDS: u32 = 5;
/// The shortest turn that says anything.
const SHORTEST: Duration = Duration::from_millis(50);

/// What a benchmark is told.
#[derive(Clone, Debug)]
pub struct BenchOptions {
    /// How long all measuring takes, without starting and stopping.
    pub lasts: Duration,
    /// Which Redis, if any.
    pub store: StoreChoice,
}

/// Why there is no result.
#[derive(Debug, Error)]
pub enum BenchError {
    /// Redis was named and is not there.
    #[error(transparent)]
    Redis(#[from] LabError),
    /// A target could not be started or did not answer as it should.
    #[error("{target} could not be measured: {source}")]
    Target {
        /// Which.
        target: String,
        /// What went wrong.
        source: io::Error,
    },
}

/// Measures everything. `progress` is told what happens.
pub async fn run(options: &BenchOptions, progress: impl Fn(&str)) -> Result<Report, BenchError> {
    let redis = match &options.store {
        StoreChoice::Redis(url) => Some(RedisServer::named(url).await?),
        StoreChoice::Auto => RedisServer::private().await,
        StoreChoice::Embedded => None,
    };
    let measured = measure(options, redis.as_ref().map(RedisServer::url), &progress).await;
    let label = redis.as_ref().map(|redis| redis.label().to_owned());
    if let Some(redis) = redis {
        redis.close().await;
    }
    let asked_for = !matches!(options.store, StoreChoice::Embedded);
    Ok(Report::of(&measured?, label, asked_for))
}

async fn measure(
    options: &BenchOptions,
    redis: Option<&str>,
    progress: &impl Fn(&str),
) -> Result<Vec<Sample>, BenchError> {
    let targets = start_all(redis, progress).await?;
    let turns = ROUNDS * u32::try_from(targets.len()).unwrap_or(u32::MAX);
    let turn = (options.lasts / turns).max(SHORTEST);
    let mut samples: Vec<Sample> = targets
        .iter()
        .map(|running| Sample::new(running.target, running.request.len(), running.body))
        .collect();
    for round in 0..=ROUNDS {
        // The first time round only warms up: caches, connections, the allocator.
        let lasts = if round == 0 { turn / 4 } else { turn };
        let word = if round == 0 {
            "warming up".to_owned()
        } else {
            format!("round {round} of {ROUNDS}")
        };
        progress(&word);
        for (running, sample) in targets.iter().zip(&mut samples) {
            let before = cpu::used(running.process());
            let started = std::time::Instant::now();
            let requests = load::steadily(running.address, &running.request, lasts).await;
            let requests = requests.map_err(|source| failed(running.target, source))?;
            let elapsed = started.elapsed();
            let after = cpu::used(running.process());
            if round > 0 {
                let used = after
                    .zip(before)
                    .map(|(after, before)| after.saturating_sub(before));
                sample.add(requests, elapsed, used);
            }
        }
    }
    progress("stopping");
    // Waits for each child to clear its keys.
    drop(targets);
    Ok(samples)
}

async fn start_all(
    redis: Option<&str>,
    progress: &impl Fn(&str),
) -> Result<Vec<Running>, BenchError> {
    let mut started: Vec<Running> = Vec::new();
    for target in Target::all(redis.is_some()) {
        progress(&format!("starting {}", target.name()));
        let running = Running::start(target, redis).await;
        started.push(running.map_err(|source| failed(target, source))?);
    }
    Ok(started)
}

fn failed(target: Target, source: io::Error) -> BenchError {
    BenchError::Target {
        target: target.name(),
        source,
    }
}
