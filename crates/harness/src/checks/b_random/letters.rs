//! How much differs from credential to credential, place by place.

use std::collections::{BTreeSet, HashMap};

/// A place in the values at which they differ.
pub(super) struct Position {
    pub(super) at: usize,
    pub(super) bits: f64,
}

/// How far counts of equally likely letters stray, in standard deviations of chi-squared: of a
/// million places hardly one does by chance.
const STRAY: f64 = 8.0;

/// The alphabets in which ids are written, the smallest first.
const ALPHABETS: [fn(u8) -> bool; 5] = [
    |letter| letter.is_ascii_digit(),
    |letter| matches!(letter, b'0'..=b'9' | b'a'..=b'f'),
    |letter| matches!(letter, b'0'..=b'9' | b'A'..=b'F'),
    |letter| matches!(letter, b'0'..=b'9' | b'a'..=b'z'),
    |letter| matches!(letter, b'0'..=b'9' | b'A'..=b'Z'),
];

/// The places at which the values differ, and the bits of each.
///
/// The share of its most frequent letter (min-entropy) is too low a figure for a small sample: of
/// fifty hex digits one comes six times, as if they held three bits. So a place whose letters come
/// equally often, as far as can be told, counts for all of its alphabet.
pub(super) fn varying(values: &[Vec<u8>]) -> Vec<Position> {
    let shortest = values.iter().map(Vec::len).min().unwrap_or_default();
    let places: Vec<HashMap<u8, usize>> = (0..shortest).map(|at| counted(values, at)).collect();
    // What is seen in all places of an alphabet is the alphabet: base32 and base58 are there too.
    let mut seen: HashMap<usize, BTreeSet<u8>> = HashMap::new();
    for counts in places.iter().filter(|counts| counts.len() > 1) {
        let letters = seen.entry(alphabet(counts)).or_default();
        letters.extend(counts.keys());
    }
    let differ = places
        .iter()
        .enumerate()
        .filter(|(_, counts)| counts.len() > 1);
    let position = |(at, counts): (usize, &HashMap<u8, usize>)| {
        let letters = seen.get(&alphabet(counts)).map_or(1, BTreeSet::len);
        let bits = if is_even(counts, letters, values.len()) {
            (letters as f64).log2()
        } else {
            let most = counts.values().copied().max().unwrap_or(1);
            -(most as f64 / values.len() as f64).log2()
        };
        Position { at, bits }
    };
    differ.map(position).collect()
}

fn counted(values: &[Vec<u8>], at: usize) -> HashMap<u8, usize> {
    let mut counts = HashMap::new();
    for value in values {
        *counts.entry(value[at]).or_default() += 1;
    }
    counts
}

/// The first that has all of these letters; the last is everything.
fn alphabet(counts: &HashMap<u8, usize>) -> usize {
    let has_all = |has: &fn(u8) -> bool| counts.keys().all(|&letter| has(letter));
    ALPHABETS
        .iter()
        .position(has_all)
        .unwrap_or(ALPHABETS.len())
}

/// Pearson's chi-squared: whether so many letters may well be equally likely.
fn is_even(counts: &HashMap<u8, usize>, letters: usize, sample: usize) -> bool {
    let expected = sample as f64 / letters as f64;
    let missing = letters.saturating_sub(counts.len()) as f64 * expected;
    let counts = counts
        .values()
        .map(|&count| (count as f64 - expected).powi(2) / expected);
    let freedom = letters as f64 - 1.0;
    counts.sum::<f64>() + missing <= freedom + STRAY * (2.0 * freedom).sqrt()
}
