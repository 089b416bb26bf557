//! Parts of a credential: a copy that lacks its first signs, or is wrapped, opens nothing as it
//! stands there, but one sign is guessed in sixty-four tries, and lines are put together again.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::ops::Range;

use zeroize::Zeroizing;

/// So many signs of a credential in a row are a part of it.
const RUN: usize = 24;
/// A window of each credential is known at every so many signs of it.
const STRIDE: usize = 12;
/// So long is a window that each run has one in it, wherever it begins.
const WINDOW: usize = RUN - STRIDE + 1;
/// Signs by which most places of a text are told not to begin a window, without a hash of it.
const FIRST: usize = 4;

/// Where windows of credentials are, by their hashes: it has no copy of them.
#[derive(Clone, Default)]
pub(super) struct Runs {
    windows: HashMap<u64, (usize, usize)>,
    begins: Vec<bool>,
    hasher: RandomState,
}

impl Runs {
    /// Of all that is known.
    pub(super) fn of(known: &[Zeroizing<Vec<u8>>]) -> Self {
        let mut runs = Self {
            begins: vec![false; 1 << u16::BITS],
            ..Self::default()
        };
        // Where two have the same window, the longer one counts.
        let mut order: Vec<usize> = (0..known.len()).collect();
        order.sort_unstable_by_key(|which| known[*which].len());
        for which in order {
            let signs = known[which].iter().map(|byte| alike(*byte));
            let signs = Zeroizing::new(signs.collect::<Vec<u8>>());
            let windows = signs.windows(WINDOW).enumerate().step_by(STRIDE);
            for (offset, window) in windows {
                runs.begins[first(window)] = true;
                let hash = runs.hasher.hash_one(window);
                runs.windows.insert(hash, (which, offset));
            }
        }
        runs
    }

    /// Each place in the text where a run of these stands. White space is passed over. Comparisons
    /// take steps.
    pub(super) fn each(
        &self,
        known: &[Zeroizing<Vec<u8>>],
        text: &[u8],
        steps: &mut usize,
        mut found: impl FnMut(Range<usize>),
    ) {
        let signs = text.iter().enumerate();
        let signs = signs.filter(|(_, byte)| !byte.is_ascii_whitespace());
        let (places, signs): (Vec<usize>, Vec<u8>) =
            signs.map(|(place, byte)| (place, alike(*byte))).unzip();
        let mut at = 0;
        while *steps > 0 && at + WINDOW <= signs.len() {
            let run = self.run(known, &signs, at, steps);
            at += 1;
            if let Some(run) = run {
                found(places[run.start]..places[run.end - 1] + 1);
                // What begins in it and goes on behind it is of another one.
                at = at.max(run.end + 1 - WINDOW);
            }
        }
    }

    fn run(
        &self,
        known: &[Zeroizing<Vec<u8>>],
        signs: &[u8],
        at: usize,
        steps: &mut usize,
    ) -> Option<Range<usize>> {
        let window = &signs[at..at + WINDOW];
        if !self.begins[first(window)] {
            return None;
        }
        let &(which, offset) = self.windows.get(&self.hasher.hash_one(window))?;
        let (before, after) = known[which].split_at(offset);
        let is_same = |(sign, byte): &(&u8, &u8)| **sign == alike(**byte);
        let behind = signs[at..].iter().zip(after).take_while(is_same).count();
        let ahead = signs[..at].iter().rev().zip(before.iter().rev());
        let ahead = ahead.take_while(is_same).count();
        *steps = steps.saturating_sub(1 + ahead + behind);
        (behind >= WINDOW).then(|| at - ahead..at + behind)
    }
}

/// The two alphabets of Base64 (RFC 4648, sections 4 and 5) as one; forms write `+` as a space.
fn alike(byte: u8) -> u8 {
    match byte {
        b'+' | b' ' => b'-',
        b'/' => b'_',
        other => other,
    }
}

fn first(window: &[u8]) -> usize {
    let mixed = window[..FIRST].iter().fold(0_u32, |mixed, byte| {
        (mixed ^ u32::from(*byte)).wrapping_mul(0x0100_0193)
    });
    let [high, low, ..] = mixed.to_be_bytes();
    usize::from(u16::from_be_bytes([high, low]))
}
