//! A Redis Cluster: the library routes each command to the node that has the key.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redis::RedisError;
use redis::cluster::{ClusterClient, ClusterConfig};
use redis::cluster_async::ClusterConnection;

use super::refusal::is_unreachable;
use crate::RedisSettings;

/// After an error of the network, a connection that is older than this is replaced by a new one.
/// The library repairs its connections by itself, but when all nodes were gone at once it asks the
/// dead ones again and again without a pause.
const WORN: Duration = Duration::from_millis(500);

/// The same after silence. Longer, because a new connection asks every node who has which keys,
/// and waits for the silent one too.
const WORN_BY_SILENCE: Duration = Duration::from_secs(2);

#[derive(Clone)]
pub(super) struct Cluster {
    client: Arc<ClusterClient>,
    connect_timeout: Duration,
    response_timeout: Duration,
    slot: Arc<Mutex<Slot>>,
}

struct Slot {
    connection: ClusterConnection,
    generation: u64,
    opened: Instant,
}

impl Cluster {
    pub(super) fn open(client: Arc<ClusterClient>, settings: &RedisSettings) -> Self {
        let (connect, response) = (settings.connect_timeout, settings.response_timeout);
        let slot = Slot {
            connection: connect_to(&client, connect, response),
            generation: 0,
            opened: Instant::now(),
        };
        Self {
            client,
            connect_timeout: connect,
            response_timeout: response,
            slot: Arc::new(Mutex::new(slot)),
        }
    }

    pub(super) fn connection(&self) -> (ClusterConnection, u64) {
        let slot = self.lock();
        (slot.connection.clone(), slot.generation)
    }

    pub(super) fn failed(&self, generation: u64, error: &RedisError) {
        let worn = match () {
            () if error.is_timeout() => WORN_BY_SILENCE,
            () if is_unreachable(error) => WORN,
            () => return,
        };
        if self.lock().generation == generation {
            self.replace(worn);
        }
    }

    pub(super) fn silent(&self) {
        self.replace(WORN_BY_SILENCE);
    }

    /// Connects anew, in the background; commands that are under way keep the old connection.
    fn replace(&self, worn: Duration) {
        let mut slot = self.lock();
        if slot.opened.elapsed() < worn {
            return;
        }
        slot.connection = connect_to(&self.client, self.connect_timeout, self.response_timeout);
        slot.generation += 1;
        slot.opened = Instant::now();
    }

    /// Each step leaves the slot whole.
    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connect_to(client: &ClusterClient, connect: Duration, response: Duration) -> ClusterConnection {
    client.get_pending_async_connection_with_config(
        ClusterConfig::new()
            .set_connection_timeout(connect)
            .set_response_timeout(response),
    )
}
