//! The connection breaks after Redis has done what it was asked, and before its answer: nothing is
//! said that is not so, and nothing is forgotten.

use std::time::Duration;

use store::{Digest, LOGINS_LISTED, RedisSettings, Replacement, Rotation, Source, StoreError};

use crate::families::{family, token};
use crate::proxy::Proxy;
use crate::{Shared, Test, within_runtime};

pub(crate) const TESTS: [Test; 1] = [("a_lost_answer_is_an_error_or_the_truth", lost)];

const HOUR: Duration = Duration::from_secs(3600);

fn lost(shared: &Shared) {
    let directory = shared.directory("lost-answers");
    std::fs::create_dir(&directory).unwrap();
    let proxy = Proxy::start(directory.join("proxy.sock"), shared.redis.socket());
    let mut settings = RedisSettings::new(proxy.url());
    settings.key_prefix = "lost-answers:".to_owned();
    let source = Source::redis(settings).unwrap();
    within_runtime(async {
        sessions(&source, &proxy).await;
        families(&source, &proxy).await;
    })
    .unwrap();
}

async fn sessions(source: &Source, proxy: &Proxy) {
    let (store, id) = (source.open().unwrap(), Digest::of(b"a"));
    // Redis has the scripts, and the look at its settings is over.
    store.create_session(&id, "one", HOUR).await.unwrap();
    store
        .replace_session(&id, "one", "one", HOUR)
        .await
        .unwrap();
    store.delete_session(&id).await.unwrap();

    proxy.lose_the_answer_to("\r\nSET\r\n");
    assert!(store.create_session(&id, "one", HOUR).await.unwrap());
    assert!(proxy.has_lost_it());
    assert!(!store.create_session(&id, "other", HOUR).await.unwrap());

    proxy.lose_the_answer_to("EVALSHA");
    let replaced = store.replace_session(&id, "one", "two", HOUR).await;
    assert_eq!(replaced.unwrap(), Replacement::Done);
    assert!(proxy.has_lost_it());

    proxy.lose_the_answer_to("GETDEL");
    let deleted = store.delete_session(&id).await.unwrap_err();
    assert!(
        matches!(deleted, StoreError::Unavailable { .. }),
        "{deleted}"
    );
    assert!(proxy.has_lost_it());
    assert_eq!(store.delete_session(&id).await.unwrap(), None);

    let names = (0..).map(|n: i64| (n, Digest::of(&n.to_be_bytes())));
    for (n, name) in names.take(LOGINS_LISTED) {
        let too_many = store.index_session(1, &name, n, HOUR).await.unwrap();
        assert_eq!(too_many, []);
    }
    proxy.lose_the_answer_to("EVALSHA");
    let too_many = store.index_session(1, &id, 10_000, HOUR).await.unwrap();
    assert!(proxy.has_lost_it());
    assert_eq!(too_many, [Digest::of(&0_i64.to_be_bytes())]);
}

async fn families(source: &Source, proxy: &Proxy) {
    let store = source.open().unwrap();
    let (family, [a, b, c]) = (family(2, 10), ["a", "b", "c"].map(token));
    let none = Duration::ZERO;
    // Redis has the scripts.
    store.open_family("w1", &family, &a).await.unwrap();
    store.succeed_family("w1", "w2", &family, &a).await.unwrap();
    store.rotate("w2", &a, &b, 20, none).await.unwrap();
    store.end_family("w2").await.unwrap();

    proxy.lose_the_answer_to("family:f1");
    store.open_family("f1", &family, &a).await.unwrap();
    assert!(proxy.has_lost_it());

    proxy.lose_the_answer_to("family:f1");
    let rotated = store.rotate("f1", &a, &b, 20, none).await.unwrap();
    assert!(matches!(rotated, Rotation::Rotated(_)), "{rotated:?}");
    assert!(proxy.has_lost_it());
    let rotated = store.rotate("f1", &b, &c, 20, none).await.unwrap();
    assert!(matches!(rotated, Rotation::Rotated(_)), "{rotated:?}");

    proxy.lose_the_answer_to("family:f1");
    let succeeded = store.succeed_family("f1", "f2", &family, &a).await;
    assert!(succeeded.unwrap() && proxy.has_lost_it());

    // By the old id, of which only the mark says the new one.
    for lost in ["family:f1", "family:f2"] {
        store.open_family("f2", &family, &a).await.unwrap();
        proxy.lose_the_answer_to(lost);
        assert!(store.end_family("f1").await.unwrap(), "{lost}");
        assert!(proxy.has_lost_it());
        assert_eq!(store.family("f2").await.unwrap(), None, "{lost}");
    }
    assert!(!store.end_family("f1").await.unwrap());
}
