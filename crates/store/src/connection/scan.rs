//! Deleting everything under a prefix: the one thing that is done to many keys.

use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{MultipleNodeRoutingInfo, RoutingInfo, SingleNodeRoutingInfo};
use redis::{Cmd, RedisError, RedisResult, Value, cmd};

use super::link::Wire;
use super::{Connection, describe};
use crate::StoreError;

/// How many keys one step looks at.
const BATCH: usize = 500;

impl Connection {
    /// Deletes every key that starts with `prefix`, a batch at a time.
    pub(crate) async fn delete_prefix(&self, prefix: &str) -> Result<(), StoreError> {
        let fault = |error: RedisError| describe(&self.endpoint, &error);
        // Asked first, so that a connection that broke unseen has come back.
        self.ask::<()>(&cmd("PING")).await?;
        let (wire, _) = self.link.wire().await.map_err(fault)?;
        if let Wire::Cluster(cluster) = wire {
            return self.delete_in_cluster(cluster, prefix).await;
        }
        let mut cursor = 0;
        loop {
            let (next, keys): (u64, Vec<String>) = self.ask(&scan(cursor, prefix)).await?;
            self.unlink(keys).await?;
            if next == 0 {
                return Ok(());
            }
            cursor = next;
        }
    }

    /// Every primary has keys of its own and a cursor of its own.
    async fn delete_in_cluster(
        &self,
        mut cluster: ClusterConnection,
        prefix: &str,
    ) -> Result<(), StoreError> {
        let fault = |error: RedisError| describe(&self.endpoint, &error);
        let all = RoutingInfo::MultiNode((MultipleNodeRoutingInfo::AllMasters, None));
        let first = cluster.route_command(scan(0, prefix), all).await;
        let Value::Map(nodes) = first.map_err(fault)? else {
            return Err(StoreError::Unreadable(
                "the cluster's answer to SCAN".to_owned(),
            ));
        };
        for (address, found) in nodes {
            let address: String = read(address).map_err(fault)?;
            let Some((host, port)) = address.rsplit_once(':') else {
                return Err(StoreError::Unreadable(format!(
                    "the node address {address}"
                )));
            };
            let port = port
                .parse()
                .map_err(|_| StoreError::Unreadable(format!("the node address {address}")))?;
            let (mut cursor, mut keys): (u64, Vec<String>) = read(found).map_err(fault)?;
            loop {
                self.unlink(keys).await?;
                if cursor == 0 {
                    break;
                }
                let host = host.to_owned();
                let node = RoutingInfo::SingleNode(SingleNodeRoutingInfo::ByAddress { host, port });
                let more = cluster.route_command(scan(cursor, prefix), node).await;
                (cursor, keys) = more.and_then(read).map_err(fault)?;
            }
        }
        Ok(())
    }

    /// One command for all; the library splits it where the keys lie on several nodes.
    async fn unlink(&self, keys: Vec<String>) -> Result<(), StoreError> {
        if keys.is_empty() {
            return Ok(());
        }
        self.ask(cmd("UNLINK").arg(keys)).await
    }
}

fn scan(cursor: u64, prefix: &str) -> Cmd {
    let mut scan = cmd("SCAN");
    scan.arg(cursor).arg("MATCH").arg(format!("{prefix}*"));
    scan.arg("COUNT").arg(BATCH);
    scan
}

fn read<T: redis::FromRedisValue>(value: Value) -> RedisResult<T> {
    Ok(redis::from_redis_value(value)?)
}
