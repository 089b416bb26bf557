//! What can be done to the store from outside.

use std::sync::{Arc, Mutex, PoisonError};

use harness::Seams;

use super::redis::{Backing, Dump, Private, Uses, count};
use super::server::Setting;

pub(crate) fn offer(setting: &Setting, seams: &mut Seams) {
    match &setting.backing {
        Backing::Embedded => {
            let store = setting.services.store.clone();
            seams.store_keys = Some(Box::new(move || {
                let keys = store
                    .embedded_keys()
                    .ok_or("the store is not in this process")?;
                Ok(keys.len() as u64)
            }));
        }
        Backing::Redis { server, uses } => {
            let (url, prefix) = (server.url.clone(), setting.prefix.clone());
            seams.store_keys = Some(Box::new(move || count(&url, &prefix)));
            if *uses != Uses::Shared {
                stopped_and_started(server, seams);
                told(server, seams);
            }
        }
        // Its keys are on several nodes; what is asked of one node is tried on one.
        Backing::Cluster(_) => {}
    }
}

fn stopped_and_started(server: &Arc<Private>, seams: &mut Seams) {
    let held = Arc::new(Mutex::new(None::<Dump>));
    let (down, up) = (Arc::clone(server), Arc::clone(server));
    let kept = Arc::clone(&held);
    seams.store_down = Some(Box::new(move || {
        let dump = down.down()?;
        kept.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace(dump);
        Ok(())
    }));
    seams.store_up = Some(Box::new(move || {
        let dump = held.lock().unwrap_or_else(PoisonError::into_inner).take();
        up.up(&dump.ok_or("the store was not stopped")?)
    }));
    let hung = Arc::clone(server);
    seams.store_hang = Some(Box::new(move |hangs| {
        hung.signal(if hangs { "-STOP" } else { "-CONT" })
    }));
    let slow = Arc::clone(server);
    seams.store_delay = Some(Box::new(move |delay| {
        slow.proxy.delay(delay);
        Ok(())
    }));
}

fn told(server: &Arc<Private>, seams: &mut Seams) {
    let (full, emptied) = (Arc::clone(server), Arc::clone(server));
    // Refuses everything that writes, deletions and scripts included.
    seams.store_read_only = Some(Box::new(move |read_only| {
        let replicas = if read_only { "1" } else { "0" };
        full.tell(&["CONFIG", "SET", "min-replicas-to-write", replicas])
    }));
    seams.store_flush = Some(Box::new(move || emptied.tell(&["FLUSHALL"])));
}
