//! What is in Redis, who may reach it, and what an error gives away.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::Duration;

use store::private_redis::PrivateRedis;
use store::{Digest, Family, RedisSettings, Source, Store, StoreError, Wait};

use crate::{Shared, Test, within_runtime};

pub(crate) const TESTS: [Test; 4] = [
    ("what_is_kept_can_be_read_but_not_used_and_ends", kept),
    ("a_socket_takes_an_acl_user_from_the_url", acl),
    ("settings_that_cannot_work_are_refused_at_once", settings),
    ("a_private_redis_is_private", private),
];

const HOUR: Duration = Duration::from_secs(3600);

fn kept(shared: &Shared) {
    within_runtime(async {
        let source = shared.source("kept");
        let store = source.open().unwrap();
        let session = Digest::of(b"raw-session-id");
        store.index_session(1, &session, 10, HOUR).await.unwrap();
        store
            .create_session(&session, "{\"account\":1}", HOUR)
            .await
            .unwrap();
        store
            .open_family("f", &family(), &Digest::of(b"raw-token"))
            .await
            .unwrap();
        store
            .rotate(
                "f",
                &Digest::of(b"raw-token"),
                &Digest::of(b"raw-next"),
                11,
                Duration::ZERO,
            )
            .await
            .unwrap();
        store.revoke("id", HOUR).await.unwrap();

        let client = redis::Client::open(shared.redis.url()).unwrap();
        let mut redis = client.get_multiplexed_async_connection().await.unwrap();
        let mut ask = async |words: &[&str]| -> redis::Value {
            let mut command = redis::Cmd::new();
            command.arg(words);
            command.query_async(&mut redis).await.unwrap()
        };
        let names: Vec<String> = redis::from_redis_value(ask(&["KEYS", "kept:*"]).await).unwrap();
        assert_eq!(names.len(), 5, "{names:?}");
        let mut all = format!("{names:?}");
        for name in &names {
            let left: i64 = redis::from_redis_value(ask(&["PTTL", name]).await).unwrap();
            assert!(left > 0, "{name} never ends");
            let kind: String = redis::from_redis_value(ask(&["TYPE", name]).await).unwrap();
            let held = match kind.as_str() {
                "string" => ask(&["GET", name]).await,
                "hash" => ask(&["HGETALL", name]).await,
                _ => ask(&["ZRANGE", name, "0", "-1"]).await,
            };
            let held: Vec<String> = match &held {
                redis::Value::Array(_) => redis::from_redis_value(held).unwrap(),
                _ => vec![redis::from_redis_value(held).unwrap()],
            };
            all.push_str(&held.join(" "));
        }
        assert!(!all.contains("raw"), "{all}");
        assert!(
            all.contains("{\"account\":1}") && all.contains("device curl"),
            "{all}"
        );

        // Another prefix is another store.
        shared.source("other").flush_prefix().await.unwrap();
        assert!(store.is_revoked("id", 0).await.unwrap());
    })
    .unwrap();
}

fn acl(shared: &Shared) {
    within_runtime(async {
        // The line that the book recommends, as it stands there.
        let book = include_str!("../../../../docs/src/redis.md");
        let user = book
            .lines()
            .find(|line| line.starts_with("user statelab on "));
        let user = user
            .unwrap()
            .replace("statelab on >PASSWORD", "lab on >right-pass");
        let users = format!("user default off\n{user}");
        let directory = shared.directory("acl");
        let redis = PrivateRedis::start_with(&shared.binary, &directory, &users).unwrap();
        let open = |query: &str| {
            let url = format!("{}{query}", redis.url());
            Source::redis(RedisSettings::new(url))
                .unwrap()
                .open()
                .unwrap()
        };
        every_operation(&open("?user=lab&pass=right-pass")).await;
        let lab = format!("{}?user=lab&pass=right-pass", redis.url());
        let mut lab = redis::Client::open(lab).unwrap().get_connection().unwrap();
        for forbidden in [
            &["FLUSHALL"][..],
            &["CONFIG", "GET", "*"],
            &["KEYS", "*"],
            &["GET", "a"],
        ] {
            let refused = redis::Cmd::new().arg(forbidden).exec(&mut lab).unwrap_err();
            assert_eq!(refused.code(), Some("NOPERM"), "{forbidden:?}");
        }
        for query in [
            "?user=lab&pass=wrong-pass",
            "?user=nobody&pass=wrong-pass",
            "",
        ] {
            let error = open(query).is_revoked("id", 0).await.unwrap_err();
            assert!(
                matches!(error, StoreError::Refused { .. }),
                "{query}: {error}"
            );
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("password"), "{shown}");
            assert!(!shown.contains("wrong-pass"), "{shown}");
        }
        // The user may not touch other prefixes, and the error says so.
        let mut settings = RedisSettings::new(format!("{}?user=lab&pass=right-pass", redis.url()));
        settings.key_prefix = "other:".to_owned();
        let error = Source::redis(settings)
            .unwrap()
            .open()
            .unwrap()
            .revoke("id", HOUR)
            .await;
        assert!(error.unwrap_err().to_string().contains("ACL"));
    })
    .unwrap();
}

