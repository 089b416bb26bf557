//! Sums up: a row for each target.

use std::time::Duration;

use serde::Serialize;

use super::plan::{Kind, Signed, StoreUsed, Target};
use super::{cpu, load};
use crate::profile::Profile;

/// What was seen of one target.
pub(super) struct Sample {
    target: Target,
    request_bytes: usize,
    body_bytes: usize,
    rounds: Vec<Round>,
}

struct Round {
    per_second: f64,
    cpu_us: Option<f64>,
}

impl Sample {
    pub(super) fn new(target: Target, request_bytes: usize, body_bytes: usize) -> Self {
        Self {
            target,
            request_bytes,
            body_bytes,
            rounds: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, requests: u64, elapsed: Duration, cpu: Option<Duration>) {
        let requests = requests.max(1) as f64;
        let per_second = requests / elapsed.as_secs_f64();
        let cpu_us = cpu.map(|cpu| cpu.as_secs_f64() * 1e6 / requests);
        self.rounds.push(Round { per_second, cpu_us });
    }
}

/// The middle of several rounds, and how far they lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The lowest.
    pub min: f64,
    /// The highest.
    pub max: f64,
}

/// One target.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What was asked.
    pub target: Kind,
    /// How much it looks up.
    pub profile: Option<Profile>,
    /// Where its state is.
    pub store: Option<StoreUsed>,
    /// What signs its tokens.
    pub signed: Option<Signed>,
    /// Median over the rounds.
    pub requests_per_second: f64,
    /// The rounds' extremes.
    pub requests_per_second_spread: Spread,
    /// CPU time of the server's process for one request, kernel included; median.
    pub server_cpu_us_per_request: Option<f64>,
    /// The rounds' extremes.
    pub server_cpu_us_spread: Option<Spread>,
    /// CPU time for one request, divided by the bare handler's in the same round; median.
    pub ratio_to_bare: Option<f64>,
    /// The rounds' extremes.
    pub ratio_spread: Option<Spread>,
    /// Bytes of the request, credential included.
    pub request_bytes: usize,
    /// Bytes of the answer's body.
    pub body_bytes: usize,
}

/// The machine that measured.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// The processor.
    pub cpu: String,
    /// How many cores may be used.
    pub cores: usize,
    /// The operating system.
    pub system: &'static str,
}

/// The whole result.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Of this format.
    pub version: u32,
    /// A row for each target.
    pub rows: Vec<Row>,
    /// Where.
    pub machine: Machine,
    /// `release` or `debug`.
    pub build: &'static str,
    /// The Redis that was used.
    pub redis: Option<String>,
    /// How often each target was measured.
    pub rounds: usize,
    /// Connections at once.
    pub connections: usize,
    /// What has to be known to read the numbers.
    pub notes: Vec<&'static str>,
}

impl Report {
    /// `asked_for`: a Redis was to be measured, whether one was found or not.
    pub(super) fn of(samples: &[Sample], redis: Option<String>, asked_for: bool) -> Self {
        let bare = samples
            .iter()
            .find(|sample| sample.target.kind == Kind::Bare);
        let rows: Vec<Row> = samples.iter().map(|sample| Row::of(sample, bare)).collect();
        let mut notes = vec![
            "GET /me with one worker, over loopback. Compare within one run; these are no capacity figures.",
            "CPU is the server process's own time per request; Redis's and the load's are not in it.",
            "The ratio is CPU per request against the bare handler in the same round.",
            "The bare handler is an App with one route that writes the same JSON with serde: no credential, no guards, none of their headers.",
            "Tokens that were right and cookies that were opened are remembered, but for the rows with anew, where each is checked each time.",
        ];
        if redis.is_none() {
            notes.push(if asked_for {
                "No Redis was found, so its rows are left out: put redis-server on the PATH or set REDIS_URL."
            } else {
                "No Redis was asked for, so its rows are left out."
            });
        }
        if rows
            .iter()
            .any(|row| row.server_cpu_us_per_request.is_none())
        {
            notes.push("This system does not tell the CPU time of another process, so CPU and ratio are missing.");
        }
        Self {
            version: 1,
            machine: Machine {
                cpu: cpu::model(),
                cores: std::thread::available_parallelism().map_or(1, usize::from),
                system: std::env::consts::OS,
            },
            build: if cfg!(debug_assertions) {
                "debug"
            } else {
                "release"
            },
            redis,
            rounds: samples.first().map_or(0, |sample| sample.rounds.len()),
            connections: load::CONNECTIONS,
            notes,
            rows,
        }
    }
}

