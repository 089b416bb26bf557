//! The credentials that the lab has seen, to be masked wherever they turn up.
//!
//! Where a credential usually stands is masked by name. But anybody can send one in a path, in a
//! header of his own or under another name; what is known to be one is hidden there too.

use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

use contract::accounts::seeded_passwords;
use zeroize::Zeroizing;

use super::encoded;
use super::index::Index;
use super::runs::Runs;
use super::sources::Sources;
use super::spelling::{self, folded};
use crate::board::{SHORTEST, given_away};

/// What is behind the last dot of a credential is the part that cannot be guessed: the signature.
/// And so much of a beginning says which credential it is.
const SHORTEST_PART: usize = 16;
/// What lacks no more than this part of the end is guessed, or was cut by a copy.
const MISSING: usize = 4;
/// As often may a credential be percent-encoded in its place.
const ENCODED: usize = 4;

/// Comparisons for one export: a second's worth. Text that asks for more is hostile; it and all
/// that comes after it is masked.
pub(super) const STEPS: usize = 2_000_000;
/// Forms that are compared with. Of exchanges with more of them nothing is shown.
const MOST_FORMS: usize = 200_000;

/// Everything that is known to be a credential, for one export. Never printed.
#[derive(Clone)]
pub struct Secrets {
    index: Index,
    runs: Runs,
    /// Comparisons that are left.
    steps: Cell<usize>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({}, [redacted])", self.index.len())
    }
}

impl Secrets {
    /// Reads all of these, and knows besides the passwords of the accounts.
    pub fn of(sources: &Sources) -> Self {
        let given = sources.exchanges.iter();
        let given: Vec<_> = given.flat_map(|one| given_away(&one.record)).collect();
        let given = given.iter().chain(&sources.remembered);
        let held = sources.held.iter().map(|one| one.as_str());
        Self::knowing(
            seeded_passwords()
                .map(|password| -> &str { password })
                .chain(given.map(|one| one.as_str()))
                .chain(held),
        )
    }

    /// These alone.
    pub(super) fn knowing<'a>(credentials: impl IntoIterator<Item = &'a str>) -> Self {
        let mut forms = Vec::new();
        // Most are in several exchanges.
        let mut again = HashSet::new();
        for credential in credentials {
            if forms.len() > MOST_FORMS {
                return Self::knowing_nothing();
            }
            if again.insert(credential) {
                add(&mut forms, credential);
            }
        }
        let index = Index::of(forms);
        Self {
            runs: Runs::of(index.known()),
            index,
            steps: Cell::new(STEPS),
        }
    }

    /// Shows nothing: what is a credential, it cannot say.
    fn knowing_nothing() -> Self {
        Self {
            index: Index::default(),
            runs: Runs::default(),
            steps: Cell::new(0),
        }
    }

    /// The text with `[masked 32]` where one of them stood.
    pub(super) fn hide(&self, text: &str) -> String {
        // Shorter than all that is known.
        if text.len() < SHORTEST {
            return text.to_owned();
        }
        let masked = || format!("[masked {}]", text.len());
        let mut steps = self.steps.get();
        if steps == 0 {
            return masked();
        }
        let mut places = Vec::new();
        self.find(text.as_bytes(), &mut steps, |place| places.push(place));
        encoded::parts(text.as_bytes(), SHORTEST, |part| {
            self.find(&part.bytes, &mut steps, |place| {
                places.push(part.place(&place));
            });
        });
        self.steps.set(steps);
        if steps == 0 {
            return masked();
        }
        places.sort_unstable_by_key(|place| place.start);
        let mut hidden = String::with_capacity(text.len());
        let mut shown = 0;
        let mut places = places.into_iter().peekable();
        while let Some(Range { start, mut end }) = places.next() {
            // One that ends where another begins would show the rest of that.
            while let Some(next) = places.next_if(|next| next.start <= end) {
                end = end.max(next.end);
            }
            let is_boundary = |at: &usize| text.is_char_boundary(*at);
            let start = (shown..=start).rev().find(is_boundary).unwrap_or(shown);
            let end = (end..text.len()).find(is_boundary).unwrap_or(text.len());
            hidden.push_str(&text[shown..start]);
            hidden.push_str(&format!("[masked {}]", end - start));
            shown = end;
        }
        hidden.push_str(&text[shown..]);
        hidden
    }

    fn find(&self, text: &[u8], steps: &mut usize, mut each: impl FnMut(Range<usize>)) {
        for at in 0..text.len() {
            if let Some(end) = self.index.spelt(text, at, steps) {
                each(at..end);
            }
            if *steps == 0 {
                return;
            }
        }
        self.runs.each(self.index.known(), text, steps, each);
    }
}

type Forms = Vec<Zeroizing<Vec<u8>>>;

/// The forms in which a credential opens, or nearly does: as it is, decoded, its signature, and of
/// each a long beginning.
fn add(forms: &mut Forms, secret: &str) {
    let secret = secret.trim().trim_matches('"');
    let mut form = Zeroizing::new(secret.as_bytes().to_vec());
    for _ in 0..=ENCODED {
        if form.len() < SHORTEST {
            return;
        }
        add_with_beginning(forms, &form);
        let part = form.rsplit(|byte| matches!(byte, b'.' | b':')).next();
        let part = part.filter(|part| part.len() >= SHORTEST_PART && part.len() < form.len());
        if let Some(part) = part {
            add_with_beginning(forms, part);
        }
        let decoded = spelling::decoded(&form);
        if decoded == form {
            return;
        }
        form = decoded;
    }
}

fn add_with_beginning(forms: &mut Forms, whole: &[u8]) {
    let begins = |at: &usize| !matches!(whole.get(*at), Some(0x80..0xC0));
    let characters: Vec<usize> = (0..whole.len()).filter(begins).collect();
    let enough = (characters.len() - characters.len() / MISSING).max(SHORTEST_PART);
    let folded = |bytes: &[u8]| Zeroizing::new(bytes.iter().copied().map(folded).collect());
    if let Some(&end) = characters.get(enough) {
        forms.push(folded(&whole[..end]));
    }
    forms.push(folded(whole));
}