/// Each command and each script that is ever sent.
async fn every_operation(store: &Store) {
    let session = Digest::of(b"a");
    store.ping().await.unwrap();
    store.index_session(1, &session, 1, HOUR).await.unwrap();
    store.create_session(&session, "{}", HOUR).await.unwrap();
    store.load_session(&session, None).await.unwrap();
    store.load_session(&session, Some(HOUR)).await.unwrap();
    store
        .replace_session(&session, "{}", "{1}", HOUR)
        .await
        .unwrap();
    assert_eq!(store.sessions_of(1).await.unwrap().len(), 1);
    store.unindex_session(1, &session).await.unwrap();
    store.delete_session(&session).await.unwrap();
    store.revoke("id", HOUR).await.unwrap();
    store.supersede("other", 1, HOUR).await.unwrap();
    assert!(store.is_revoked("id", 0).await.unwrap());
    let next = Digest::of(b"b");
    store.open_family("f", &family(), &session).await.unwrap();
    store.rotate("f", &session, &next, 11, HOUR).await.unwrap();
    assert_eq!(store.families_of(1).await.unwrap().len(), 1);
    assert!(store.end_family("f").await.unwrap());
}

fn family() -> Family {
    Family {
        account: 1,
        epoch: 0,
        created_at: 10,
        last_seen_at: 10,
        expires_at: 4_000_000_000,
        device: "curl".to_owned(),
    }
}

fn settings(shared: &Shared) {
    let refused = |url: &str, change: &dyn Fn(&mut RedisSettings)| {
        let mut settings = RedisSettings::new(url);
        change(&mut settings);
        assert!(!format!("{settings:?}").contains("hunter2"));
        let error = Source::redis(settings).expect_err(url);
        assert!(matches!(error, StoreError::Settings(_)), "{error}");
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        shown
    };
    refused("http://me:hunter2@localhost", &|_| {});
    refused("redis://me:hunter2@localhost/notanumber", &|_| {});
    refused("me:hunter2@localhost", &|_| {});
    refused("redis://me:hunter2@:6379", &|_| {});
    for several in [
        "redis+cluster://me:hunter2@:6379",
        "redis+cluster://me:hunter2@a:1,b:x",
        "redis+cluster://me:hunter2@a:1/name",
        "redis+sentinel://me:hunter2@a:1,b:2",
        "redis+sentinel://me:hunter2@a:1/name/notanumber",
        "redis+sentinel://a:1/name?sentinel_password=hunter2",
        "rediss+cluster://me:hunter2@a:1#insecure",
    ] {
        assert!(
            refused(several, &|_| {}).contains("write redis+"),
            "{several}"
        );
    }
    let wait = |replicas, millis| {
        move |settings: &mut RedisSettings| {
            let timeout = Duration::from_millis(millis);
            settings.wait = Some(Wait { replicas, timeout });
        }
    };
    assert!(refused("redis://a", &wait(0, 100)).contains("1 or more"));
    assert!(refused("redis://a", &wait(1, 300)).contains("response time-out"));
    assert!(refused("rediss://me:hunter2@h/#insecure", &|_| {}).contains("CA file"));
    let ca = |settings: &mut RedisSettings| settings.ca_file = Some("/nowhere/ca.pem".into());
    assert!(refused("redis://:hunter2@localhost", &ca).contains("rediss://"));
    assert!(refused("rediss://:hunter2@localhost", &ca).contains("/nowhere/ca.pem"));
    for prefix in ["", "a*", "a b", "[a]"] {
        let change = |settings: &mut RedisSettings| settings.key_prefix = prefix.to_owned();
        assert!(refused(&shared.redis.url(), &change).contains("prefix"));
    }
}

fn private(shared: &Shared) {
    let directory = shared.directory("private");
    let redis = PrivateRedis::start(&shared.binary, &directory).unwrap();
    let mode = std::fs::metadata(&directory).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let (pid, socket) = (redis.pid(), redis.socket().to_owned());
    assert!(socket.exists());
    drop(redis);
    assert!(!socket.exists());
    let ask = Command::new("kill")
        .args(["-0", &pid.to_string()])
        .output()
        .unwrap();
    assert!(!ask.status.success(), "it runs on");
    let silent = PrivateRedis::start_with(&shared.binary, &directory, "no-such-setting 1");
    assert!(silent.unwrap_err().to_string().contains("redis.log"));
    assert!(PrivateRedis::start("/nowhere/redis-server".as_ref(), &directory).is_err());
}
