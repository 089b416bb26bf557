//! What a login costs in Redis's memory, its place on the account's list included.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use store::{Digest, Source};

use crate::{Shared, Test, within_runtime};

pub(crate) const TESTS: [Test; 1] = [(
    "a_login_with_a_short_record_takes_300_bytes_at_most",
    memory,
)];

const HOUR: Duration = Duration::from_secs(3600);

/// The longest record, as it stands in Redis, for which a login stays within 300 bytes.
const SHORT: usize = 76;

fn memory(shared: &Shared) {
    within_runtime(async {
        let source = shared.source("statelab");
        for length in [44, SHORT, 100, 200] {
            let (record, index) = cost(shared, &source, length).await;
            println!(
                "a record of {length} bytes: {record} + {index} on the list = {} bytes",
                record + index
            );
            if length <= SHORT {
                assert!(record + index <= 300, "{record} + {index} for {length}");
            }
        }
        let (sealed, _) = cost(shared, &source.clone().sealed(&[7; 32], &[]), SHORT - 16).await;
        let (plain, _) = cost(shared, &source, SHORT).await;
        assert_eq!(sealed, plain, "sealing takes 16 bytes");
    })
    .unwrap();
}

async fn cost(shared: &Shared, source: &Source, length: usize) -> (u64, u64) {
    source.flush_prefix().await.unwrap();
    let (store, session) = (source.open().unwrap(), Digest::of(b"a"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = i64::try_from(now.as_millis()).unwrap();
    store.index_session(1, &session, now, HOUR).await.unwrap();
    store
        .create_session(&session, &"x".repeat(length), HOUR)
        .await
        .unwrap();
    let client = redis::Client::open(shared.redis.url()).unwrap();
    let mut redis = client.get_connection().unwrap();
    let mut usage = |key: String| -> u64 {
        let mut command = redis::cmd("MEMORY");
        command.arg("USAGE").arg(key).query(&mut redis).unwrap()
    };
    (
        usage(format!("statelab:session:{session}")),
        usage("statelab:logins:1".to_owned()),
    )
}
