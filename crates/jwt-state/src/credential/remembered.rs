//! Signatures that were right a moment ago.

use std::{
    collections::HashSet,
    mem,
    sync::{Mutex, PoisonError},
};

use sha2::{Digest, Sha256};

/// Tokens of one generation, 32 bytes each and what a set needs besides.
const GENERATION: usize = 8192;

/// Tokens whose signature one key ring has checked. To check one of ES256 again
/// costs many times what it costs to look here.
///
/// Only that is remembered, and by the hash of the whole token: what it says, and
/// whether its time is over, is read each time, and whether its login was ended
/// is looked up. The memory belongs to its key ring and goes with it. Nobody gets
/// in without a signature that was right, and it is bounded: when one generation
/// is full, the one before is forgotten.
#[derive(Default)]
pub(super) struct Remembered(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashSet<[u8; 32]>,
    old: HashSet<[u8; 32]>,
}

impl Remembered {
    /// Whether this token is known; or becomes known, because `check` finds it right.
    pub(super) fn or(&self, token: &str, check: impl FnOnce() -> bool) -> bool {
        let hash = Sha256::digest(token).into();
        if self.with(|known| known.knows(&hash)) {
            return true;
        }
        // Not under the lock: others need not wait for it.
        let is_right = check();
        if is_right {
            self.with(|known| known.learn(hash));
        }
        is_right
    }

    fn with<T>(&self, act: impl FnOnce(&mut Generations) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Generations {
    fn knows(&self, hash: &[u8; 32]) -> bool {
        self.young.contains(hash) || self.old.contains(hash)
    }

    fn learn(&mut self, hash: [u8; 32]) {
        if self.young.len() >= GENERATION {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_right_is_not_checked_again_and_what_was_wrong_is() {
        let remembered = Remembered::default();
        assert!(!remembered.or("a", || false));
        assert!(remembered.or("a", || true), "checked again");
        assert!(remembered.or("a", || panic!("checked again")));
        assert!(!remembered.or("b", || false));
    }

    #[test]
    fn it_is_bounded_and_forgets_the_oldest() {
        let remembered = Remembered::default();
        for n in 0..3 * GENERATION {
            assert!(remembered.or(&n.to_string(), || true));
        }
        remembered.with(|known| {
            assert!(known.young.len() <= GENERATION && known.old.len() <= GENERATION);
        });
        assert!(!remembered.or("0", || false));
        let latest = (3 * GENERATION - 1).to_string();
        assert!(remembered.or(&latest, || panic!("forgotten")));
    }
}
