//! How a command reaches the Redis that answers it: one server, a cluster, or a primary that
//! Sentinel names.

use redis::aio::{ConnectionLike, ConnectionManager, MultiplexedConnection};
use redis::cluster_async::ClusterConnection;
use redis::{Cmd, Pipeline, RedisError, RedisFuture, RedisResult, Value};

use super::cluster::Cluster;
use super::sentinel::Primary;

/// A worker's way to Redis. Cheap to clone; all clones share one connection.
#[derive(Clone)]
pub(super) enum Link {
    One(ConnectionManager),
    Cluster(Cluster),
    Primary(Primary),
}

impl Link {
    /// The connection as it is now. The number tells it from an earlier one.
    pub(super) async fn wire(&self) -> RedisResult<(Wire, u64)> {
        Ok(match self {
            Self::One(manager) => (Wire::One(manager.clone()), 0),
            Self::Cluster(cluster) => {
                let (connection, generation) = cluster.connection();
                (Wire::Cluster(connection), generation)
            }
            Self::Primary(primary) => {
                let (connection, generation) = primary.connection().await?;
                (Wire::Primary(connection), generation)
            }
        })
    }

    /// Has the link look for a better connection when this error says that there may be one.
    pub(super) fn failed(&self, generation: u64, error: &RedisError) {
        match self {
            // The manager connects anew by itself.
            Self::One(_) => {}
            Self::Cluster(cluster) => cluster.failed(generation, error),
            Self::Primary(primary) => primary.failed(generation, error),
        }
    }

    /// The same when no error came, nor anything else.
    pub(super) fn silent(&self) {
        match self {
            Self::One(_) => {}
            Self::Cluster(cluster) => cluster.silent(),
            Self::Primary(primary) => primary.silent(),
        }
    }
}

/// One connection, whatever its kind.
#[derive(Clone)]
pub(super) enum Wire {
    One(ConnectionManager),
    Cluster(ClusterConnection),
    Primary(MultiplexedConnection),
}

impl ConnectionLike for Wire {
    fn req_packed_command<'a>(&'a mut self, command: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::One(one) => one.req_packed_command(command),
            Self::Cluster(cluster) => cluster.req_packed_command(command),
            Self::Primary(primary) => primary.req_packed_command(command),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::One(one) => one.req_packed_commands(pipeline, offset, count),
            Self::Cluster(cluster) => cluster.req_packed_commands(pipeline, offset, count),
            Self::Primary(primary) => primary.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::One(one) => one.get_db(),
            Self::Cluster(cluster) => cluster.get_db(),
            Self::Primary(primary) => primary.get_db(),
        }
    }
}
