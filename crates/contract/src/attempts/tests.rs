use std::net::Ipv6Addr;

use super::ledger::Place;
use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn rate(burst: u32, seconds: u64) -> Rate {
    Rate {
        burst,
        every: Duration::from_secs(seconds),
    }
}

fn ledger() -> Ledger {
    Ledger::new(rate(10, 6), rate(100, 1), rate(200, 10))
}

fn place(n: u32) -> Place {
    IpAddr::from(n.to_be_bytes()).into()
}

fn guess(name: u64, at: Place) -> Try {
    Try {
        name: Name(name),
        account: None,
        place: at,
    }
}

fn fail(ledger: &mut Ledger, tried: Try, now: Duration) -> Result<(), Refusal> {
    let entry = ledger.begin(tried, now)?;
    ledger.end(&entry, now, true);
    Ok(())
}

#[test]
fn ten_failures_and_then_one_every_six_seconds() {
    let mut ledger = ledger();
    let alice = guess(1, place(1));
    for _ in 0..10 {
        fail(&mut ledger, alice, SECOND).unwrap();
    }
    assert_eq!(
        fail(&mut ledger, alice, SECOND),
        Err(Refusal::Spent(6 * SECOND))
    );
    assert_eq!(
        fail(&mut ledger, alice, 4 * SECOND),
        Err(Refusal::Spent(3 * SECOND))
    );
    assert_eq!(fail(&mut ledger, alice, 7 * SECOND), Ok(()));
    assert_eq!(
        fail(&mut ledger, alice, 7 * SECOND),
        Err(Refusal::Spent(6 * SECOND))
    );
    // Elsewhere, and for others, nothing has changed.
    assert_eq!(fail(&mut ledger, guess(1, place(2)), 7 * SECOND), Ok(()));
    assert_eq!(fail(&mut ledger, guess(2, place(1)), 7 * SECOND), Ok(()));
}

#[test]
fn a_refused_try_is_not_counted() {
    let mut ledger = ledger();
    let alice = guess(1, place(1));
    for _ in 0..10 {
        fail(&mut ledger, alice, SECOND).unwrap();
    }
    for _ in 0..1000 {
        assert!(fail(&mut ledger, alice, 2 * SECOND).is_err());
    }
    assert_eq!(fail(&mut ledger, alice, 7 * SECOND), Ok(()));
}

#[test]
fn a_parallel_burst_is_counted_before_it_is_decided() {
    let mut ledger = ledger();
    let alice = guess(1, place(1));
    let entries: Vec<_> = (0..10)
        .map(|_| ledger.begin(alice, SECOND).unwrap())
        .collect();
    assert_eq!(ledger.begin(alice, SECOND).unwrap_err(), Refusal::Undecided);
    ledger.end(&entries[0], SECOND, false);
    let another = ledger.begin(alice, SECOND).unwrap();
    for entry in entries[1..].iter().chain([&another]) {
        ledger.end(entry, SECOND, true);
    }
    assert_eq!(
        ledger.begin(alice, SECOND).unwrap_err(),
        Refusal::Spent(6 * SECOND)
    );
}

#[test]
fn a_success_in_between_resets_nothing() {
    let mut ledger = ledger();
    let (alice, own) = (
        guess(1, place(1)),
        Try {
            account: Some(2),
            ..guess(2, place(1))
        },
    );
    for _ in 0..10 {
        fail(&mut ledger, alice, SECOND).unwrap();
        let entry = ledger.begin(own, SECOND).unwrap();
        ledger.remember(&entry);
        ledger.end(&entry, SECOND, false);
    }
    assert_eq!(
        fail(&mut ledger, alice, SECOND),
        Err(Refusal::Spent(6 * SECOND))
    );
}

#[test]
fn one_address_that_guesses_many_names_is_slowed() {
    let mut ledger = ledger();
    for name in 0..100 {
        fail(&mut ledger, guess(name, place(1)), SECOND).unwrap();
    }
    assert_eq!(
        fail(&mut ledger, guess(100, place(1)), SECOND),
        Err(Refusal::Spent(SECOND))
    );
    assert_eq!(fail(&mut ledger, guess(100, place(2)), SECOND), Ok(()));
}

