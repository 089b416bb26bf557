//! The store of the breakable server, as far as it can be away.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use harness::Seams;

use crate::fault::Fault;
use crate::server::Server;
use crate::visitor::Unknown;

/// What was done to it from outside.
#[derive(Default)]
pub(crate) struct Outside {
    down: AtomicBool,
    hangs: AtomicBool,
    read_only: AtomicBool,
    delay_millis: AtomicU64,
    last_away: Mutex<Option<Instant>>,
    queue: Mutex<()>,
}

/// Longer than this nobody waits for it.
const PATIENCE: Duration = Duration::from_millis(500);

pub(crate) fn offer(server: &Arc<Server>, seams: &mut Seams) {
    let [down, up, hangs, slow, full] = std::array::from_fn(|_| Arc::clone(&server.store));
    let [emptied, restarted] = std::array::from_fn(|_| Arc::clone(server));
    seams.store_down = Some(Box::new(move || {
        down.down.store(true, Ordering::Relaxed);
        Ok(())
    }));
    seams.store_up = Some(Box::new(move || {
        up.down.store(false, Ordering::Relaxed);
        Ok(())
    }));
    seams.store_hang = Some(Box::new(move |on| {
        hangs.hangs.store(on, Ordering::Relaxed);
        Ok(())
    }));
    seams.store_delay = Some(Box::new(move |by| {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        slow.delay_millis.store(millis, Ordering::Relaxed);
        Ok(())
    }));
    seams.store_read_only = Some(Box::new(move |on| {
        full.read_only.store(on, Ordering::Relaxed);
        Ok(())
    }));
    seams.store_flush = Some(Box::new(move || {
        emptied.world().lose();
        Ok(())
    }));
    seams.restart = Some(Box::new(move || {
        let ended = restarted.ended_here.lock();
        ended.unwrap_or_else(PoisonError::into_inner).clear();
        if restarted.is(Fault::SessionsDieWithTheProcess) {
            restarted.world().lose();
        }
        Ok(())
    }));
}

impl Server {
    pub(crate) fn store_is_up(&self) -> bool {
        !self.store.down.load(Ordering::Relaxed) && !self.store.hangs.load(Ordering::Relaxed)
    }

    /// Does it take writes?
    pub(crate) fn may_write(&self) -> bool {
        let slow = self.store.delay_millis.load(Ordering::Relaxed);
        let in_time = u128::from(slow) <= PATIENCE.as_millis();
        self.store_is_up() && in_time && !self.store.read_only.load(Ordering::Relaxed)
    }

    pub(crate) fn ask_store(&self) -> Result<(), Unknown> {
        let _turn = self.is(Fault::QueuesAtTheStore).then(|| {
            let queue = self.store.queue.lock();
            queue.unwrap_or_else(PoisonError::into_inner)
        });
        let delay = Duration::from_millis(self.store.delay_millis.load(Ordering::Relaxed));
        sleep(delay.min(PATIENCE));
        let mut last_away = self.store.last_away.lock();
        let last_away = last_away.as_deref_mut().ok();
        if self.store_is_up() && delay <= PATIENCE {
            let recently = last_away
                .and_then(|at| *at)
                .is_some_and(|at| at.elapsed() < Duration::from_secs(4));
            return match recently && self.is(Fault::NeedsARestart) {
                true => Err(Unknown::Unavailable),
                false => Ok(()),
            };
        }
        if let Some(at) = last_away {
            *at = Some(Instant::now());
        }
        match self.fault {
            Some(Fault::StoreErrorMeansNobody) => Err(Unknown::Nobody(Some("store"))),
            Some(Fault::StoreErrorMeansAnyone) => Ok(()),
            Some(Fault::StoreHangs) => {
                sleep(Duration::from_secs(2));
                Err(Unknown::Unavailable)
            }
            Some(Fault::WaitsForTheStore) if self.store.hangs.load(Ordering::Relaxed) => {
                sleep(Duration::from_secs(3));
                Err(Unknown::Unavailable)
            }
            _ => Err(Unknown::Unavailable),
        }
    }
}
