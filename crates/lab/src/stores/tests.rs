use std::time::Duration;

use store::private_redis::{self, PrivateRedis};

use super::*;
use crate::profile::Profile;

const MONTH: Duration = Duration::from_secs(30 * 86_400);

#[tokio::test(flavor = "multi_thread")]
async fn the_redis_of_a_class_is_full_somewhere_and_ends_nobodys_login_then() {
    for (rooms, bytes) in [(4, 192 << 20), (200, 1 << 30)] {
        let Some(redis) = RedisServer::private_for(rooms).await else {
            let required = std::env::var("STATELAB_REQUIRE").unwrap_or_default();
            assert!(!required.contains("redis"), "no redis-server on the PATH");
            return;
        };
        let mut ask = redis::cmd("CONFIG");
        ask.arg("GET").arg("maxmemory*");
        let mut connection = redis.connection.clone();
        let says: std::collections::HashMap<String, String> =
            ask.query_async(&mut connection).await.unwrap();
        assert_eq!(says["maxmemory"], bytes.to_string());
        assert_eq!(says["maxmemory-policy"], "noeviction");
        redis.close().await;
    }
}

/// The port is free in each container, and on each machine.
#[tokio::test(flavor = "multi_thread")]
async fn two_labs_on_one_port_leave_each_others_keys_alone() {
    let Some(binary) = private_redis::on_path() else {
        let required = std::env::var("STATELAB_REQUIRE").unwrap_or_default();
        assert!(!required.contains("redis"), "no redis-server on the PATH");
        eprintln!("left out: there is no redis-server on the PATH");
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let redis = PrivateRedis::start(&binary, directory.path()).unwrap();
    let choice = StoreChoice::Redis(redis.url());
    let (board, _events) = Board::new(Profile::Hardened);
    let one = Stores::open(&choice, 8000, &board).await.unwrap();
    let other = Stores::open(&choice, 8000, &board).await.unwrap();

    let variants = Variants::usual(Profile::Hardened);
    let store = one.source(Column::Cookie, variants).open().unwrap();
    store.revoke("logged-out", MONTH).await.unwrap();
    let key = one.keys(Column::Cookie, variants).await.unwrap().remove(0);
    assert!(key.key.starts_with("lab-8000-"), "{}", key.key);
    assert_eq!(other.keys(Column::Cookie, variants).await.unwrap().len(), 0);

    assert_eq!(other.move_ahead(MONTH).await.unwrap(), Keys::Moved);
    assert!(store.is_revoked("logged-out", 0).await.unwrap());
    other.clear().await.unwrap();
    assert!(store.is_revoked("logged-out", 0).await.unwrap());

    one.clear().await.unwrap();
    assert!(!store.is_revoked("logged-out", 0).await.unwrap());
    one.close().await;
    other.close().await;
}