#[test]
fn an_attack_from_everywhere_does_not_lock_the_owner_out() {
    let mut ledger = ledger();
    let owner = Try {
        name: Name(1),
        account: Some(1),
        place: place(9999),
    };
    let entry = ledger.begin(owner, SECOND).unwrap();
    ledger.remember(&entry);
    ledger.end(&entry, SECOND, false);
    for n in 0..200 {
        fail(
            &mut ledger,
            Try {
                place: place(n),
                ..owner
            },
            SECOND,
        )
        .unwrap();
    }
    let stranger = Try {
        place: place(500),
        ..owner
    };
    assert_eq!(
        ledger.begin(stranger, SECOND).unwrap_err(),
        Refusal::Spent(10 * SECOND)
    );
    assert!(ledger.begin(owner, SECOND).is_ok());
    // He, too, has only his ten failures there.
    for _ in 0..9 {
        fail(&mut ledger, owner, SECOND).unwrap();
    }
    assert!(ledger.begin(owner, SECOND).is_err());
}

#[test]
fn an_ipv6_subscriber_is_one_place_and_mapped_ipv4_is_ipv4() {
    let v6 = |text: &str| Place::from(IpAddr::from(text.parse::<Ipv6Addr>().unwrap()));
    assert_eq!(
        v6("2001:db8:1:2::1"),
        v6("2001:db8:1:2:ffff:ffff:ffff:ffff")
    );
    assert_ne!(v6("2001:db8:1:2::1"), v6("2001:db8:1:3::1"));
    assert_eq!(
        v6("::ffff:192.0.2.7"),
        Place::from(IpAddr::from([192, 0, 2, 7]))
    );
    assert_ne!(v6("::ffff:192.0.2.7"), v6("::ffff:192.0.2.8"));
}

#[test]
fn the_book_is_bounded_and_forgets_what_is_forgiven() {
    let mut ledger = ledger();
    let mut refused = None;
    for n in 0..60_000 {
        if let Err(refusal) = fail(&mut ledger, guess(u64::from(n), place(n)), SECOND) {
            refused = Some((n, refusal));
            break;
        }
    }
    assert_eq!(
        refused,
        Some((33_333, Refusal::Full)),
        "three keys for each try"
    );
    assert!(ledger.len() <= 100_000);
    fail(&mut ledger, guess(1_000_000, place(1_000_000)), 20 * SECOND).unwrap();
    assert_eq!(ledger.len(), 3);
    // What was right leaves nothing behind.
    let mut ledger = self::ledger();
    let entry = ledger.begin(guess(1, place(1)), SECOND).unwrap();
    ledger.end(&entry, SECOND, false);
    assert_eq!(ledger.len(), 0);
}

#[tokio::test]
async fn a_visitor_who_hangs_up_has_had_his_guess() {
    let attempts = Arc::new(Attempts::new(2));
    let from = IpAddr::from([127, 0, 0, 1]);
    for _ in 0..2 {
        drop(attempts.begin("alice", None, from).await.ok().unwrap());
    }
    let refused = attempts.begin("alice", None, from).await.err().unwrap();
    assert!(
        matches!(refused, NotNow::TooManyAttempts { retry_after } if retry_after <= 6 * SECOND)
    );
}

#[tokio::test]
async fn many_right_passwords_at_once_wait_for_each_other() {
    let attempts = Arc::new(Attempts::new(2));
    let from = IpAddr::from([127, 0, 0, 1]);
    let logins: Vec<_> = (0..40)
        .map(|_| {
            let attempts = Arc::clone(&attempts);
            tokio::spawn(async move {
                let attempt = attempts.begin("alice", Some(1), from).await.ok().unwrap();
                tokio::time::sleep(Duration::from_millis(5)).await;
                attempt.succeeded();
            })
        })
        .collect();
    for login in logins {
        login.await.unwrap();
    }
}

#[tokio::test]
async fn who_waits_too_long_is_told_that_it_is_busy() {
    let attempts = Arc::new(Attempts::new(1));
    let from = IpAddr::from([127, 0, 0, 1]);
    let under_way = attempts.begin("alice", None, from).await.ok().unwrap();
    let refused = attempts.begin("alice", None, from).await.err().unwrap();
    assert!(matches!(refused, NotNow::Busy { .. }));
    under_way.not_looked_at();
    assert!(attempts.begin("alice", None, from).await.is_ok());
}
