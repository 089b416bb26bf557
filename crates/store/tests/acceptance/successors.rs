//! Families that take the place of others: on both stores.

use std::time::Duration;

use store::{Rotation, Source, Store};

use crate::families::{family, ids_of, token};

async fn succeed(store: &Store, id: &str, next: &str) -> bool {
    let (family, refresh) = (family(1, 20), token("b"));
    let succeeded = store.succeed_family(id, next, &family, &refresh).await;
    succeeded.unwrap()
}

pub(crate) async fn a_family_goes_on_as_another_and_ends_by_either_id(source: Source) {
    let store = source.open().unwrap();
    for ended_by in ["f1", "f2", "f3"] {
        let before = family(1, 10);
        let opened = store.open_family("f1", &before, &token("a")).await;
        opened.unwrap();
        for (id, next) in [("f1", "f2"), ("f2", "f3")] {
            assert!(succeed(&store, id, next).await);
        }
        // The old ids open nothing, and are on no list.
        assert_eq!(ids_of(&store, 1).await, ["f3"]);
        for id in ["f1", "f2"] {
            assert_eq!(store.family(id).await.unwrap(), None);
            for presented in ["a", "b"] {
                let ([presented, next], none) = ([presented, "z"].map(token), Duration::ZERO);
                let asked = store.is_exchangeable(id, &presented, 30, none).await;
                assert!(!asked.unwrap());
                let late = store.rotate(id, &presented, &next, 30, none).await;
                assert_eq!(late.unwrap(), Rotation::Gone);
            }
        }
        let (id, now) = store.family_now(ended_by).await.unwrap().unwrap();
        assert_eq!((id.as_str(), now.created_at), ("f3", 20));

        assert!(store.end_family(ended_by).await.unwrap(), "{ended_by}");
        assert_eq!(store.family("f3").await.unwrap(), None, "{ended_by}");
        for id in ["f1", "f2", "f3"] {
            assert!(!store.end_family(id).await.unwrap());
            assert_eq!(store.family_now(id).await.unwrap(), None);
        }
        assert_eq!(ids_of(&store, 1).await, Vec::<String>::new());
    }
}

pub(crate) async fn what_has_ended_goes_on_as_nothing(source: Source) {
    let store = source.open().unwrap();
    let opened = store.open_family("f1", &family(1, 10), &token("a")).await;
    opened.unwrap();
    assert!(store.end_family("f1").await.unwrap());
    for id in ["f1", "never"] {
        assert!(!succeed(&store, id, "f2").await);
    }
    assert_eq!(store.family("f2").await.unwrap(), None);
    assert_eq!(ids_of(&store, 1).await, Vec::<String>::new());
    assert!(source.embedded_keys().is_none_or(|keys| keys.is_empty()));
}

pub(crate) async fn an_end_and_a_successor_at_once_leave_nothing(source: Source) {
    for round in 0..64 {
        // By a connection of its own each, as two workers would.
        let (store, other) = (source.open().unwrap(), source.open().unwrap());
        let [id, next] = ["f", "g"].map(|name| format!("{name}{round}"));
        let opened = store.open_family(&id, &family(1, 10), &token("a")).await;
        opened.unwrap();
        let (old, new) = (id.clone(), next.clone());
        let succeeding = tokio::spawn(async move { succeed(&store, &old, &new).await });
        assert!(other.end_family(&id).await.unwrap());
        succeeding.await.unwrap();
        assert_eq!(other.family(&next).await.unwrap(), None, "{round}");
        assert_eq!(ids_of(&other, 1).await, Vec::<String>::new());
    }
}
