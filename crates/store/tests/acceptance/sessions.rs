//! Sessions, their index, revocations: on both stores.

use std::time::Duration;

use store::{Digest, Replacement, Source};
use tokio::time::sleep;

const HOUR: Duration = Duration::from_secs(3600);
const SHORT: Duration = Duration::from_secs(1);

fn key(name: &str) -> Digest {
    Digest::of(name.as_bytes())
}

pub(crate) async fn a_session_is_kept_read_replaced_and_ended(source: Source) {
    let (store, id) = (source.open().unwrap(), key("a"));
    store.ping().await.unwrap();
    assert_eq!(store.load_session(&id, None).await.unwrap(), None);
    assert!(store.create_session(&id, "one", HOUR).await.unwrap());
    assert!(!store.create_session(&id, "other", HOUR).await.unwrap());
    assert_eq!(
        store.load_session(&id, None).await.unwrap().as_deref(),
        Some("one")
    );
    let replaced = store
        .replace_session(&id, "one", "two", HOUR)
        .await
        .unwrap();
    assert_eq!(replaced, Replacement::Done);
    assert_eq!(
        store
            .load_session(&id, Some(HOUR))
            .await
            .unwrap()
            .as_deref(),
        Some("two")
    );
    assert_eq!(
        store.delete_session(&id).await.unwrap().as_deref(),
        Some("two")
    );
    assert_eq!(store.delete_session(&id).await.unwrap(), None);
    assert_eq!(store.load_session(&id, None).await.unwrap(), None);
}

pub(crate) async fn a_session_ends_by_itself(source: Source) {
    let (store, id) = (source.open().unwrap(), key("a"));
    store.create_session(&id, "one", SHORT).await.unwrap();
    assert!(store.load_session(&id, None).await.unwrap().is_some());
    sleep(SHORT + SHORT / 4).await;
    // A sliding read comes too late: what has ended is not revived by being asked for.
    assert_eq!(store.load_session(&id, Some(HOUR)).await.unwrap(), None);
    let late = store
        .replace_session(&id, "one", "two", HOUR)
        .await
        .unwrap();
    assert_eq!(late, Replacement::Gone);
    assert!(store.create_session(&id, "new", HOUR).await.unwrap());
}

pub(crate) async fn only_a_sliding_read_prolongs(source: Source) {
    let store = source.open().unwrap();
    let (used, unused) = (key("used"), key("unused"));
    for id in [&used, &unused] {
        store.create_session(id, "one", SHORT).await.unwrap();
    }
    for _ in 0..4 {
        sleep(SHORT / 2).await;
        assert!(
            store
                .load_session(&used, Some(SHORT))
                .await
                .unwrap()
                .is_some()
        );
        let _ = store.load_session(&unused, None).await.unwrap();
    }
    assert_eq!(store.load_session(&unused, None).await.unwrap(), None);
}

pub(crate) async fn a_replace_after_a_delete_never_resurrects(source: Source) {
    let (slow, other, id) = (source.open().unwrap(), source.open().unwrap(), key("a"));
    slow.create_session(&id, "one", HOUR).await.unwrap();
    let read = slow.load_session(&id, None).await.unwrap().unwrap();
    other.delete_session(&id).await.unwrap();
    let late = slow.replace_session(&id, &read, "two", HOUR).await.unwrap();
    assert_eq!(late, Replacement::Gone);
    assert_eq!(slow.load_session(&id, None).await.unwrap(), None);
    assert!(source.embedded_keys().is_none_or(|keys| keys.is_empty()));
}

pub(crate) async fn a_replace_of_something_else_changes_nothing(source: Source) {
    let (store, id) = (source.open().unwrap(), key("a"));
    store.create_session(&id, "one", HOUR).await.unwrap();
    store
        .replace_session(&id, "one", "two", HOUR)
        .await
        .unwrap();
    let refused = store
        .replace_session(&id, "one", "three", SHORT)
        .await
        .unwrap();
    assert_eq!(refused, Replacement::Differs("two".to_owned()));
    sleep(SHORT + SHORT / 4).await;
    assert_eq!(
        store.load_session(&id, None).await.unwrap().as_deref(),
        Some("two")
    );
}

pub(crate) async fn of_many_that_end_a_session_one_is_told_so(source: Source) {
    let (store, id) = (source.open().unwrap(), key("a"));
    store.create_session(&id, "one", HOUR).await.unwrap();
    let many = (0..16).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.delete_session(&id).await.unwrap().is_some() })
    });
    let mut told = 0;
    for one in many.collect::<Vec<_>>() {
        told += usize::from(one.await.unwrap());
    }
    assert_eq!(told, 1);
}

pub(crate) async fn any_text_comes_back_as_it_was(source: Source) {
    let store = source.open().unwrap();
    let texts = [
        "",
        "a\r\nb\0c",
        "{\"q\":\"\\\"\"}",
        "köö 🦀",
        &"x".repeat(64 * 1024),
    ];
    for (n, text) in texts.into_iter().enumerate() {
        let id = key(&n.to_string());
        store.create_session(&id, text, HOUR).await.unwrap();
        assert_eq!(
            store.load_session(&id, None).await.unwrap().as_deref(),
            Some(text)
        );
        let replaced = store
            .replace_session(&id, text, "next", HOUR)
            .await
            .unwrap();
        assert_eq!(replaced, Replacement::Done);
    }
}

