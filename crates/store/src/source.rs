use std::fmt;
use std::sync::Arc;

use crate::connection::{Connection, Eviction};
use crate::crowd::Crowd;
use crate::deployment::Deployment;
use crate::embedded::{Embedded, KeyView, Operation};
use crate::keys::Keys;
use crate::seal::Seal;
use crate::{Clock, RedisSettings, StoreError};

/// The prefix of the embedded store's keys: the same that Redis has by default, so that a learner
/// sees the same names.
const EMBEDDED_PREFIX: &str = "statelab:";

/// Where the store is. One per server; clones share it.
#[derive(Clone)]
pub struct Source {
    keys: Keys,
    seal: Option<Arc<Seal>>,
    place: Place,
    clock: Clock,
    crowd: Crowd,
}

#[derive(Clone)]
enum Place {
    Embedded(Arc<Embedded>),
    Redis {
        deployment: Deployment,
        settings: Arc<RedisSettings>,
        eviction: Arc<Eviction>,
    },
}

/// A worker's handle on the store.
#[derive(Clone)]
pub struct Store {
    pub(crate) keys: Keys,
    pub(crate) seal: Option<Arc<Seal>>,
    pub(crate) backend: Backend,
    pub(crate) crowd: Crowd,
}

#[derive(Clone)]
pub(crate) enum Backend {
    Redis(Arc<Connection>),
    Embedded(Arc<Embedded>),
}

impl Source {
    /// A map in this process, at most `max_bytes` of it. What is in it ends with the process.
    pub fn embedded(max_bytes: usize) -> Self {
        Self {
            keys: Keys::under(EMBEDDED_PREFIX),
            seal: None,
            place: Place::Embedded(Arc::new(Embedded::new(max_bytes))),
            clock: Clock::default(),
            crowd: Crowd::default(),
        }
    }

    /// Redis. Checks the settings, connects to nothing yet.
    pub fn redis(settings: RedisSettings) -> Result<Self, StoreError> {
        settings.check()?;
        let deployment = Deployment::of(&settings)?;
        // rustls asks for a process-wide choice of cryptography when the first TLS connection is
        // made. Whoever chose one before us is right: the error says only that.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Ok(Self {
            keys: Keys::under(&settings.key_prefix),
            seal: None,
            place: Place::Redis {
                deployment,
                settings: Arc::new(settings),
                eviction: Arc::default(),
            },
            clock: Clock::default(),
            crowd: Crowd::default(),
        })
    }

    /// Seals the sessions in Redis: without this key they can neither be read there nor be moved
    /// to another visitor's key. What keys from `before` have sealed can be read too, and is sealed
    /// by the new one when it is next written; without them another key logs everybody out, and so
    /// does taking it away.
    ///
    /// The embedded store stays as it is: the key would lie beside it.
    #[must_use]
    pub fn sealed(mut self, key: &[u8; 32], before: &[[u8; 32]]) -> Self {
        if matches!(self.place, Place::Redis { .. }) {
            self.seal = Some(Arc::new(Seal::with(key, before)));
        }
        self
    }

    /// Has the server that is started with it go by this clock, and the embedded store too. A
    /// Redis has a clock of its own: whoever simulates has to bring its keys nearer their ends.
    #[must_use]
    pub fn going_by(mut self, clock: &Clock) -> Self {
        if let Place::Embedded(map) = &self.place {
            map.go_by(clock.clone());
        }
        self.clock = clock.clone();
        self
    }

    /// The clock that it goes by: the machine's, unless told otherwise.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Opens the store; call it on the worker that will use it, inside its runtime.
    ///
    /// A connection is driven by the thread on which it was opened. Opened in the server factory,
    /// it lives on its worker and a command wakes nobody; opened in `main`, every command of every
    /// worker wakes one other thread. It connects at the first command, so a server starts while
    /// Redis is away.
    pub fn open(&self) -> Result<Store, StoreError> {
        let backend = match &self.place {
            Place::Embedded(map) => Backend::Embedded(Arc::clone(map)),
            Place::Redis {
                deployment,
                settings,
                eviction,
            } => {
                let eviction = Arc::clone(eviction);
                Backend::Redis(Arc::new(Connection::open(deployment, settings, eviction)?))
            }
        };
        Ok(Store {
            keys: self.keys.clone(),
            seal: self.seal.clone(),
            backend,
            crowd: self.crowd.clone(),
        })
    }

    /// What the embedded store holds, for showing; `None` when the store is Redis.
    pub fn embedded_keys(&self) -> Option<Vec<KeyView>> {
        match &self.place {
            Place::Embedded(map) => Some(map.keys()),
            Place::Redis { .. } => None,
        }
    }

    /// Has each operation of the embedded store told to `observer`, in place of an earlier one.
    /// Does nothing when the store is Redis: there the wire can be watched.
    pub fn observe(&self, observer: Arc<dyn Fn(&Operation) + Send + Sync>) {
        if let Place::Embedded(map) = &self.place {
            map.observe(observer);
        }
    }

    /// Deletes every key under the prefix: everybody is logged out, and every revocation is
    /// forgotten. For a reset and for tests.
    pub async fn flush_prefix(&self) -> Result<(), StoreError> {
        let store = self.open()?;
        match &store.backend {
            Backend::Redis(redis) => redis.delete_prefix(store.keys.prefix()).await,
            Backend::Embedded(map) => {
                map.clear();
                Ok(())
            }
        }
    }
}

impl Store {
    /// Asks the store whether it answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        match &self.backend {
            Backend::Redis(redis) => redis.ask(&redis::cmd("PING")).await,
            Backend::Embedded(_) => Ok(()),
        }
    }
}

/// Names the place, never the password.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Embedded(_) => f.write_str("Source(embedded)"),
            Place::Redis { deployment, .. } => write!(f, "Source({})", deployment.endpoint()),
        }
    }
}
