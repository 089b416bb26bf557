//! Sealed sessions: what is in Redis cannot be read, nor moved to another key.

use std::time::Duration;

use store::{Digest, Replacement};

use crate::{Shared, Test, within_runtime};

pub(crate) const TESTS: [Test; 2] = [
    ("a_sealed_session_cannot_be_read_nor_swapped", sealed),
    ("a_new_key_of_the_seal_loses_nobody", rotated),
];

const HOUR: Duration = Duration::from_secs(3600);

fn sealed(shared: &Shared) {
    within_runtime(async {
        let plain = shared.source("sealed");
        let source = plain.clone().sealed(&[7; 32], &[]);
        let store = source.open().unwrap();
        let (alice, bob) = (Digest::of(b"alice"), Digest::of(b"bob"));
        store
            .create_session(&alice, "{\"account\":1}", HOUR)
            .await
            .unwrap();
        store
            .create_session(&bob, "{\"account\":2}", HOUR)
            .await
            .unwrap();
        store.index_session(1, &alice, 1, HOUR).await.unwrap();

        let client = redis::Client::open(shared.redis.url()).unwrap();
        let mut redis = client.get_connection().unwrap();
        let key = |session: &Digest| format!("sealed:session:{session}");
        let held: Vec<u8> = redis::cmd("GET")
            .arg(key(&alice))
            .query(&mut redis)
            .unwrap();
        assert!(!String::from_utf8_lossy(&held).contains("account"));
        assert_eq!(held.len(), "{\"account\":1}".len() + 16);

        // It is a session like any other.
        let text = store.load_session(&alice, Some(HOUR)).await.unwrap();
        assert_eq!(text.as_deref(), Some("{\"account\":1}"));
        let listed = store.sessions_of(1).await.unwrap();
        assert_eq!(listed[0].value, "{\"account\":1}");
        let (old, new) = ("{\"account\":1}", "{\"account\":1,\"a\":1}");
        let done = store.replace_session(&alice, old, new, HOUR).await.unwrap();
        assert_eq!(done, Replacement::Done);
        let late = store
            .replace_session(&alice, old, "{}", HOUR)
            .await
            .unwrap();
        assert_eq!(late, Replacement::Differs(new.to_owned()));

        // Who can write to Redis puts bob's session under alice's key.
        redis::cmd("COPY")
            .arg(key(&bob))
            .arg(key(&alice))
            .arg("REPLACE")
            .exec(&mut redis)
            .unwrap();
        assert_eq!(store.load_session(&alice, None).await.unwrap(), None);
        assert!(store.load_session(&bob, None).await.unwrap().is_some());
        // Or one that was never sealed.
        let forged = plain.open().unwrap();
        forged.delete_session(&alice).await.unwrap_err();
        forged
            .create_session(&alice, "{\"account\":3}", HOUR)
            .await
            .unwrap();
        assert_eq!(store.load_session(&alice, None).await.unwrap(), None);

        // Another key opens nothing, and a logout works all the same.
        let other = plain.sealed(&[8; 32], &[]).open().unwrap();
        assert_eq!(other.load_session(&bob, None).await.unwrap(), None);
        assert_eq!(
            store.delete_session(&bob).await.unwrap().as_deref(),
            Some("{\"account\":2}")
        );
        assert_eq!(store.load_session(&bob, None).await.unwrap(), None);
    })
    .unwrap();
}

fn rotated(shared: &Shared) {
    within_runtime(async {
        let plain = shared.source("resealed");
        let old = plain.clone().sealed(&[7; 32], &[]).open().unwrap();
        let new = plain.clone().sealed(&[8; 32], &[[7; 32]]).open().unwrap();
        let only_new = plain.sealed(&[8; 32], &[]).open().unwrap();
        let alice = Digest::of(b"alice");
        assert!(old.create_session(&alice, "{1}", HOUR).await.unwrap());

        // Read as it is, and sealed anew by the next write, which compares with what is there.
        let text = new.load_session(&alice, Some(HOUR)).await.unwrap();
        assert_eq!(text.as_deref(), Some("{1}"));
        assert_eq!(only_new.load_session(&alice, None).await.unwrap(), None);
        let replace = async |expected, value| {
            let done = new.replace_session(&alice, expected, value, HOUR).await;
            done.unwrap()
        };
        let other = Replacement::Differs("{1}".to_owned());
        assert_eq!(replace("{0}", "{2}").await, other);
        assert_eq!(replace("{1}", "{2}").await, Replacement::Done);
        let text = only_new.load_session(&alice, None).await.unwrap();
        assert_eq!(text.as_deref(), Some("{2}"));
        assert_eq!(old.load_session(&alice, None).await.unwrap(), None);
        assert_eq!(replace("{2}", "{3}").await, Replacement::Done);
        assert_eq!(
            new.delete_session(&alice).await.unwrap().as_deref(),
            Some("{3}")
        );
    })
    .unwrap();
}