pub(crate) async fn workers_share_the_store(source: Source) {
    let (one, other) = (source.open().unwrap(), source.clone().open().unwrap());
    one.create_session(&key("a"), "one", HOUR).await.unwrap();
    assert!(other.load_session(&key("a"), None).await.unwrap().is_some());
    other.revoke("id", HOUR).await.unwrap();
    assert!(one.is_revoked("id", 0).await.unwrap());
}

pub(crate) async fn the_list_shows_live_sessions_newest_first(source: Source) {
    let store = source.open().unwrap();
    for (name, account, created_at) in [("old", 1, 10), ("new", 1, 20), ("bob's", 2, 15)] {
        store
            .index_session(account, &key(name), created_at, HOUR)
            .await
            .unwrap();
        store
            .create_session(&key(name), name, SHORT * 2)
            .await
            .unwrap();
    }
    // Listed, but never created: a login that failed half-way.
    store
        .index_session(1, &key("dead"), 30, HOUR)
        .await
        .unwrap();

    let listed = store.sessions_of(1).await.unwrap();
    let names: Vec<&str> = listed.iter().map(|listed| listed.value.as_str()).collect();
    assert_eq!(names, ["new", "old"]);
    assert_eq!(listed[0].session, key("new"));
    assert!(
        listed
            .iter()
            .all(|listed| !listed.left.is_zero() && listed.left <= SHORT * 2)
    );
    assert_eq!(store.sessions_of(3).await.unwrap(), []);

    store.delete_session(&key("new")).await.unwrap();
    store.unindex_session(1, &key("new")).await.unwrap();
    assert_eq!(store.sessions_of(1).await.unwrap().len(), 1);
    // To look at the list is not to use the sessions on it.
    sleep(SHORT).await;
    store.sessions_of(1).await.unwrap();
    sleep(SHORT + SHORT / 4).await;
    assert_eq!(store.sessions_of(1).await.unwrap(), []);
    assert_eq!(store.sessions_of(2).await.unwrap(), []);
}

pub(crate) async fn the_list_is_bounded(source: Source) {
    let store = source.open().unwrap();
    for n in 0..1010 {
        let id = key(&n.to_string());
        let too_many = store.index_session(1, &id, n, HOUR).await.unwrap();
        let oldest = (n >= 1000).then(|| key(&(n - 1000).to_string()));
        assert_eq!(too_many, Vec::from_iter(oldest));
        // Named until they are taken off, for the answer may get lost.
        let again = store.index_session(1, &id, n, HOUR).await.unwrap();
        assert_eq!(again, too_many);
        for oldest in too_many {
            store.unindex_session(1, &oldest).await.unwrap();
        }
        store
            .create_session(&id, &n.to_string(), HOUR)
            .await
            .unwrap();
    }
    let listed = store.sessions_of(1).await.unwrap();
    assert_eq!(listed.len(), 1000);
    assert_eq!(
        (listed[0].value.as_str(), listed[999].value.as_str()),
        ("1009", "10")
    );
}

pub(crate) async fn a_revocation_holds_as_long_as_it_must(source: Source) {
    let store = source.open().unwrap();
    assert!(!store.is_revoked("id", 0).await.unwrap());
    store.revoke("id", SHORT).await.unwrap();
    store.revoke("other", HOUR).await.unwrap();
    assert!(store.is_revoked("id", 0).await.unwrap());
    sleep(SHORT + SHORT / 4).await;
    assert!(!store.is_revoked("id", 0).await.unwrap());
    assert!(store.is_revoked("other", 0).await.unwrap());
}

pub(crate) async fn a_newer_version_ends_the_older_ones_and_a_revocation_all(source: Source) {
    let store = source.open().unwrap();
    assert_eq!(store.lowest_alive("id").await.unwrap(), Some(0));
    store.supersede("id", 2, HOUR).await.unwrap();
    store.supersede("id", 1, HOUR).await.unwrap();
    assert_eq!(store.lowest_alive("id").await.unwrap(), Some(2));
    for (version, is_dead) in [(0, true), (1, true), (2, false), (3, false)] {
        assert_eq!(store.is_revoked("id", version).await.unwrap(), is_dead);
    }
    store.revoke("id", HOUR).await.unwrap();
    store.supersede("id", 9, HOUR).await.unwrap();
    assert!(store.is_revoked("id", 9).await.unwrap());
    assert_eq!(store.lowest_alive("id").await.unwrap(), None);
}

pub(crate) async fn a_flush_leaves_nothing(source: Source) {
    let store = source.open().unwrap();
    for n in 0..1200 {
        store.revoke(&n.to_string(), HOUR).await.unwrap();
    }
    store.create_session(&key("a"), "one", HOUR).await.unwrap();
    source.flush_prefix().await.unwrap();
    assert_eq!(store.load_session(&key("a"), None).await.unwrap(), None);
    for n in [0, 599, 1199] {
        assert!(!store.is_revoked(&n.to_string(), 0).await.unwrap());
    }
}
