//! What is known, in an order in which text is compared with all of it at once.

use std::ops::Range;

use zeroize::Zeroizing;

use super::spelling;

/// Texts, sorted, so that those with one beginning lie side by side.
#[derive(Clone, Default)]
pub(super) struct Index {
    known: Vec<Zeroizing<Vec<u8>>>,
    /// Where those begin that begin with each byte; and where the last of them end.
    first: Vec<usize>,
}

/// A way to have read text so far: all that is known from `low` to `high` begins so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Reading {
    /// Where the text that was read ends.
    end: usize,
    /// How many bytes it spelt.
    depth: usize,
    low: usize,
    high: usize,
    /// One of them was complete; what goes on like a longer one belongs to it.
    complete: bool,
}

impl Index {
    pub(super) fn of(mut known: Vec<Zeroizing<Vec<u8>>>) -> Self {
        known.retain(|one| !one.is_empty());
        known.sort_unstable_by(|one, other| one.as_slice().cmp(other.as_slice()));
        known.dedup_by(|one, other| one.as_slice() == other.as_slice());
        let begin = |byte: usize| known.partition_point(|one| usize::from(one[0]) < byte);
        let first = (0..=256).map(begin).collect();
        Self { known, first }
    }

    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    pub(super) fn known(&self) -> &[Zeroizing<Vec<u8>>] {
        &self.known
    }

    /// How far the text from `at` on spells something that is known. Each comparison takes one of
    /// the steps: hostile text can ask for very many, and with none left nothing is found.
    pub(super) fn spelt(&self, text: &[u8], at: usize, steps: &mut usize) -> Option<usize> {
        let &first = text.get(at).filter(|_| !self.known.is_empty())?;
        if !spelling::is_mark(first) && self.beginning(spelling::folded(first)).is_empty() {
            return None;
        }
        let mut readings = vec![Reading {
            end: at,
            depth: 0,
            low: 0,
            high: self.known.len(),
            complete: false,
        }];
        let mut found = None;
        while !readings.is_empty() {
            let mut next = Vec::new();
            for reading in &readings {
                spelling::each(&text[reading.end..], |bytes, length| {
                    next.extend(self.read(reading, bytes, length));
                });
            }
            // The first character is looked up in a table, and there are as many as in the text.
            let is_first = readings.iter().all(|reading| reading.depth == 0);
            *steps = steps.saturating_sub(if is_first { 0 } else { next.len() });
            if *steps == 0 {
                return None;
            }
            next.sort_unstable();
            next.dedup();
            let complete = next.iter().filter(|reading| reading.complete);
            found = found.max(complete.map(|reading| reading.end).max());
            readings = next;
        }
        found
    }

    fn read(&self, from: &Reading, bytes: &[u8], length: usize) -> Option<Reading> {
        let mut to = *from;
        to.end += length;
        for &byte in bytes {
            (to.low, to.high) = self.narrowed(&to, byte);
            to.depth += 1;
            if to.low == to.high {
                return None;
            }
            // The shortest is the first.
            to.complete |= self.known[to.low].len() == to.depth;
        }
        Some(to)
    }

    fn beginning(&self, byte: u8) -> Range<usize> {
        let byte = usize::from(byte);
        self.first[byte]..self.first[byte + 1]
    }

    /// Those of them that go on with this byte.
    fn narrowed(&self, reading: &Reading, byte: u8) -> (usize, usize) {
        let Reading {
            depth, low, high, ..
        } = *reading;
        if depth == 0 {
            let all = self.beginning(byte);
            return (all.start, all.end);
        }
        let of = |one: &Zeroizing<Vec<u8>>| one.get(depth).copied();
        if of(&self.known[low]) == Some(byte) && of(&self.known[high - 1]) == Some(byte) {
            return (low, high);
        }
        let among = &self.known[low..high];
        let begin = among.partition_point(|one| of(one) < Some(byte));
        let end = among.partition_point(|one| of(one) <= Some(byte));
        (low + begin, low + end)
    }
}
