//! A number with its spread.

use serde::{Deserialize, Serialize};

/// Several measurements of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// How many.
    pub n: usize,
    /// The smallest.
    pub min: u64,
    /// The median: half of them are no larger.
    pub p50: u64,
    /// 95 of 100 are no larger.
    pub p95: u64,
    /// The largest.
    pub max: u64,
}

impl Figure {
    /// Of these; `None` when there are none. Percentiles are values that occurred (nearest
    /// rank), never something in between.
    pub fn of(samples: impl IntoIterator<Item = u64>) -> Option<Self> {
        let mut sorted: Vec<u64> = samples.into_iter().collect();
        sorted.sort_unstable();
        let rank = |percent: usize| sorted[(sorted.len() * percent).div_ceil(100) - 1];
        Some(Self {
            n: sorted.len(),
            min: *sorted.first()?,
            p50: rank(50),
            p95: rank(95),
            max: *sorted.last()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        assert_eq!(Figure::of([]), None);
        let one = Figure::of([7]).unwrap();
        assert_eq!((one.n, one.min, one.p50, one.p95, one.max), (1, 7, 7, 7, 7));
        let hundred = Figure::of((1..=100).rev()).unwrap();
        assert_eq!((hundred.p50, hundred.p95, hundred.max), (50, 95, 100));
        let four = Figure::of([40, 10, 30, 20]).unwrap();
        assert_eq!((four.min, four.p50, four.p95), (10, 20, 40));
    }
}
