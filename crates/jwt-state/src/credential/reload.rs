//! Keys that change under a running server.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, PoisonError},
    time::Duration,
};

use contract::StartError;
use sha2::{Digest, Sha256};

use super::{KeyRing, Keys, Signer};

/// How often the files are looked at. They are small.
const EVERY: Duration = Duration::from_secs(5);

/// What the files of keys held when they were last looked at.
pub(super) type Seen = Vec<Option<[u8; 32]>>;

impl Signer {
    /// Looks at the files of keys, and asks the other issuer, for as long as the server runs.
    pub(crate) fn watch(&self) {
        self.watch_issuer();
        if self.0.files().next().is_none() {
            return;
        }
        let keys = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(EVERY).await;
                let Some(keys) = keys.upgrade() else { return };
                let looked = tokio::task::spawn_blocking(move || keys.reread());
                match looked.await {
                    Ok(Ok(false)) | Err(_) => {}
                    Ok(Ok(true)) => log::info!("the keys were changed; the new ones are in use"),
                    Ok(Err(fault)) => log::error!("the keys stay as they were: {fault}"),
                }
            }
        });
    }
}

impl Keys {
    /// Takes over what the files say now. Keys that cannot be used change nothing:
    /// a file that is half written, say. That is said once for each change.
    pub(super) fn reread(&self) -> Result<bool, StartError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.look();
        if *seen == now {
            return Ok(false);
        }
        *seen = now;
        let ring = Arc::new(KeyRing::open(&self.master, &self.settings)?);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
        Ok(true)
    }

    pub(super) fn look(&self) -> Seen {
        let hash = |file: &PathBuf| {
            fs::read(file)
                .ok()
                .map(|content| Sha256::digest(content).into())
        };
        self.files().map(hash).collect()
    }

    fn files(&self) -> impl Iterator<Item = &PathBuf> {
        let settings = &self.settings;
        settings.signing_key.iter().chain(&settings.verifying_keys)
    }
}
