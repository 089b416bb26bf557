//! A few of the races that `cargo run --example refresh_races` runs by the hundred thousand.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "../examples/refresh_races/race.rs"]
mod race;

use race::{CONNECTIONS, Stand, Tally};
use store::private_redis::{PrivateRedis, on_path};

const RACES: u64 = 100;

fn raced(url: Option<&str>, grace: Option<&str>) -> Tally {
    let mut stand = Stand::start(url, grace).unwrap();
    let mut tally = Tally::default();
    while tally.races() < RACES {
        assert!(tally.void < 10 * RACES, "the store is too slow for a race");
        let token = stand.new_login().unwrap();
        tally.add(&stand.race(&token).unwrap());
    }
    stand.stop();
    tally
}

/// Without a grace one refresh wins, and the others show that there is a copy: nothing lives.
/// Within the grace all are answered, and one answer at most is good.
fn never_two(url: Option<&str>) {
    let strict = raced(url, None);
    assert_eq!((strict.handed_out, strict.live), (RACES, [RACES, 0, 0]));
    let lenient = raced(url, Some("60s"));
    assert_eq!(lenient.handed_out, RACES * CONNECTIONS as u64);
    assert_eq!(lenient.live[2], 0);
    assert!(lenient.live[1] > 0, "a lost answer is asked for again");
}

#[test]
fn in_the_embedded_store_never_two_branches_live() {
    never_two(None);
}

#[test]
fn in_redis_never_two_branches_live() {
    let Some(binary) = on_path() else {
        let required = std::env::var("STATELAB_REQUIRE").unwrap_or_default();
        assert!(
            !required.contains("redis"),
            "there is no redis-server on the PATH"
        );
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let redis = PrivateRedis::start(&binary, folder.path()).unwrap();
    never_two(Some(&redis.url()));
    redis.stop();
}

/// Two logins are two branches, so the count can see two.
#[test]
fn two_branches_would_be_seen() {
    let mut stand = Stand::start(None, None).unwrap();
    let tokens = [stand.new_login().unwrap(), stand.new_login().unwrap()];
    let (fresh, _) = stand.refresh(&[&tokens[0], &tokens[1]]).unwrap();
    assert_eq!(fresh.len(), 2);
    stand.stop();
}
