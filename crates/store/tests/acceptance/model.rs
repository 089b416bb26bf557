//! The same random sequence of operations on the embedded store, on Redis and on a model: all three
//! answer alike.

mod meaning;

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use store::{Digest, Family, Source, Store};

use crate::{Shared, Test};
use meaning::Model;

pub(crate) const TESTS: [Test; 2] = [
    ("random_operations_mean_the_same_on_either_store", plain),
    ("random_operations_mean_the_same_when_sealed", sealed),
];

const HOUR: Duration = Duration::from_secs(3600);
const FAR: i64 = 4_000_000_000;

/// A few names and values, so that operations meet.
#[derive(Clone, Debug)]
enum Operation {
    Create(u8, u8),
    Load(u8, bool),
    Replace(u8, u8, u8),
    Delete(u8),
    Index(u8, u8),
    Unindex(u8, u8),
    List(u8),
    Revoke(u8),
    Supersede(u8, u32),
    IsRevoked(u8, u32),
    Open(u8, u8),
    Succeed(u8, u8),
    Rotate(u8, u8, u8, bool),
    End(u8),
    Families(u8),
}

fn operation() -> impl Strategy<Value = Operation> {
    use Operation as O;
    let (name, value, account) = (|| 0..4_u8, || 0..3_u8, || 0..2_u8);
    prop_oneof![
        (name(), value()).prop_map(|(n, v)| O::Create(n, v)),
        (name(), any::<bool>()).prop_map(|(n, slide)| O::Load(n, slide)),
        (name(), value(), value()).prop_map(|(n, old, new)| O::Replace(n, old, new)),
        name().prop_map(O::Delete),
        (account(), name()).prop_map(|(a, n)| O::Index(a, n)),
        (account(), name()).prop_map(|(a, n)| O::Unindex(a, n)),
        account().prop_map(O::List),
        name().prop_map(O::Revoke),
        (name(), 0..4_u32).prop_map(|(n, v)| O::Supersede(n, v)),
        (name(), 0..4_u32).prop_map(|(n, v)| O::IsRevoked(n, v)),
        (name(), account()).prop_map(|(n, a)| O::Open(n, a)),
        (name(), 1..4_u8).prop_map(|(n, further)| O::Succeed(n, (n + further) % 4)),
        (name(), value(), value(), any::<bool>())
            .prop_map(|(n, old, new, grace)| O::Rotate(n, old, new, grace)),
        name().prop_map(O::End),
        account().prop_map(O::Families),
    ]
}

fn digest(name: u8) -> Digest {
    Digest::of(&[name])
}

fn text(value: u8) -> String {
    format!("{{\"value\":{value}}}")
}

fn family(name: u8, account: u8) -> Family {
    Family {
        account: i64::from(account),
        epoch: 0,
        created_at: 10 + i64::from(name),
        last_seen_at: 10,
        expires_at: FAR,
        device: format!("device {name}"),
    }
}

/// What one operation answers, in words.
async fn on_store(store: &Store, operation: &Operation) -> String {
    use Operation as O;
    match operation.clone() {
        O::Create(n, v) => {
            let created = store.create_session(&digest(n), &text(v), HOUR).await;
            format!("{:?}", created.unwrap())
        }
        O::Load(n, slide) => {
            let held = store.load_session(&digest(n), slide.then_some(HOUR)).await;
            format!("{:?}", held.unwrap())
        }
        O::Replace(n, old, new) => {
            let (old, new) = (text(old), text(new));
            let outcome = store.replace_session(&digest(n), &old, &new, HOUR).await;
            format!("{:?}", outcome.unwrap())
        }
        O::Delete(n) => format!("{:?}", store.delete_session(&digest(n)).await.unwrap()),
        O::Index(a, n) => {
            let score = i64::from(n);
            let done = store.index_session(a.into(), &digest(n), score, HOUR).await;
            format!("{:?}", done.unwrap())
        }
        O::Unindex(a, n) => {
            let done = store.unindex_session(a.into(), &digest(n)).await;
            format!("{:?}", done.unwrap())
        }
        O::List(a) => {
            let listed = store.sessions_of(a.into()).await.unwrap();
            let names: Vec<_> = listed.iter().map(|one| (one.session, &one.value)).collect();
            format!("{names:?}")
        }
        O::Revoke(n) => format!("{:?}", store.revoke(&n.to_string(), HOUR).await.unwrap()),
        O::Supersede(n, v) => {
            let done = store.supersede(&n.to_string(), v, HOUR).await;
            format!("{:?}", done.unwrap())
        }
        O::IsRevoked(n, v) => {
            format!("{:?}", store.is_revoked(&n.to_string(), v).await.unwrap())
        }
        O::Open(n, a) => {
            let opened = store
                .open_family(&n.to_string(), &family(n, a), &digest(0))
                .await;
            format!("{:?}", opened.unwrap())
        }
        O::Succeed(n, next) => {
            let (id, next_id) = (n.to_string(), next.to_string());
            let (family, refresh) = (family(next, 0), digest(0));
            let succeeded = store.succeed_family(&id, &next_id, &family, &refresh).await;
            format!("{:?}", succeeded.unwrap())
        }
        O::Rotate(n, old, new, grace) => {
            let grace = Duration::from_secs(if grace { 10 } else { 0 });
            let (id, old, new) = (n.to_string(), digest(old), digest(new));
            let rotated = store.rotate(&id, &old, &new, 20, grace).await;
            format!("{:?}", rotated.unwrap())
        }
        O::End(n) => format!("{:?}", store.end_family(&n.to_string()).await.unwrap()),
        O::Families(a) => format!("{:?}", store.families_of(a.into()).await.unwrap()),
    }
}

fn plain(shared: &Shared) {
    compare(&shared.source("model"));
}

fn sealed(shared: &Shared) {
    compare(&shared.source("model-sealed").sealed(&[7; 32], &[]));
}

fn compare(redis: &Source) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let config = Config {
        cases: 256,
        failure_persistence: None,
        ..Config::default()
    };
    let on_redis = runtime.block_on(async { redis.open().unwrap() });
    TestRunner::new(config)
        .run(&prop::collection::vec(operation(), 1..60), |operations| {
            let embedded = Source::embedded(16 << 20).open().unwrap();
            let mut model = Model::default();
            runtime.block_on(async {
                redis.flush_prefix().await.unwrap();
                for operation in &operations {
                    let expected = model.apply(operation);
                    let answers = [
                        on_store(&embedded, operation).await,
                        on_store(&on_redis, operation).await,
                    ];
                    prop_assert_eq!(&answers[0], &expected, "embedded: {:?}", operation);
                    prop_assert_eq!(&answers[1], &expected, "Redis: {:?}", operation);
                }
                Ok(())
            })
        })
        .unwrap();
}
