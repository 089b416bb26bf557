//! What only the embedded store has: a limit, a view, an observer.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use libtest_mimic::Trial;
use store::{Digest, Family, Source, StoreError};

use crate::within_runtime;

const HOUR: Duration = Duration::from_secs(3600);

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        Trial::test(
            "embedded::a_full_store_refuses_and_keeps_what_it_has",
            || within_runtime(a_full_store_refuses_and_keeps_what_it_has()),
        ),
        Trial::test("embedded::it_shows_its_keys_and_tells_what_it_does", || {
            within_runtime(it_shows_its_keys_and_tells_what_it_does())
        }),
    ]
}

async fn a_full_store_refuses_and_keeps_what_it_has() {
    let source = Source::embedded(20_000);
    let store = source.open().unwrap();
    let mut revoked = 0;
    let refused = loop {
        match store.revoke(&revoked.to_string(), HOUR).await {
            Ok(()) => revoked += 1,
            Err(error) => break error,
        }
    };
    assert!(
        matches!(refused, StoreError::Full { max_bytes: 20_000 }),
        "{refused}"
    );
    let session = Digest::of(b"a");
    let login = store.create_session(&session, "{}", HOUR).await;
    assert!(matches!(login, Err(StoreError::Full { .. })));
    for id in 0..revoked {
        assert!(store.is_revoked(&id.to_string(), 0).await.unwrap());
    }
}

async fn it_shows_its_keys_and_tells_what_it_does() {
    let source = Source::embedded(1 << 20);
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    source.observe(Arc::new(move |operation| {
        listener
            .lock()
            .unwrap()
            .push((operation.command.clone(), operation.keys.clone()));
    }));
    let store = source.open().unwrap();
    let session = Digest::of(b"the raw id");
    store.index_session(1, &session, 10, HOUR).await.unwrap();
    store
        .create_session(&session, "{\"account\":1}", HOUR)
        .await
        .unwrap();
    store.load_session(&session, Some(HOUR)).await.unwrap();
    let family = Family {
        account: 1,
        epoch: 0,
        created_at: 10,
        last_seen_at: 10,
        expires_at: 4_000_000_000,
        device: "curl".to_owned(),
    };
    store
        .open_family("f", &family, &Digest::of(b"the raw token"))
        .await
        .unwrap();

    let keys = source.embedded_keys().unwrap();
    let shown: Vec<(&str, &str)> = keys
        .iter()
        .map(|key| (key.key.as_str(), key.kind))
        .collect();
    let session_key = format!("statelab:session:{session}");
    assert_eq!(
        shown,
        [
            ("statelab:families:1", "zset"),
            ("statelab:family:f", "hash"),
            ("statelab:logins:1", "zset"),
            (session_key.as_str(), "string"),
        ]
    );
    assert!(
        keys.iter()
            .all(|key| !key.value.contains("the raw") && !key.expires_in.is_zero())
    );
    assert!(keys[1].value.contains("device: curl"));

    let told = told.lock().unwrap();
    let slide = format!("GETEX {session_key} PX 3600000");
    assert!(
        told.iter()
            .any(|(command, keys)| *command == slide && *keys == [session_key.clone()])
    );
}
