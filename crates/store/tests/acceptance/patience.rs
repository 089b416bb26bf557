//! Limits of time, on a machine that may have other things to do.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

/// How often a test is run that was too late each time: then it was not the machine.
const ATTEMPTS: usize = 3;

/// What a panic says when something was right, and too late.
pub(crate) const TOO_LATE: &str = "too late:";

/// Fails as too late.
pub(crate) fn in_time(taken: Duration, limit: Duration, what: &str) {
    assert!(
        taken < limit,
        "{TOO_LATE} {what} after {taken:?}, not within {limit:?}"
    );
}

/// Runs a test again that was too late. Any other failure counts at once.
pub(crate) fn again_if_late(test: impl Fn() -> Result<(), String>) -> Result<(), String> {
    for _ in 1..ATTEMPTS {
        match catch_unwind(AssertUnwindSafe(&test)) {
            Ok(Err(said)) if said.contains(TOO_LATE) => {}
            Ok(outcome) => return outcome,
            Err(reason) => {
                let said = reason.downcast_ref::<String>();
                if !said.is_some_and(|said| said.contains(TOO_LATE)) {
                    resume_unwind(reason);
                }
            }
        }
    }
    test()
}
