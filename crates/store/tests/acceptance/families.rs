//! Refresh-token families: on both stores.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use store::{Digest, Family, Rotation, Source, Store};
use tokio::time::sleep;

pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

pub(crate) fn family(account: i64, created_at: i64) -> Family {
    Family {
        account,
        epoch: 7,
        created_at,
        last_seen_at: created_at,
        expires_at: now() + 3600,
        device: "Firefox on Linux: \"x\"\n".to_owned(),
    }
}

pub(crate) fn token(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

pub(crate) async fn ids_of(store: &Store, account: i64) -> Vec<String> {
    let families = store.families_of(account).await.unwrap();
    families.into_iter().map(|(id, _)| id).collect()
}

pub(crate) async fn a_family_is_kept_listed_and_ended(source: Source) {
    let store = source.open().unwrap();
    assert_eq!(store.family("f1").await.unwrap(), None);
    store
        .open_family("f1", &family(1, 10), &token("a"))
        .await
        .unwrap();
    store
        .open_family("f2", &family(1, 20), &token("b"))
        .await
        .unwrap();
    store
        .open_family("f3", &family(2, 15), &token("c"))
        .await
        .unwrap();
    assert_eq!(
        store.family("f1").await.unwrap().unwrap().device,
        family(1, 10).device
    );
    assert_eq!(ids_of(&store, 1).await, ["f2", "f1"]);

    assert!(store.end_family("f1").await.unwrap());
    assert!(!store.end_family("f1").await.unwrap());
    assert_eq!(store.family("f1").await.unwrap(), None);
    assert_eq!(ids_of(&store, 1).await, ["f2"]);
    assert_eq!(ids_of(&store, 2).await, ["f3"]);
}

pub(crate) async fn a_used_token_ends_the_family(source: Source) {
    let store = source.open().unwrap();
    store
        .open_family("f", &family(1, 10), &token("a"))
        .await
        .unwrap();
    let rotated = store
        .rotate("f", &token("a"), &token("b"), 100, Duration::ZERO)
        .await
        .unwrap();
    let Rotation::Rotated(after) = rotated else {
        panic!("{rotated:?}")
    };
    assert_eq!(
        (after.last_seen_at, after.created_at, after.account),
        (100, 10, 1)
    );
    assert_eq!(store.family("f").await.unwrap(), Some(after));

    let stolen = store
        .rotate("f", &token("a"), &token("evil"), 101, Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(stolen, Rotation::Reused);
    // The honest holder is out too, and the thief's next token never was.
    for held in ["b", "evil", "a"] {
        let late = store
            .rotate("f", &token(held), &token("c"), 102, Duration::ZERO)
            .await
            .unwrap();
        assert_eq!(late, Rotation::Gone);
    }
    assert_eq!(ids_of(&store, 1).await, Vec::<String>::new());
}

pub(crate) async fn of_parallel_rotations_one_wins_and_no_two_branches_live(source: Source) {
    let store = source.open().unwrap();
    for round in 0..8 {
        let id = format!("f{round}");
        store
            .open_family(&id, &family(1, 10), &token("a"))
            .await
            .unwrap();
        let many = (0..16).map(|n| {
            // Every second one by a connection of its own, as another worker would.
            let store = if n % 2 == 0 {
                store.clone()
            } else {
                source.open().unwrap()
            };
            let id = id.clone();
            let next = token(&format!("next{n}"));
            tokio::spawn(async move {
                store
                    .rotate(&id, &token("a"), &next, 100, Duration::ZERO)
                    .await
                    .unwrap()
            })
        });
        let mut won = 0;
        for one in many.collect::<Vec<_>>() {
            won += usize::from(matches!(one.await.unwrap(), Rotation::Rotated(_)));
        }
        assert_eq!(won, 1);
        for n in 0..16 {
            let next = token(&format!("next{n}"));
            let late = store
                .rotate(&id, &next, &token("z"), 101, Duration::ZERO)
                .await
                .unwrap();
            assert_eq!(late, Rotation::Gone);
        }
    }
}

pub(crate) async fn a_family_has_an_absolute_end(source: Source) {
    let store = source.open().unwrap();
    let ends = Family {
        expires_at: now() + 2,
        ..family(1, 10)
    };
    store.open_family("f", &ends, &token("a")).await.unwrap();
    let before = store
        .rotate("f", &token("a"), &token("b"), now(), Duration::ZERO)
        .await
        .unwrap();
    assert!(matches!(before, Rotation::Rotated(_)));
    sleep(Duration::from_millis(2200)).await;
    assert_eq!(store.family("f").await.unwrap(), None);
    // And by the caller's clock, should it run ahead of the store's.
    store
        .open_family("g", &family(1, 10), &token("a"))
        .await
        .unwrap();
    let late = store
        .rotate("g", &token("a"), &token("b"), now() + 3600, Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(late, Rotation::Gone);
    assert_eq!(ids_of(&store, 1).await, Vec::<String>::new());
}

pub(crate) async fn a_lost_answer_is_given_again_within_the_grace(source: Source) {
    let store = source.open().unwrap();
    let grace = Duration::from_secs(10);
    let rotate = async |id: &str, presented: &str, next: &str, now: i64| {
        let (presented, next) = (token(presented), token(next));
        store
            .rotate(id, &presented, &next, now, grace)
            .await
            .unwrap()
    };
    let open = async |id: &str| {
        store
            .open_family(id, &family(1, 10), &token("a"))
            .await
            .unwrap();
        assert!(matches!(
            rotate(id, "a", "b", 100).await,
            Rotation::Rotated(_)
        ));
    };
    let would_be = async |id: &str, presented: &str, now: i64| {
        let presented = token(presented);
        let asked = store.is_exchangeable(id, &presented, now, grace).await;
        asked.unwrap()
    };
    // Again and again, but not longer than the grace of the first time.
    open("f").await;
    // Asking changes nothing.
    for (presented, at, expected) in [
        ("a", 109, true),
        ("a", 110, false),
        ("b", 999, true),
        ("x", 100, false),
    ] {
        assert_eq!(
            would_be("f", presented, at).await,
            expected,
            "{presented} at {at}"
        );
    }
    assert!(!would_be("none", "a", 100).await);
    for (next, at) in [("c", 100), ("d", 105), ("e", 109)] {
        assert!(matches!(
            rotate("f", "a", next, at).await,
            Rotation::Rotated(_)
        ));
    }
    assert_eq!(rotate("f", "a", "f", 110).await, Rotation::Reused);
    assert_eq!(rotate("f", "e", "f", 110).await, Rotation::Gone);
    // Of two that came out of it the older one is dead, and shows that there are two holders.
    open("g").await;
    assert!(matches!(
        rotate("g", "a", "c", 101).await,
        Rotation::Rotated(_)
    ));
    assert!(would_be("g", "c", 102).await && !would_be("g", "b", 102).await);
    assert_eq!(rotate("g", "b", "d", 102).await, Rotation::Reused);
    assert_eq!(rotate("g", "c", "d", 102).await, Rotation::Gone);
    // Once its successor was used, an answer has arrived: there is no grace any more.
    open("h").await;
    assert!(matches!(
        rotate("h", "b", "c", 101).await,
        Rotation::Rotated(_)
    ));
    assert_eq!(rotate("h", "a", "d", 102).await, Rotation::Reused);
    assert_eq!(ids_of(&store, 1).await, Vec::<String>::new());
}

/// Requests that run side by side on two seconds, and servers whose clocks are apart: neither makes
/// a grace where there is none, nor a longer one.
pub(crate) async fn a_clock_that_is_behind_grants_nothing(source: Source) {
    let store = source.open().unwrap();
    for (id, grace, behind) in [("f", 0, 1), ("g", 0, 3600), ("h", 10, 3600), ("i", 10, 10)] {
        let grace = Duration::from_secs(grace);
        store
            .open_family(id, &family(1, 10), &token("a"))
            .await
            .unwrap();
        let (at, used) = (10_000, token("a"));
        let first = store.rotate(id, &used, &token("b"), at, grace).await;
        assert!(matches!(first.unwrap(), Rotation::Rotated(_)));
        let asked = store.is_exchangeable(id, &used, at - behind, grace).await;
        assert!(!asked.unwrap(), "{id}");
        let next = token("c");
        let second = store.rotate(id, &used, &next, at - behind, grace).await;
        assert_eq!(second.unwrap(), Rotation::Reused, "{id}");
    }
}