impl Row {
    fn of(sample: &Sample, bare: Option<&Sample>) -> Self {
        let rounds = &sample.rounds;
        let rates: Vec<f64> = rounds.iter().map(|round| round.per_second).collect();
        let costs: Option<Vec<f64>> = rounds.iter().map(|round| round.cpu_us).collect();
        let ratios: Option<Vec<f64>> = bare.and_then(|bare| {
            let pairs = rounds.iter().zip(&bare.rounds);
            pairs
                .map(|(round, bare)| Some(round.cpu_us? / bare.cpu_us?))
                .collect()
        });
        Self {
            target: sample.target.kind,
            profile: sample.target.profile,
            store: sample.target.store,
            signed: sample.target.signed,
            requests_per_second: rounded(median(&rates), 1.0),
            requests_per_second_spread: spread(&rates, 1.0),
            server_cpu_us_per_request: costs.as_deref().map(|costs| rounded(median(costs), 10.0)),
            server_cpu_us_spread: costs.as_deref().map(|costs| spread(costs, 10.0)),
            ratio_to_bare: ratios
                .as_deref()
                .map(|ratios| rounded(median(ratios), 100.0)),
            ratio_spread: ratios.as_deref().map(|ratios| spread(ratios, 100.0)),
            request_bytes: sample.request_bytes,
            body_bytes: sample.body_bytes,
        }
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

fn spread(values: &[f64], parts: f64) -> Spread {
    let min = values.iter().copied().fold(f64::INFINITY, f64::min);
    let max = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    Spread {
        min: rounded(min, parts),
        max: rounded(max, parts),
    }
}

/// To so many parts of one: more digits would promise more than was measured.
fn rounded(value: f64, parts: f64) -> f64 {
    (value * parts).round() / parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(kind: Kind, costs: &[u64]) -> Sample {
        let mut sample = Sample::new(
            Target {
                kind,
                profile: None,
                store: None,
                signed: None,
            },
            10,
            20,
        );
        for micros in costs {
            sample.add(
                1000,
                Duration::from_secs(1),
                Some(Duration::from_micros(micros * 1000)),
            );
        }
        sample
    }

    #[test]
    fn the_ratio_is_taken_within_a_round() {
        // The second round was disturbed for both.
        let samples = [
            sample(Kind::Cookie, &[20, 80, 22]),
            sample(Kind::Bare, &[10, 40, 11]),
        ];
        let report = Report::of(&samples, None, true);
        assert_eq!(report.rows[0].ratio_to_bare, Some(2.0));
        assert_eq!(
            report.rows[0].ratio_spread,
            Some(Spread { min: 2.0, max: 2.0 })
        );
        assert_eq!(report.rows[0].server_cpu_us_per_request, Some(22.0));
        assert_eq!(report.rows[1].ratio_to_bare, Some(1.0));
        let missing = "No Redis was found";
        assert!(report.to_string().contains(missing));
        let unasked = Report::of(&samples, None, false).to_string();
        assert!(!unasked.contains(missing) && unasked.contains("No Redis was asked for"));
    }

    #[test]
    fn without_cpu_time_the_rest_is_still_told() {
        let mut sample = Sample::new(
            Target {
                kind: Kind::Bare,
                profile: None,
                store: None,
                signed: None,
            },
            1,
            1,
        );
        sample.add(500, Duration::from_millis(500), None);
        let report = Report::of(&[sample], Some("Redis".into()), true);
        assert_eq!(report.rows[0].requests_per_second, 1000.0);
        assert_eq!(report.rows[0].ratio_to_bare, None);
        assert!(report.to_string().contains("does not tell the CPU time"));
    }
}
