//! Tokens that were right a moment ago.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, PoisonError, RwLock},
};

use sha2::{Digest, Sha256};

use super::Claims;

/// Tokens that one key ring has signed and this server has checked, by the hash of the whole token.
///
/// A second look at one of HS256 costs a quarter of the first, which decodes, checks and reads twice
/// over; at one of ES256, a hundredth. What can change from one request to the next is not
/// remembered: whether its time is over is read each time, and whether its login was ended is
/// looked up. The memory belongs to its key ring and goes with it, so a key that is gone opens
/// nothing more. Nobody gets in without a signature that was right; and it is bounded: when one
/// generation is full, the one before is forgotten.
pub(super) struct Remembered {
    /// Two generations may be as large as this each.
    generation: usize,
    known: RwLock<Generations>,
}

/// What a token goes by in here.
pub(super) type Name = [u8; 32];

#[derive(Default)]
struct Generations {
    young: HashMap<Name, Arc<Claims>>,
    old: HashMap<Name, Arc<Claims>>,
}

impl Remembered {
    /// Room for so many; for none, and each token is checked each time.
    pub(super) fn new(most: usize) -> Self {
        Self {
            generation: most.div_ceil(2),
            known: RwLock::default(),
        }
    }

    /// What this token goes by; `None` when nothing is remembered.
    pub(super) fn name_of(&self, token: &str) -> Option<Name> {
        (self.generation > 0).then(|| Sha256::digest(token).into())
    }

    pub(super) fn find(&self, name: &Name) -> Option<Arc<Claims>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let found = known.young.get(name).or_else(|| known.old.get(name));
        found.map(Arc::clone)
    }

    /// For who has checked it.
    pub(super) fn learn(&self, name: Name, claims: &Arc<Claims>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.young.len() >= self.generation {
            known.old = mem::take(&mut known.young);
        }
        known.young.insert(name, Arc::clone(claims));
    }

    /// Its time is over.
    pub(super) fn forget(&self, name: &Name) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.young.remove(name);
        known.old.remove(name);
    }

    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.young.len() + known.old.len()
    }
}
