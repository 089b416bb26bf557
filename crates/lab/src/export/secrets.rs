//! The credentials that the lab has seen, to be masked wherever they turn up.
//!
//! Where a credential usually stands is masked by name. But anybody can send one in a path, in a
//! header of his own or under another name; what is known to be one is hidden there too.

use std::fmt;
use std::ops::Range;

use contract::accounts::seeded_passwords;
use zeroize::Zeroizing;

use super::encoded;
use super::index::Index;
use super::spelling::{self, folded};
use crate::board::{ColumnMemory, SHORTEST, State, given_away};
use crate::clock;
use crate::column::Column;

/// What is behind the last dot of a credential is the part that cannot be guessed: the signature.
/// And so much of a beginning says which credential it is.
const SHORTEST_PART: usize = 16;
/// What lacks no more than this part of the end is guessed, or was cut by a copy.
const MISSING: usize = 4;
/// As often may a credential be percent-encoded in its place.
const ENCODED: usize = 4;

/// Comparisons for one text: a second's worth. Text that asks for more is hostile, and all of it
/// is masked.
const STEPS: usize = 2_000_000;

/// Everything that is known to be a credential. Never printed.
#[derive(Clone, Default)]
pub struct Secrets {
    index: Index,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({}, [redacted])", self.index.len())
    }
}

impl Secrets {
    /// What servers set and answered, what visitors sent, what the browser and the thief hold, in
    /// all columns: one password is good for all of them.
    pub fn of(state: &State) -> Self {
        let mut forms = Vec::new();
        seeded_passwords().for_each(|password| add(&mut forms, password));
        for column in Column::ALL {
            learn_column(&mut forms, state.column(column));
        }
        Self {
            index: Index::of(forms),
        }
    }

    /// These alone.
    #[cfg(test)]
    pub(super) fn knowing<'a>(credentials: impl IntoIterator<Item = &'a str>) -> Self {
        let mut forms = Vec::new();
        let credentials = credentials.into_iter();
        credentials.for_each(|credential| add(&mut forms, credential));
        Self {
            index: Index::of(forms),
        }
    }

    /// The text with `[masked 32]` where one of them stood.
    pub(super) fn hide(&self, text: &str) -> String {
        let mut steps = STEPS;
        let mut places = Vec::new();
        self.find(text.as_bytes(), &mut steps, |place| places.push(place));
        encoded::parts(text.as_bytes(), SHORTEST, |part| {
            self.find(&part.bytes, &mut steps, |place| {
                places.push(part.place(&place));
            });
        });
        if steps == 0 {
            return format!("[masked {}]", text.len());
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
    }
}

fn learn_column(forms: &mut Forms, memory: &ColumnMemory) {
    // What is exported may have more of them than are remembered.
    for exchange in memory.history() {
        let given = given_away(&exchange.record);
        given.iter().for_each(|credential| add(forms, credential));
    }
    memory.credentials().for_each(|one| add(forms, one));
    for kept in memory.jar.live(clock::now_ms()) {
        add(forms, &kept.value);
    }
    let read = &memory.read_by_script;
    for (_, value) in read.items.iter().chain(&read.cookies) {
        add(forms, value);
    }
    if let Some(stolen) = &memory.stolen {
        add(forms, stolen.reveal());
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
