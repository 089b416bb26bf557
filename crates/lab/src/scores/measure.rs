//! A whole round, in a second lab of the same settings: its own port, accounts, keys and, in
//! Redis, its own prefix. Nothing in the lab that is open changes.

use std::time::Instant;

use thiserror::Error;
use tokio::runtime::Runtime;

use super::Measurement;
use super::round;
use crate::asker::Asker;
use crate::clock;
use crate::error::LabError;
use crate::running::{OrderError, RunningLab};
use crate::start::{self, Options};

/// Why nothing was measured.
#[derive(Debug, Error)]
pub(crate) enum MeasureError {
    /// The second lab did not start.
    #[error("A second lab to measure in did not start: {0}")]
    Start(#[from] LabError),
    /// It refused an order, or fell silent.
    #[error("The second lab did not do what was asked: {0}")]
    Order(#[from] OrderError),
    /// Something came that makes the round worthless.
    #[error("The round was broken off: {0}")]
    Round(String),
}

/// Starts the lab, does the round, stops the lab. Takes seconds; call it where a thread may
/// wait. A round that nobody waits for is broken off.
pub(crate) fn measure(options: Options, asker: &Asker) -> Result<Measurement, MeasureError> {
    let (began, at_ms) = (Instant::now(), clock::now_ms());
    let variants = options.variants()?;
    let broken = |what: &dyn ToString| MeasureError::Round(what.to_string());
    let runtime = Runtime::new().map_err(|error| broken(&error))?;
    let lab = runtime.block_on(start::start(Options {
        port: Some(0),
        ..options
    }))?;
    let store = lab.store.label.clone();
    let columns = match RunningLab::on(lab.port) {
        Some(running) => round::play(&running, asker),
        None => Err(broken(&"it does not answer")),
    };
    runtime.block_on(lab.stop());
    Ok(Measurement {
        at_ms,
        took_ms: millis(began.elapsed()),
        variants,
        settings: super::settings(variants),
        store,
        columns: columns?,
    })
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asker::asker;
    use crate::profile::Profile;
    use crate::scores::{Revocation, Scores};
    use crate::stores::StoreChoice;

    fn round(profile: Profile) -> [Scores; 3] {
        let options = Options {
            store: StoreChoice::Embedded,
            profile,
            ..Options::default()
        };
        let (_present, asker) = asker();
        measure(options, &asker).unwrap().columns
    }

    fn refused(revocation: Option<&Revocation>) -> bool {
        matches!(revocation, Some(Revocation::Refused { .. }))
    }

    #[test]
    fn a_round_that_nobody_waits_for_is_broken_off() {
        let options = Options {
            store: StoreChoice::Embedded,
            ..Options::default()
        };
        let (present, asker) = asker();
        drop(present);
        let broken = measure(options, &asker).unwrap_err().to_string();
        assert!(broken.ends_with("nobody waits for it"), "{broken}");
    }

    #[test]
    fn the_profiles_differ_in_what_they_take_back() {
        let hardened = round(Profile::Hardened);
        for scores in &hardened {
            assert!(refused(scores.logout.as_ref()), "{scores:?}");
            assert!(refused(scores.demotion.as_ref()), "{scores:?}");
            assert_eq!((scores.restart, scores.rekey), (Some(true), Some(false)));
            assert!(scores.visit_us.unwrap().n >= 50);
            assert!(scores.answer_bytes.unwrap().min > 20);
            assert_eq!(scores.round_trips, None, "no wire, no trips");
        }
        let [cookie, session, jwt] = round(Profile::Stateless);
        for scores in [&cookie, &jwt] {
            assert!(!refused(scores.logout.as_ref()), "{scores:?}");
            assert!(!refused(scores.demotion.as_ref()), "{scores:?}");
            assert_eq!(scores.commands.unwrap().max, 0, "nothing is looked up");
            assert_eq!(scores.flush, Some(true));
        }
        assert!(refused(session.logout.as_ref()));
        assert!(session.commands.unwrap().min > 0);
        assert_eq!(session.flush, Some(false));
    }
}
