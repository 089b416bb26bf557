//! Cookies that were opened a moment ago.

use std::{cell::RefCell, collections::HashMap, mem};

use super::Contents;

/// Octets of base64 that end each sealed cookie; the tag of AES-GCM, 16 octets, is in them.
const TAG: usize = 24;
/// A longer cookie is opened each time.
const LONGEST: usize = 1024;

/// What one worker has opened, with what was inside.
///
/// It is a copy and no state: a worker that has forgotten opens the cookie again, and the answer is
/// the same. A second look costs a tenth of the first, which decodes, decrypts and reads JSON. What
/// can change from one request to the next is not remembered: whether its time is over is read each
/// time, and whether it was ended is looked up. And it is bounded: when one generation is full, the
/// one before is forgotten.
///
/// A cookie goes by its tag, and counts only when it is the same from end to end. That comparison
/// may take its time: who knows the tag has the cookie.
#[derive(Clone)]
pub(super) struct Remembered {
    /// Two generations may be as large as this each.
    generation: usize,
    known: RefCell<Generations>,
}

type Tag = [u8; TAG];

#[derive(Clone, Default)]
struct Generations {
    young: HashMap<Tag, Opened>,
    old: HashMap<Tag, Opened>,
}

#[derive(Clone)]
struct Opened {
    value: Box<str>,
    contents: Contents,
    with_old_key: bool,
}

impl Remembered {
    /// Room for so many; for none, and each cookie is opened each time.
    pub(super) fn new(most: usize) -> Self {
        Self {
            generation: most.div_ceil(2),
            known: RefCell::default(),
        }
    }

    pub(super) fn find(&self, value: &str) -> Option<(Contents, bool)> {
        let tag = value.as_bytes().last_chunk()?;
        let known = self.known.borrow();
        let found = known.young.get(tag).or_else(|| known.old.get(tag))?;
        (*found.value == *value).then(|| (found.contents.clone(), found.with_old_key))
    }

    /// For who has opened it.
    pub(super) fn learn(&self, value: &str, contents: &Contents, with_old_key: bool) {
        let Some(tag) = value.as_bytes().last_chunk().copied() else {
            return;
        };
        if self.generation == 0 || value.len() > LONGEST {
            return;
        }
        let mut known = self.known.borrow_mut();
        if known.young.len() >= self.generation {
            known.old = mem::take(&mut known.young);
        }
        let opened = Opened {
            value: value.into(),
            contents: contents.clone(),
            with_old_key,
        };
        known.young.insert(tag, opened);
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        let known = self.known.borrow();
        known.young.len() + known.old.len()
    }
}
